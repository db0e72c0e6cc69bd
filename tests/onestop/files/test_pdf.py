"""PDFs from our own HTML."""

import builtins
import contextlib
import logging
import re
import zlib

import pdfua
import pikepdf
import pytest

from onestop.files import pdf
from onestop.files.pdf import CannotMakePdf, make_pdf, why_no_pdf

needs_pango = pytest.mark.skipif(why_no_pdf() is not None, reason="this machine lacks Pango, and says so")


@needs_pango
def test_a_page_becomes_a_tagged_pdf():
    page = '<html lang="en"><head><title>Plan</title></head><body><h1>Plan</h1><p>Text.</p></body></html>'
    made = make_pdf(page).data
    assert made.startswith(b"%PDF-")
    objects = b""
    for stream in re.findall(rb"stream\n(.*?)\nendstream", made, re.DOTALL):
        with contextlib.suppress(zlib.error):
            objects += zlib.decompress(stream)
    assert b"/MarkInfo" in objects
    assert b"/Lang" in objects


@needs_pango
def test_only_our_own_static_files_are_loaded(caplog):
    page = """<html lang="en"><head><title>Plan</title><link rel="stylesheet" href="/static/admin/css/base.css"></head>
    <body><h1>Plan</h1><img alt="a" src="http://example.com/x.png"><img alt="b" src="file:///etc/passwd">
    <img alt="c" src="/static/../manage.py"></body></html>"""
    with caplog.at_level(logging.ERROR, "weasyprint"):
        assert make_pdf(page).data.startswith(b"%PDF-")
    refused = [record.getMessage() for record in caplog.records]
    assert len(refused) == 3, refused
    assert all("portal" in words or "static" in words.lower() or "path" in words.lower() for words in refused), refused
    assert not any("base.css" in words for words in refused)


def test_without_pango_the_error_says_what_to_install(monkeypatch):
    real = builtins.__import__

    def refuse(name, *args, **kwargs):
        if name.startswith("weasyprint"):
            raise OSError("cannot load library 'libgobject-2.0-0': no such file\nmore")
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", refuse)
    pdf.why_no_pdf.cache_clear()
    try:
        assert "apt install libpango" in (why_no_pdf() or "")
        with pytest.raises(CannotMakePdf, match="libgobject"):
            make_pdf("<p>")
    finally:
        pdf.why_no_pdf.cache_clear()


@needs_pango
def test_header_cells_have_a_scope(tmp_path):
    table = "<thead><tr><th>Day<th>Desk</thead><tbody><tr><th>Monday<td>Room 4</tbody>"
    file = tmp_path / "table.pdf"
    page = f'<html lang="en"><head><title>Desks</title></head><body><h1>Desks</h1><table>{table}</table></body></html>'
    file.write_bytes(make_pdf(page).data)
    with pikepdf.open(file) as made:
        cells = [part for part in made.objects if isinstance(part, pikepdf.Dictionary) and part.get("/S") == "/TH"]
        assert sorted(str(cell.A.Scope) for cell in cells) == ["/Column", "/Column", "/Row"]
    assert pdfua.validate(file).findings == ()
