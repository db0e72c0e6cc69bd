"""What is found in uploaded files, by their contents."""

import io
import zipfile

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String
from PIL import ImageFile

from onestop.files import inspector
from onestop.files.inspector import Problem
from tests import factories
from tests.factories.files import EXCEL, WORD

JAVASCRIPT = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
WEB = Dictionary(S=Name.URI, URI=String("https://example.org"))


@pytest.fixture(autouse=True)
def pictures_must_be_whole(monkeypatch):
    """As in the inspector's own process: WeasyPrint, in this one, lets Pillow show incomplete pictures."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", False)


def found_in(contents):
    return inspector.inspect(io.BytesIO(contents))


def problem_of(contents):
    with pytest.raises(Problem) as problem:
        found_in(contents)
    return problem.value.found["problem"]


@pytest.mark.parametrize(
    ("contents", "kind", "pages"),
    [
        (factories.make_pdf_file(pages=3), "pdf", 3),
        (b"\xef\xbb\xbf\r\n" + factories.make_pdf_file(), "pdf", 1),
        (factories.make_picture("PNG"), "png", None),
        (factories.make_picture("JPEG"), "jpeg", None),
        (factories.make_office_file(WORD), "docx", None),
        (factories.make_office_file(EXCEL), "xlsx", None),
    ],
)
def test_the_kind_is_that_of_the_contents(contents, kind, pages):
    assert found_in(contents) == {"kind": kind, "pages": pages}


@pytest.mark.parametrize(
    ("contents", "problem"),
    [
        (b"", "empty"),
        (b"MZ\x90\0", "program"),
        (b"\x7fELF", "program"),
        (b"#!/bin/sh\nrm -rf /", "program"),
        (b"\xd0\xcf\x11\xe0 old", "old_office"),
        (b"{\\rtf1 text}", "text_document"),
        (b"GIF89a", "other_picture"),
        (b"\0\0\0\x18ftypheic", "other_picture"),
        (b"<html><script>alert(1)</script></html>", "unknown"),
        (b"Dear Sir or Madam", "unknown"),
        (factories.make_picture("PNG")[:60], "broken_picture"),
        (factories.make_picture("JPEG", (900, 900))[:-2000], "broken_picture"),
        (b"%PDF-1.7 and nothing else", "broken_pdf"),
        (factories.make_pdf_file(pages=50)[:3000], "broken_pdf"),
        (b"PK\x03\x04 damaged", "broken"),
    ],
)
def test_other_kinds_and_damaged_files_are_refused(contents, problem):
    assert problem_of(contents) == problem


def test_a_picture_with_too_many_pixels_is_not_decoded(monkeypatch):
    monkeypatch.setattr(inspector, "MOST_PIXELS", 2_000_000)
    with pytest.raises(Problem) as problem:
        found_in(factories.make_picture("PNG", (2000, 1500)))
    assert problem.value.found == {"problem": "too_many_pixels", "what": "3"}


# ---------------------------------------------------------------- Word and Excel
@pytest.mark.parametrize(
    ("contents", "problem"),
    [
        (factories.make_office_file(**{"word_vbaProject.bin": b"code"}), "macros"),
        (factories.make_office_file(EXCEL, **{"xl_macrosheets_sheet1.xml": b"code"}), "macros"),
        (factories.make_office_file(WORD, **{"word_activeX_activeX1.bin": b"code"}), "macros"),
        (factories.make_office_file(WORD.replace(".main", ".macroEnabled.main")), "macros"),
        (factories.make_office_file("application/vnd.ms-powerpoint"), "archive"),
        (factories.make_office_file(WORD, **{"word_document.xml": b"0" * 30_000_000}), "bomb"),
        (factories.make_office_file(WORD, **{f"part{number}": b"" for number in range(5_001)}), "bomb"),
        (factories.make_office_file('"/><!DOCTYPE x [<!ENTITY a "b">]>'), "broken"),
    ],
    ids=["macros", "macro sheets", "ActiveX", "macro type", "slides", "bomb", "parts", "XML"],
)
def test_office_files_with_macros_or_that_are_bombs_are_refused(contents, problem):
    assert problem_of(contents) == problem


def test_an_archive_is_no_document():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("letter.pdf", b"%PDF")
    assert problem_of(made.getvalue()) == "archive"


def test_an_entity_is_not_expanded():
    with pytest.raises(Problem):
        inspector.content_types(b'<!DOCTYPE x [<!ENTITY a "aaaa">]><Types><Override ContentType="&a;"/></Types>')


# ---------------------------------------------------------------- PDF
def on_opening(action):
    return lambda pdf: pdf.Root.__setattr__("OpenAction", action)


def on_a_page(**keys):
    return lambda pdf: [pdf.pages[0].obj.__setattr__(key, value) for key, value in keys.items()]


def link(action):
    return on_a_page(Annots=Array([Dictionary(Type=Name.Annot, Subtype=Name.Link, A=action)]))


def named(action):
    return lambda pdf: pdf.Root.__setattr__("Names", Dictionary(JavaScript=action))


def attached(name, contents):
    return lambda pdf: pdf.attachments.__setitem__(name, contents)


def with_a_form(**keys):
    return lambda pdf: pdf.Root.__setattr__("AcroForm", pdf.make_indirect(Dictionary(Fields=Array(), **keys)))


ACTIVE = {
    "JavaScript when opened": (on_opening(JAVASCRIPT), "javascript"),
    "JavaScript on a page": (on_a_page(AA=Dictionary(O=JAVASCRIPT)), "javascript"),
    "JavaScript behind a link": (link(JAVASCRIPT), "javascript"),
    "JavaScript of a name": (named(JAVASCRIPT), "javascript"),
    "JavaScript as a next action": (link(Dictionary(S=Name.GoTo, D=Array(), Next=JAVASCRIPT)), "javascript"),
    "a program": (link(Dictionary(S=Name.Launch, F=String("cmd.exe"))), "launch"),
    "a form that sends data": (link(Dictionary(S=Name.SubmitForm, F=String("https://example.org"))), "sends_data"),
    "a website when opened": (on_opening(WEB), "automatic"),
    "a website on a page": (on_a_page(AA=Dictionary(O=WEB)), "automatic"),
    "media": (on_a_page(Annots=Array([Dictionary(Type=Name.Annot, Subtype=Name.RichMedia)])), "media"),
    "XFA": (with_a_form(XFA=String("<xdp/>")), "xfa"),
    "an attached program": (attached("setup.exe", b"MZ"), "attached"),
    "a program with another name": (attached("letter.txt", b"MZ\x90"), "attached"),
}  # fmt: skip


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("what", ACTIVE)
def test_active_content_is_refused(what, compressed):
    change, problem = ACTIVE[what]
    mode = pikepdf.ObjectStreamMode.generate if compressed else pikepdf.ObjectStreamMode.disable
    assert problem_of(factories.make_pdf_file(change, object_stream_mode=mode)) == problem


def test_names_written_as_numbers_are_found():
    contents = factories.make_pdf_file(link(JAVASCRIPT), object_stream_mode=pikepdf.ObjectStreamMode.disable)
    disguised = contents.replace(b"/JavaScript", b"/J#61vaScript").replace(b"/JS", b"/#4aS")
    assert disguised != contents
    assert problem_of(disguised) == "javascript"


@pytest.mark.parametrize(
    "change",
    [
        on_opening(Array([0, Name.Fit])),
        on_opening(Dictionary(S=Name.GoTo, D=Array([0, Name.Fit]))),
        link(WEB),
        attached("costs.xlsx", b"PK\x03\x04"),
        with_a_form(),
    ],
)
def test_harmless_content_is_accepted(change):
    assert found_in(factories.make_pdf_file(change))["kind"] == "pdf"


def test_a_password_is_refused_unless_the_file_opens_without():
    with_password = factories.make_pdf_file(encryption=pikepdf.Encryption(owner="a", user="b"))
    assert problem_of(with_password) == "password"
    only_rights = factories.make_pdf_file(encryption=pikepdf.Encryption(owner="a", user=""))
    assert found_in(only_rights)["kind"] == "pdf"


def test_a_very_deep_object_is_refused():
    def change(pdf):
        deep = Dictionary(AA=Dictionary())
        for _ in range(70):
            deep = Dictionary(AA=Dictionary(), K=deep)
        pdf.Root.Deep = deep

    assert problem_of(factories.make_pdf_file(change)) in ("too_complicated", "broken_pdf")
