"""PDF files out of our own HTML, tagged for screen readers (PDF/UA)."""

import contextlib
import logging
import mimetypes
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage

# Addresses in the page are read as if it stood here; nothing is ever fetched from it.
BASE = "http://portal.invalid/"
PROGRESS = logging.getLogger("weasyprint.progress")
PAGE_DONE = re.compile(r"Page (\d+)")


@dataclass(frozen=True)
class Pdf:
    """A PDF, and of how many pages it is."""

    data: bytes
    pages: int


class CannotMakePdf(Exception):
    """This machine lacks a library; the text names it."""


@cache
def why_no_pdf() -> str | None:
    """Return why this machine can make no PDFs, or None if it can."""
    try:
        import weasyprint  # noqa: F401
    except (ImportError, OSError) as problem:
        reason = str(problem).splitlines()[0]
        return (
            f"PDFs cannot be made on this machine ({reason}). Install Pango; on Debian and Ubuntu: "
            "apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
        )
    return None


def render_pdf(html: str) -> bytes:
    """Return the page as a PDF. Pictures, fonts and styles come from our static files, and nothing from elsewhere.

    :raises CannotMakePdf: if the machine lacks Pango.
    """
    return make_pdf(html).data


def make_pdf(html: str, *, pages_done: Callable[[int], None] | None = None) -> Pdf:
    """Return the page as a PDF of so many pages; long ones tell meanwhile how many of them are laid out.

    :raises CannotMakePdf: if the machine lacks Pango.
    """
    if reason := why_no_pdf():
        raise CannotMakePdf(reason)
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OwnFiles(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith("data:"):
                return super().fetch(url, headers)
            file = _static_file(url)
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            return URLFetcherResponse(url, file.read_bytes(), {"Content-Type": kind})

    html_page = HTML(string=html, base_url=BASE, url_fetcher=OwnFiles(allowed_protocols=["data"]))
    with _pages_told_to(pages_done):
        document = html_page.render(pdf_variant="pdf/ua-1")
    data = document.write_pdf(pdf_variant="pdf/ua-1", finisher=_say_what_headers_head)
    return Pdf(data, len(document.pages))


def _say_what_headers_head(document: Any, file: Any) -> None:
    """Say of each header cell whether it heads its column or its row (ISO 32000-1, 14.8.5.7); WeasyPrint does not."""
    structure: list[Any] = [part for part in file.objects if isinstance(part, dict) and part.get("S")]
    parts = {part.reference: part for part in structure}
    for part in parts.values():
        if part["S"] == "/TH":
            row = parts.get(part["P"], {})
            section = parts.get(row.get("P"), {})
            part["A"]["Scope"] = "/Column" if section.get("S") == "/THead" else "/Row"


class _Pages(logging.Handler):
    """Hears of each page that this thread lays out; a page that is laid out once more is not told again."""

    def __init__(self, tell: Callable[[int], None]) -> None:
        super().__init__(logging.INFO)
        self.tell, self.thread, self.most = tell, threading.get_ident(), 0

    def emit(self, record: logging.LogRecord) -> None:
        found = PAGE_DONE.search(record.getMessage())
        if found and record.thread == self.thread and int(found[1]) > self.most:
            self.most = int(found[1])
            self.tell(self.most)


@contextlib.contextmanager
def _pages_told_to(tell: Callable[[int], None] | None) -> Iterator[None]:
    """Tell how far the layout is, for which WeasyPrint has no other way than a log of its own."""
    if tell is None:
        yield
        return
    handler = _Pages(tell)
    PROGRESS.addHandler(handler)
    try:
        yield
    finally:
        PROGRESS.removeHandler(handler)


def _static_file(url: str) -> Path:
    path = url.removeprefix(BASE.rstrip("/"))
    if not path.startswith(settings.STATIC_URL):
        raise ValueError(f"A PDF takes nothing from outside the portal: {url}")
    name = path.removeprefix(settings.STATIC_URL).split("?")[0].split("#")[0]
    gathered = Path(staticfiles_storage.path(name))  # refuses ".."
    found = str(gathered) if gathered.exists() else finders.find(name)
    if not found:
        raise ValueError(f"There is no static file {name}.")
    return Path(found)
