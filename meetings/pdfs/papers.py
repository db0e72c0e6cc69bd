"""Uploaded papers as pages of a packet: PDFs as they came, pictures on a page each; Word and Excel stay apart.

Each paper is written to a file of its own first, so that a broken one spoils no other, and a big one takes no memory.
"""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from meetings.agendas.reading import Agenda
from onestop.files.models import StoredFile
from onestop.ui.sentences import retold as _

MOST_BYTES = 300_000_000  # of all papers of a packet; what comes after them is downloaded apart
PAGE = (1700, 2200)  # a letter page at 200 dots an inch
MARGIN = 100
DPI = 200
Kind = StoredFile.Kind


@dataclass
class Paper:
    """One paper of an agenda, and what became of it in the packet."""

    title: str
    item: str
    name: str
    file: StoredFile | None
    path: Path | None = None
    pages: int = 0
    first_page: int = 0
    is_picture: bool = False
    why_apart: str = ""

    @property
    def is_included(self) -> bool:
        """Whether its pages follow in the packet."""
        return self.path is not None

    @property
    def last_page(self) -> int:
        """The number of its last page in the packet."""
        return self.first_page + self.pages - 1


def papers_of(agenda: Agenda) -> list[dict[str, Any]]:
    """Return the papers of an agenda as they are stored with the request of a packet."""
    return [
        {
            "file": paper.file_id,
            "sha256": paper.file.sha256,
            "title": paper.title,
            "name": paper.file.name,
            "item": f"{each.number}. {each.item.title}",
        }
        for each in agenda.items
        for paper in each.papers
    ]


def read_papers(stored: Iterable[dict[str, Any]], folder: Path) -> list[Paper]:
    """Return the papers of a request, each that can be included as a PDF in a folder."""
    stored = list(stored)
    files = StoredFile.objects.in_bulk([each["file"] for each in stored])
    papers = []
    left = MOST_BYTES
    for number, each in enumerate(stored):
        paper = Paper(each["title"], each["item"], each["name"], files.get(each["file"]))
        path = folder / f"{number}.pdf"
        paper.why_apart = _why_apart(paper.file, left) or _convert(paper, path)
        if not paper.why_apart and paper.file:
            paper.path = path
            left -= paper.file.size
        papers.append(paper)
    return papers


def _why_apart(file: StoredFile | None, left: int) -> str:
    if file is None or file.is_refused:
        return _("It was refused by the virus scanner.") if file else _("It is missing.")
    if not file.is_clean:
        return _("It waited for the virus scan when this packet was made.")
    if file.kind in (Kind.DOCX, Kind.XLSX):
        return _("%(kind)s: it cannot be put into a PDF.") % {"kind": file.get_kind_display()}
    if file.size > left:
        return _("The packet would be too large.")
    return ""


def _convert(paper: Paper, path: Path) -> str:
    """Write a paper as a PDF; return why that is impossible, or "". A storage that does not respond is an error."""
    import pikepdf
    from PIL import Image, UnidentifiedImageError

    file = paper.file
    assert file
    came = path.with_suffix(".came")
    try:
        with file.file.open("rb") as source, came.open("wb") as copy:
            shutil.copyfileobj(source, copy)
    except FileNotFoundError:
        return _("It is missing from the storage of files.")
    paper.is_picture = file.kind != Kind.PDF
    try:
        paper.pages = _draw(came, path) if paper.is_picture else _rewrite(came, path)
    except pikepdf.PasswordError:
        return _("It has a password.")
    except (pikepdf.PdfError, UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError):
        return _("It is damaged and cannot be opened.")
    finally:
        came.unlink()
    return "" if paper.pages else _("It has no pages.")


def _rewrite(came: Path, path: Path) -> int:
    """Write the pages of a PDF without what belongs to the whole of it; return their number."""
    import pikepdf

    with pikepdf.open(came) as source, pikepdf.new() as target:
        target.pages.extend(source.pages)
        for page in target.pages:
            _without_structure(page)
        pages = len(target.pages)
        target.save(path)
    return pages


def _without_structure(page: Any) -> None:
    """Remove the numbers by which a page refers to the tags of its own file: in another one they mean others."""
    resources = page.obj.get("/Resources")
    drawn = resources.get("/XObject") if resources is not None else None
    parts = [page.obj, *(page.obj.get("/Annots") or [])]
    parts += [drawn[name] for name in drawn.keys()] if drawn is not None else []  # noqa: SIM118 -- no dict
    for part in parts:
        for name in ("/StructParents", "/StructParent"):
            if name in part:
                del part[name]


def _draw(came: Path, path: Path) -> int:
    """Write a picture in the middle of a letter page, turned as the page suits it."""
    from PIL import Image, ImageOps

    with Image.open(came) as picture:
        picture.draft("RGB", (PAGE[1] * 2, PAGE[1] * 2))  # of a big photo, read no more than is needed
        turned = ImageOps.exif_transpose(picture)
        size = PAGE if turned.height >= turned.width else PAGE[::-1]
        turned.thumbnail((size[0] - 2 * MARGIN, size[1] - 2 * MARGIN))
        shown = turned.convert("RGBA")
    page = Image.new("RGB", size, "white")
    page.paste(shown, ((size[0] - shown.width) // 2, (size[1] - shown.height) // 2), shown)
    page.save(path, "PDF", resolution=DPI, quality=85)
    return 1
