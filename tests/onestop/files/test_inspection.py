"""The process that looks into an upload, and what people are told."""

import io
import tempfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import InMemoryUploadedFile, TemporaryUploadedFile

from onestop.files import inspection, inspector, uses
from onestop.files.inspection import Inspected, NotAccepted, ask_inspector, inspect
from tests import factories
from tests.factories.files import upload

REAL = inspection.PROGRAM


@pytest.fixture
def use():
    return uses.use_of("partners.tenure_proof")


def said_of(contents, use, name="letter.pdf"):
    with pytest.raises(NotAccepted) as problem:
        inspect(upload(contents, name), use)
    return str(problem.value)


def test_an_accepted_file_keeps_its_name_and_gets_its_kind(use):
    assert inspect(upload(factories.make_pdf_file(pages=2), "C:\\scans\\Letter.pdf"), use) == Inspected(
        "Letter.pdf", "pdf", 2
    )
    assert inspect(upload(factories.make_picture("JPEG"), "scan"), use) == Inspected("scan.jpg", "jpeg", None)


def test_files_on_the_disk_and_in_memory_are_inspected_and_can_be_read_after_that(use):
    contents = factories.make_pdf_file()
    on_disk = TemporaryUploadedFile("a.pdf", "application/pdf", len(contents), None)
    on_disk.write(contents)
    on_disk.seek(0)
    in_memory = InMemoryUploadedFile(io.BytesIO(contents), "f", "a.pdf", "application/pdf", len(contents), None)
    for each in (on_disk, in_memory):
        assert inspect(each, use).kind == "pdf"
        assert each.read() == contents


@pytest.mark.parametrize(
    ("contents", "name", "words"),
    [
        (b"Dear Sir", "letter.txt", "This kind of file is not accepted. Accepted: PDF, PNG or JPEG."),
        (factories.make_office_file(), "a.docx", "This file is a Word document. Accepted: PDF, PNG or JPEG."),
        (factories.make_pdf_file(), "a.exe", "The name of the file ends in .exe, but it is a PDF. Rename it to end in"),
        (factories.make_picture(), "a.pdf", "ends in .pdf, but it is a PNG picture. Rename it to end in .png."),
        (b"%PDF-1.4", "a.pdf", "The PDF is damaged or incomplete."),
    ],
)
def test_people_are_told_why_and_what_is_accepted(use, contents, name, words):
    assert words in said_of(contents, use, name)


def test_every_problem_has_a_sentence_with_a_way_out(use):
    for code in inspection.PROBLEMS:
        words = " ".join(inspection._sentences(code, "cmd.exe", use))
        assert words.endswith(".")
        assert "%(" not in words


def test_a_file_over_the_limit_is_refused_without_being_read(use, monkeypatch):
    monkeypatch.setattr(inspection, "ask_inspector", lambda file: pytest.fail("it was read"))
    assert "The file has 10.1 MB. The limit is 10 MB." in said_of(b"0" * 10_100_000, use)


# ---------------------------------------------------------------- A hostile file
@pytest.fixture
def program(monkeypatch, tmp_path):
    """Return a function that sets what the inspector does, as if a file had made it do so."""

    def does(code):
        path = tmp_path / "program.py"
        path.write_text(code)
        monkeypatch.setattr(inspection, "PROGRAM", path)
        with tempfile.TemporaryFile() as file:
            return ask_inspector(file)

    return does


@pytest.mark.parametrize("code", ["import os; os.abort()", "print('no JSON')", "raise SystemExit(1)", "bytes(9**12)"])
def test_an_inspector_that_crashes_refuses_the_file(program, code):
    assert program(code) == {"problem": "too_complicated"}


def test_an_inspector_that_never_ends_is_stopped(program, monkeypatch):
    monkeypatch.setattr(inspection, "SECONDS", 0.3)
    assert program("while True: pass") == {"problem": "too_complicated"}


def test_the_inspector_knows_no_secrets(program, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "secret")
    found = program("import json, os, sys; print(json.dumps({'env': dict(os.environ), 'path': sys.path}))")
    assert found["env"].keys() <= {"PATH", "LC_CTYPE"}
    assert str(Path.cwd()) not in found["path"]


def test_the_inspector_has_little_memory_and_time_and_writes_nothing(program):
    found = program(f"""
import json, resource, sys
sys.path.insert(0, {str(REAL.parent)!r})
import inspector
inspector.limit_resources()
limited = (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE)
print(json.dumps([resource.getrlimit(kind)[1] for kind in limited]))
""")
    assert found == [inspector.MEMORY, inspector.SECONDS, 0]
