"""Put a packet together: our part, tagged and with bookmarks, and then the papers, each with a bookmark."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.utils.html import escape
from django.utils.translation import gettext as _

from meetings.models import MeetingPdf
from meetings.pdfs import texts
from meetings.pdfs.papers import Paper, read_papers
from onestop.files.documents import Report
from onestop.files.pdf import LargePdf, Pdf, make_pdf

AT_ONCE = 40_000_000  # bytes of papers that are appended in one step
PAPERS_MARK = "<!-- papers -->"
TOTAL_MARK = 'data-total=""'
PDF_UA = "{http://www.aiim.org/pdfua/ns/id/}part"


def make_packet(asked: MeetingPdf, report: Report) -> LargePdf:
    """Return the packet, in a temporary file: papers are read, joined and written without being held in memory.

    :raises CannotMakePdf: if this machine lacks a library.
    """
    with tempfile.TemporaryDirectory() as folder:
        report(0.05, _("Reading the papers"))
        papers = read_papers(asked.papers, Path(folder))
        report(0.5, _("Laying out the agenda"))
        own = _lay_out(asked, papers)
        report(0.8, _("Joining the papers"))
        return _join(own, papers, Path(folder))


def _lay_out(asked: MeetingPdf, papers: Sequence[Paper]) -> Pdf:
    """Return our part. It names the page on which each paper begins, so it is laid out twice."""
    pages = _number(papers, 0)
    own = make_pdf(_html(asked, papers, pages))
    if not papers:
        return make_pdf(_html(asked, papers, own.pages))
    pages = _number(papers, own.pages)
    return make_pdf(_html(asked, papers, pages))


def _number(papers: Sequence[Paper], own_pages: int) -> int:
    """Set on which page each paper begins after our own; return how many pages there are in all."""
    at = own_pages + 1
    for paper in papers:
        if paper.is_included:
            paper.first_page = at
            at += paper.pages
    return at - 1


def _html(asked: MeetingPdf, papers: Sequence[Paper], pages: int) -> str:
    listed = texts.papers_html(papers, asked.meeting) if papers else ""
    total = escape(_(" of %(pages)d") % {"pages": pages})
    html = asked.html.replace(PAPERS_MARK, listed, 1)
    return html.replace(TOTAL_MARK, f'data-total="{total}"', 1)


def _join(own: Pdf, papers: Sequence[Paper], folder: Path) -> LargePdf:
    """Return our part and the papers. Pages of another file are held in memory until they are written: so in steps."""
    import pikepdf

    included = [paper for paper in papers if paper.path]
    path = folder / "joined.pdf"
    path.write_bytes(own.data)
    for batch in _batches(included):
        further = folder / "further.pdf"
        _append(path, batch, further)
        further.replace(path)
    made = tempfile.TemporaryFile()  # noqa: SIM115 -- closed by whoever stores it
    with pikepdf.open(path) as target:
        if included:
            _add_bookmarks(target, included)
            _claim_no_more(target)
        pages = len(target.pages)
        target.save(made, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return LargePdf(made, pages)


def _batches(papers: Sequence[Paper]) -> Iterator[list[Path]]:
    """Yield papers that fit into memory together."""
    batch: list[Path] = []
    size = 0
    for paper in papers:
        assert paper.path
        bytes_ = paper.path.stat().st_size
        if batch and size + bytes_ > AT_ONCE:
            yield batch
            batch, size = [], 0
        batch.append(paper.path)
        size += bytes_
    if batch:
        yield batch


def _append(path: Path, papers: Sequence[Path], to: Path) -> None:
    import pikepdf

    with ExitStack() as opened:
        target = opened.enter_context(pikepdf.open(path))
        for paper in papers:
            target.pages.extend(opened.enter_context(pikepdf.open(paper)).pages)
        target.save(to)


def _add_bookmarks(target: Any, papers: Sequence[Paper]) -> None:
    """Add a bookmark for each paper, below that of the list of papers."""
    import pikepdf

    with target.open_outline() as outline:
        place: Any = outline.root[-1].children if outline.root else outline.root
        for paper in papers:
            place.append(pikepdf.OutlineItem(paper.title, paper.first_page - 1))


def _claim_no_more(target: Any) -> None:
    """Remove the claim to PDF/UA: our pages are tagged, but what others wrote may not be."""
    with target.open_metadata(set_pikepdf_as_editor=False) as metadata:
        if PDF_UA in metadata:
            del metadata[PDF_UA]
