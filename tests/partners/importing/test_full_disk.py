"""A full disk: the form or page shows an error, nothing is saved, and no part of a file remains.

The kernel refuses to write: the process may write no file of more than LIMIT bytes.
"""

import os
import re
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.urls import reverse
from django.utils.timezone import now

from onestop.files.pdf import Pdf
from onestop.files.uploads import KeepOnDisk, NotKept
from partners.importing import runs
from partners.manual import paper, printing
from partners.manual.gathering import gather
from partners.models import ImportRun, ManualPrint
from tests.partners.importing.files import TWENTY

LIMIT = 100_000
LARGE = b"Partner,Notes\n" + b"House,Some words\n" * 20_000  # more than LIMIT, less than is kept on the disk
HUGE = b"Partner,Notes\n" + b"House,Some words\n" * 200_000  # kept on the disk while it comes
SENTENCE = "The server&#x27;s disk is full. Nothing was saved. Contact the operator and try again later."


@pytest.fixture(autouse=True)
def private_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "coming"
    (tmp_path / "coming").mkdir()


@contextmanager
def full_disk() -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def files_in(folder: Path) -> list[str]:
    return [str(path) for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("data", [LARGE, HUGE], ids=["while it is kept", "while it comes"])
def test_an_upload_to_a_full_disk_gives_a_form_error(as_, area, tmp_path, data):
    client, url = as_("staff"), reverse("partners:import_add", args=[area.slug])
    with full_disk():
        answer = client.post(url, {"file": SimpleUploadedFile("ours.csv", data), "kind": "partners"})
    page = answer.content.decode()
    assert answer.status_code == 503
    assert SENTENCE in page
    [chosen] = [tag for tag in re.findall("<input[^>]*>", page) if 'value="partners"' in tag]
    assert "checked" in chosen
    assert not ImportRun.objects.exists()
    assert files_in(tmp_path) == []
    answer = client.post(url, {"file": SimpleUploadedFile("ours.csv", data), "kind": "partners"})
    assert answer.status_code == 302
    assert len(files_in(tmp_path / "files")) == ImportRun.objects.count() == 1


def test_reading_a_file_that_was_not_stored_fails():
    handler = KeepOnDisk()
    handler.new_file("file", "ours.csv", "text/csv", None)
    with full_disk():
        handler.receive_data_chunk(LARGE, 0)
        file = handler.file_complete(len(LARGE))
    assert isinstance(file, NotKept)
    assert (file.name, file.size) == ("ours.csv", len(LARGE))
    for read in (file.read, lambda: list(file.chunks())):
        with pytest.raises(OSError, match="disk is full"):
            read()
    handler.new_file("file", "other.csv", "text/csv", None)  # the next one of the same form
    handler.receive_data_chunk(b"Partner", 0)
    kept = handler.file_complete(7)
    assert kept
    assert kept.read() == b"Partner"


@pytest.mark.parametrize("way", ["the file", "the row"])
def test_a_pdf_that_cannot_be_stored_leaves_no_file(area, partner, tmp_path, monkeypatch, way):
    made = printing.ask_for_current(area, gather(area, today=now().date()), by=None, at=now())
    pages = -1 if way == "the row" else 1
    monkeypatch.setattr(paper, "make_pdf", lambda html, **options: Pdf(b"%PDF-1.7" + b" " * 2 * LIMIT, pages))
    if way == "the file":
        with full_disk():
            assert printing.MAKER.work_on(made.pk, at=now())
    else:
        assert printing.MAKER.work_on(made.pk, at=now())
    made.refresh_from_db()
    assert made.status == "failed"
    assert ("disk is full" in made.message) == (way == "the file")
    assert files_in(tmp_path) == []


def test_an_upload_without_a_saved_row_leaves_no_file(area, tmp_path):
    with pytest.raises(IntegrityError):
        runs.start_import(area, "partners", ContentFile(TWENTY.encode(), name="ours.csv"), by=None, at=None)  # type: ignore[arg-type]
    assert files_in(tmp_path) == []


def test_files_without_a_row_are_deleted_after_a_day(area, partner, tmp_path, monkeypatch):
    monkeypatch.setattr(paper, "make_pdf", lambda html, **options: Pdf(b"%PDF-1.7", 1))
    run = runs.start_import(area, "partners", ContentFile(TWENTY.encode(), name="ours.csv"), by=None, at=now())
    made = printing.ask_for_current(area, gather(area, today=now().date()), by=None, at=now())
    printing.MAKER.work_on(made.pk, at=now())
    made.refresh_from_db()
    for folder in ("imports", "manuals"):
        (tmp_path / "files" / folder / "forgotten").write_text("A worker was killed here.")
    later = now() + timedelta(hours=25)
    for clean_up, at in ((runs.clean_up, now()), (printing.clean_up, now())):
        clean_up(at=at)
    assert len(files_in(tmp_path)) == 4
    runs.clean_up(at=later)
    printing.clean_up(at=later)
    assert sorted(files_in(tmp_path)) == sorted([run.file.path, made.file.path])
    assert ManualPrint.objects.get().file.read() == b"%PDF-1.7"


def test_a_file_gets_its_name_only_when_it_is_complete(settings, tmp_path):
    seen: list[list[str]] = []

    class Slow(ContentFile):
        def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
            yield b"first"
            seen.append([os.path.basename(path) for path in files_in(tmp_path)])  # noqa: PTH119
            yield b", second"

    storage = ImportRun._meta.get_field("file").storage
    assert storage.save("imports/whole", Slow(b"")) == "imports/whole"
    assert [name.endswith(".part") for name in seen[0]] == [True]
    assert files_in(tmp_path) == [str(tmp_path / "files" / "imports" / "whole")]
    assert (tmp_path / "files" / "imports" / "whole").read_bytes() == b"first, second"
    assert storage.save("imports/whole", ContentFile(b"another")) != "imports/whole"
