"""Stored files, and the contents of files as people upload them."""

import hashlib
import io
import zipfile
from collections.abc import Callable
from typing import Any

import pikepdf
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from onestop.files.models import StoredFile

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def make_file(contents: bytes = b"%PDF-1.7 letter", *, state: str = "clean", **fields: Any) -> StoredFile:
    """Return a stored file; without a ``use``, that of the letter of a tenure."""
    file = StoredFile(
        **{"use": "partners.tenure_proof", "name": "letter.pdf", "kind": "pdf", "pages": 1, "at": timezone.now()}
        | {"size": len(contents), "sha256": hashlib.sha256(contents).hexdigest(), "state": state, "by": None}
        | {"message": "It has a virus." if state == "refused" else ""}
        | fields
    )
    file.asked_at = file.at
    if state != "refused":
        file.file.save(file.name, ContentFile(contents), save=False)
    file.save()
    return file


def upload(contents: bytes | None = None, name: str = "letter.pdf") -> SimpleUploadedFile:
    """Return a file as it comes with a form: a PDF, unless it is said."""
    return SimpleUploadedFile(name, make_pdf_file() if contents is None else contents)


def make_pdf_file(change: Callable[[pikepdf.Pdf], Any] | None = None, *, pages: int = 1, **save: Any) -> bytes:
    """Return a PDF of empty pages, changed in some way."""
    pdf = pikepdf.new()
    for _ in range(pages):
        pdf.add_blank_page()
    if change:
        change(pdf)
    made = io.BytesIO()
    pdf.save(made, deterministic_id="encryption" not in save, **save)
    return made.getvalue()


def make_picture(kind: str = "PNG", size: tuple[int, int] = (60, 40)) -> bytes:
    """Return a picture in one color."""
    made = io.BytesIO()
    Image.new("RGB", size, "teal").save(made, kind)
    return made.getvalue()


def make_office_file(main: str = WORD, /, **parts: bytes) -> bytes:
    """Return an Office file with a main part and others; underscores in their names stand for slashes."""
    made = io.BytesIO()
    types = f'<Types xmlns="x"><Override PartName="/main.xml" ContentType="{main}"/></Types>'
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types)
        for name, contents in parts.items():
            archive.writestr(name.replace("_", "/"), contents)
    return made.getvalue()
