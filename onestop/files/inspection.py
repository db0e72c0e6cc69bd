"""Whether an uploaded file is accepted, and what it is. A process of its own looks into it (``inspector``)."""

import json
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onestop.files import inspector, kinds
from onestop.files.models import StoredFile, size_in_words
from onestop.files.names import clean_name
from onestop.files.uses import FileUse

log = logging.getLogger(__name__)

PROGRAM = Path(inspector.__file__)
SECONDS = 25  # until an answer is no longer waited for; the program itself may compute for a few seconds less
CHUNK = 256_000
PRINT_IT = gettext_lazy("Print it to a new PDF, and choose that.")
SAVE_AGAIN = gettext_lazy("Open it, save it again, and choose it again.")

PROBLEMS = {
    "empty": gettext_lazy("The file is empty."),
    "unknown": gettext_lazy("This kind of file is not accepted."),
    "program": gettext_lazy("This is a program. Programs are not accepted."),
    "archive": gettext_lazy("This is a ZIP archive. Extract it, and choose the file itself."),
    "text_document": gettext_lazy("This is a text document (RTF). Save it as a PDF, and choose that."),
    "other_picture": gettext_lazy("This picture is in a format that is not accepted. Save it as a JPEG or PDF."),
    "old_office": gettext_lazy(
        "This file is in an old Office format, or has a password. Save it as a PDF without a password."
    ),
    "password": gettext_lazy("The file has a password. Save it without one, and choose it again."),
    "broken": gettext_lazy("The file is damaged and cannot be opened."),
    "broken_pdf": gettext_lazy("The PDF is damaged or incomplete. Save or scan it again, and choose it again."),
    "broken_picture": gettext_lazy("The picture is damaged or incomplete. Save or scan it again."),
    "too_many_pixels": gettext_lazy("The picture has %(what)s million pixels; the limit is %(limit)s million."),
    "bomb": gettext_lazy("This file was refused for safety: extracted, it is far larger than it can be."),
    "macros": gettext_lazy("The file contains macros. Save it without macros, or as a PDF."),
    "javascript": gettext_lazy("The PDF contains a program (JavaScript)."),
    "launch": gettext_lazy("The PDF contains a command that starts another program (Launch)."),
    "sends_data": gettext_lazy("The PDF contains a form that sends or reads data by itself."),
    "media": gettext_lazy("The PDF contains video, sound or other media."),
    "xfa": gettext_lazy("The PDF is an interactive form (XFA), which few programs can show."),
    "automatic": gettext_lazy("The PDF does something by itself when it is opened (%(what)s)."),
    "attached": gettext_lazy("The PDF contains an attached file (%(what)s). Save it without attachments."),
    "too_complicated": gettext_lazy("The file is too complicated to be checked."),
}
AND_THEN = {
    **dict.fromkeys(("javascript", "launch", "sends_data", "media", "xfa", "automatic", "too_complicated"), PRINT_IT),
    "broken": SAVE_AGAIN,
}


class NotAccepted(Exception):
    """A file is not accepted; the message says why, and what to do instead."""


@dataclass(frozen=True)
class Inspected:
    """What an accepted file is."""

    name: str
    kind: str
    pages: int | None


def inspect(upload: UploadedFile, use: FileUse) -> Inspected:
    """Return what an uploaded file is.

    :raises NotAccepted: if its use does not accept it.
    :raises OSError: if it cannot be read, or the disk is full.
    """
    size = upload.size or 0
    if size > use.most_bytes:
        raise NotAccepted(too_big(size, use))
    with as_real_file(upload) as file:
        found = ask_inspector(file)
    if code := found.get("problem"):
        raise NotAccepted(" ".join(_sentences(code, found.get("what", ""), use)))
    _refuse_other_kinds(str(upload.name or ""), found["kind"], use)
    name = clean_name(str(upload.name or ""), found["kind"], str(use.label))
    return Inspected(name, found["kind"], found["pages"])


def too_big(size: int, use: FileUse) -> str:
    """Return the error text of a file over the limit."""
    sizes = {"size": size_in_words(size), "limit": size_in_words(use.most_bytes)}
    return _("The file has %(size)s. The limit is %(limit)s. Scan it with a lower resolution, or split it.") % sizes


def ask_inspector(file: IO[bytes]) -> dict[str, Any]:
    """Return what the inspector says of a file, at whatever it does to it."""
    try:
        done = subprocess.run(
            # Isolated: without our environment, which has secrets, and without the folders of other packages.
            [sys.executable, "-I", "-B", str(PROGRAM)], stdin=file, capture_output=True, timeout=SECONDS, check=False,
            env={"PATH": os.defpath}, cwd="/",
        )  # fmt: skip
        found: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        log.warning("The inspection of an uploaded file took longer than %s seconds.", SECONDS)
        return {"problem": "too_complicated"}
    except ValueError:
        log.warning("The inspection of an uploaded file ended with %s: %s", done.returncode, done.stderr[-500:])
        return {"problem": "too_complicated"}
    return found


def _sentences(code: str, what: str, use: FileUse) -> Iterator[str]:
    limit = inspector.MOST_PIXELS // 1_000_000
    words = {"what": "".join(letter for letter in what if letter.isprintable()), "limit": limit}
    yield str(PROBLEMS[code]) % words
    if code in ("unknown", "program"):
        yield _accepted(use)
    if code in AND_THEN:
        yield str(AND_THEN[code])


def _refuse_other_kinds(name: str, kind: str, use: FileUse) -> None:
    words = {"kind": kinds.IN_SENTENCES[StoredFile.Kind(kind)], "ending": name.rpartition(".")[2].lower()}
    if kind not in use.kinds:
        raise NotAccepted(" ".join((_("This file is %(kind)s.") % words, _accepted(use))))
    if kinds.kind_by_ending(name) not in (kind, None):
        problem = _("The name of the file ends in .%(ending)s, but it is %(kind)s. Rename it to end in .%(right)s.")
        raise NotAccepted(problem % (words | {"right": kinds.ENDINGS[kind][0]}))


def _accepted(use: FileUse) -> str:
    return _("Accepted: %(kinds)s.") % {"kinds": kinds.in_words(use.kinds)}


@contextmanager
def as_real_file(upload: UploadedFile) -> Iterator[IO[bytes]]:
    """Open the contents of an upload as a file that another process can read: it may be in memory only."""
    with tempfile.TemporaryFile() as copy:
        for chunk in upload.chunks(CHUNK):
            copy.write(chunk)
        copy.flush()
        copy.seek(0)
        upload.seek(0)
        yield copy
