"""PDF files from our own HTML, tagged for screen readers (PDF/UA)."""

import contextlib
import logging
import mimetypes
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.base import ContentFile, File
from django.utils.translation import gettext as _

# The base of relative URLs in the page; nothing is ever requested from it.
BASE = "http://portal.invalid/"
PROGRESS = logging.getLogger("weasyprint.progress")
PAGE_DONE = re.compile(r"Page (\d+)")


@dataclass(frozen=True)
class Pdf:
    """A PDF and its number of pages."""

    data: bytes
    pages: int

    def content(self) -> File:
        """Return it as a file, at its beginning."""
        return ContentFile(self.data)


@dataclass(frozen=True)
class LargePdf:
    """A PDF in a temporary file, which is too large to be held in memory, and its number of pages."""

    file: IO[bytes]
    pages: int

    def content(self) -> File:
        """Return it as a file, at its beginning."""
        self.file.seek(0)
        return File(self.file, name="large.pdf")


MadePdf = Pdf | LargePdf


class CannotMakePdf(Exception):
    """This machine lacks a library, which the message names."""


@cache  # in the language of the first call: only operators read it
def why_no_pdf() -> str | None:
    """Return why this machine cannot make PDFs, or ``None`` if it can."""
    try:
        import weasyprint  # noqa: F401
    except (ImportError, OSError) as problem:
        reason = str(problem).splitlines()[0]
        return _("This server cannot make PDFs (%(reason)s). Install Pango. On Debian and Ubuntu: %(command)s") % {
            "reason": reason,
            "command": "apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",  # no translation: a command
        }
    return None


def make_pdf(html: str, *, pages_done: Callable[[int], None] | None = None) -> Pdf:
    """Return a page as a PDF; pictures, fonts and styles come from our static files only.

    ``pages_done`` is called with the number of pages laid out so far.

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
    with _report_pages(pages_done):
        document = html_page.render(pdf_variant="pdf/ua-1")
    data = document.write_pdf(pdf_variant="pdf/ua-1", finisher=_set_header_scopes)
    return Pdf(data, len(document.pages))


def _set_header_scopes(document: Any, file: Any) -> None:
    """Set for each header cell whether it is a column or row header (ISO 32000-1, 14.8.5.7); WeasyPrint does not."""
    structure: list[Any] = [part for part in file.objects if isinstance(part, dict) and part.get("S")]
    parts = {part.reference: part for part in structure}
    for part in parts.values():
        if part["S"] == "/TH":
            row = parts.get(part["P"], {})
            section = parts.get(row.get("P"), {})
            part["A"]["Scope"] = "/Column" if section.get("S") == "/THead" else "/Row"


class _Pages(logging.Handler):
    """Report each page that this thread lays out; a page that is laid out again is not reported again."""

    def __init__(self, report: Callable[[int], None]) -> None:
        super().__init__(logging.INFO)
        self.report, self.thread, self.most = report, threading.get_ident(), 0

    def emit(self, record: logging.LogRecord) -> None:
        found = PAGE_DONE.search(record.getMessage())
        if found and record.thread == self.thread and int(found[1]) > self.most:
            self.most = int(found[1])
            self.report(self.most)


@contextlib.contextmanager
def _report_pages(report: Callable[[int], None] | None) -> Iterator[None]:
    """Report the progress of the layout, which WeasyPrint writes to a logger only."""
    if report is None:
        yield
        return
    handler = _Pages(report)
    PROGRESS.addHandler(handler)
    try:
        yield
    finally:
        PROGRESS.removeHandler(handler)


def _static_file(url: str) -> Path:
    path = url.removeprefix(BASE.rstrip("/"))
    if not path.startswith(settings.STATIC_URL):
        raise ValueError(f"A PDF loads nothing from outside the portal: {url}")
    name = path.removeprefix(settings.STATIC_URL).split("?")[0].split("#")[0]
    gathered = Path(staticfiles_storage.path(name))  # refuses ".."
    found = str(gathered) if gathered.exists() else finders.find(name)
    if not found:
        raise ValueError(f"There is no static file {name}.")
    return Path(found)
