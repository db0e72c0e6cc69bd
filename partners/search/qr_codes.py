"""Codes for paper (QR) that lead a phone to a page of the public directory."""

import io

import segno
from django.conf import settings

from onestop.ops.typed_text import printable

LONGEST = 600  # characters of an address; a code of more is too fine for a phone at arm's length
PIXELS = 8  # for each module, at the size of the drawing itself


def address_on_paper(path: str) -> str:
    """Return the whole address of a page, as it is written below its code."""
    return f"{settings.PUBLIC_URL}{path}"


def fits(path: str) -> bool:
    """Whether the address is short enough for a code."""
    return len(address_on_paper(path)) <= LONGEST


def code_for(path: str, title: str) -> bytes:
    """Return the drawing (SVG) of the code that leads to a page; black on white, whatever the theme."""
    drawing = io.BytesIO()
    code = segno.make(address_on_paper(path), error="m", micro=False)
    code.save(drawing, kind="svg", scale=PIXELS, border=4, dark="black", light="white", title=printable(title))
    return drawing.getvalue()
