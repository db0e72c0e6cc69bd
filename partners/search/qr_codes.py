"""QR codes that open a page of the public directory on a phone."""

import io

import segno
from django.conf import settings

from onestop.ops.typed_text import printable

LONGEST = 600  # characters of a URL; a code of more is too fine for a phone at arm's length
PIXELS = 8  # for each module of the code, at its own size


def address_on_paper(path: str) -> str:
    """Return the full URL of a page, as printed below its code."""
    return f"{settings.PUBLIC_URL}{path}"


def fits(path: str) -> bool:
    """Return whether the URL is short enough for a code."""
    return len(address_on_paper(path)) <= LONGEST


def code_for(path: str, title: str) -> bytes:
    """Return the code of a page as SVG; black on white in every theme."""
    drawing = io.BytesIO()
    code = segno.make(address_on_paper(path), error="m", micro=False)
    code.save(drawing, kind="svg", scale=PIXELS, border=4, dark="black", light="white", title=printable(title))
    return drawing.getvalue()
