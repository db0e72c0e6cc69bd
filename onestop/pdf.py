"""PDF files out of our own HTML, tagged for screen readers (PDF/UA)."""

import mimetypes
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage

# Addresses in the page are read as if it stood here; nothing is ever fetched from it.
BASE = "http://portal.invalid/"


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
    return html_page.write_pdf(pdf_variant="pdf/ua-1")


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
