"""Look into a file that somebody has uploaded: what it is, and whether it may be dangerous.

This is a program of its own. It reads the file on its standard input and writes one line of JSON: its kind and number
of pages, or the code of a problem (``onestop.files.inspection`` has the sentences). The file comes from anybody, and
libraries in C read it: here it can use up neither the memory nor the time of the portal, and finds none of its secrets.
"""

import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from typing import IO, Any, BinaryIO, cast

MEMORY = 1_000_000_000  # bytes of addresses
SECONDS = 15  # of the processor
MOST_PIXELS = 60_000_000
MOST_PARTS = 5_000  # of an archive, and of a PDF that is looked at closely
MOST_UNPACKED = 200_000_000
MOST_RATIO = 200  # between what is extracted and what is stored
LONGEST_LIST = 1_000_000  # bytes of an archive's list of contents

Found = dict[str, Any]

# The first bytes of files that are often uploaded and not accepted.
FOREIGN = (
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"\xcf\xfa\xed\xfe", "program"),
    (b"#!", "program"),
    (b"\xd0\xcf\x11\xe0", "old_office"),
    (b"{\\rtf", "text_document"),
    (b"GIF8", "other_picture"),
    (b"II*\0", "other_picture"),
    (b"MM\0*", "other_picture"),
    (b"RIFF", "other_picture"),
)
PHOTOS = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypavif")


class Problem(Exception):
    """The file is refused; the code says why, ``what`` names what was found in it."""

    def __init__(self, code: str, what: str = "") -> None:
        super().__init__(code, what)
        self.found: Found = {"problem": code, "what": what[:100]}


def inspect(file: IO[bytes]) -> Found:
    """Return the kind of a file and the number of its pages.

    :raises Problem: if it is of no known kind, or damaged, or dangerous.
    """
    start = file.read(1024)
    file.seek(0)
    if not start:
        raise Problem("empty")
    if start.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"%PDF-"):
        return {"kind": "pdf", "pages": inspect_pdf(file)}
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        inspect_picture(file, "PNG")
        return {"kind": "png", "pages": None}
    if start.startswith(b"\xff\xd8\xff"):
        inspect_picture(file, "JPEG")
        return {"kind": "jpeg", "pages": None}
    if start.startswith(b"PK\x03\x04"):
        return {"kind": inspect_office(file), "pages": None}
    raise Problem(foreign(start))


def foreign(start: bytes) -> str:
    """Return the code of a file that is not accepted."""
    if start[4:12] in PHOTOS:
        return "other_picture"
    return next((code for magic, code in FOREIGN if start.startswith(magic)), "unknown")


# ---------------------------------------------------------------- Pictures
def inspect_picture(file: IO[bytes], kind: str) -> None:
    """Check that a picture is whole, and not so large that showing it would take too much memory.

    :raises Problem: otherwise.
    """
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # checked here, with a sentence of our own
    try:
        picture = Image.open(file, formats=[kind])
        width, height = picture.size
        if width * height > MOST_PIXELS:
            raise Problem("too_many_pixels", f"{width * height // 1_000_000}")
        if kind == "PNG":
            picture.verify()
        else:
            picture.draft("RGB", (width // 8, height // 8))  # an eighth of the work, and still all of the file
            picture.load()
    except (OSError, SyntaxError, ValueError, EOFError) as problem:
        raise Problem("broken_picture") from problem


# ---------------------------------------------------------------- Word and Excel
MAIN_PARTS = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": "xlsx",
}
MACROS = re.compile(r"vbaproject\.bin$|/macrosheets/|/activex/", re.IGNORECASE)


def inspect_office(file: IO[bytes]) -> str:
    """Return which kind of Office file an archive is.

    :raises Problem: if it is none, damaged, a bomb, or has macros.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            refuse_bomb(parts)
            if any(part.flag_bits & 1 for part in parts):
                raise Problem("password")
            if "[Content_Types].xml" not in archive.NameToInfo:
                raise Problem("archive")
            with archive.open("[Content_Types].xml") as listed:
                types = content_types(listed.read(LONGEST_LIST))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as problem:
        raise Problem("broken") from problem
    if any("macroenabled" in each.lower() for each in types) or any(MACROS.search(part.filename) for part in parts):
        raise Problem("macros")
    kind = next((MAIN_PARTS[each] for each in types if each in MAIN_PARTS), "")
    if not kind:
        raise Problem("archive")
    return kind


def refuse_bomb(parts: list[zipfile.ZipInfo]) -> None:
    """Check what an archive says of the size of its contents.

    :raises Problem: if it would be far larger when extracted.
    """
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED or unpacked > max(2_000_000, packed * MOST_RATIO):
        raise Problem("bomb")


def content_types(xml: bytes) -> list[str]:
    """Return the types of the parts of an Office file.

    :raises Problem: if the list cannot be read.
    """
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        return [part.get("ContentType", "") for part in fromstring(xml)]
    except (ParseError, DefusedXmlException) as problem:
        raise Problem("broken") from problem


# ---------------------------------------------------------------- PDF
# Names that an object of a PDF must contain before it is looked at closely.
SUSPECT = re.compile(
    rb"/(JavaScript|JS|Launch|OpenAction|AA|RichMedia|SubmitForm|ImportData|XFA|EF|GoToE|3D|Movie|Rendition)\b"
)
ACTIONS = {
    "/JavaScript": "javascript",
    "/Launch": "launch",
    "/SubmitForm": "sends_data",
    "/ImportData": "sends_data",
    "/GoToE": "attached",
    "/Rendition": "media",
    "/Movie": "media",
}
MEDIA = {"/RichMedia", "/3D", "/Movie"}
HARMLESS = {"/GoTo", "/Named"}  # actions that only turn pages
HARMLESS_FILES = re.compile(r"\.(pdf|txt|csv|xml|png|jpe?g|docx|xlsx)$", re.IGNORECASE)
DEEPEST = 60


def inspect_pdf(file: IO[bytes]) -> int:
    """Return the number of pages of a PDF.

    :raises Problem: if it needs a password, is damaged, or does something by itself.
    """
    import pikepdf

    try:
        with pikepdf.open(cast(BinaryIO, file)) as pdf:
            pages = len(pdf.pages)
            refuse_unfinished(file, pdf)
            if pages == 0:
                raise Problem("broken_pdf")
            refuse_automatic(pdf.Root, "/OpenAction")
            for thing in suspects(pdf):
                refuse_active(thing, 0)
            return pages
    except pikepdf.PasswordError as problem:
        raise Problem("password") from problem
    except (pikepdf.PdfError, pikepdf.DataDecodingError, ValueError, RuntimeError, OSError, RecursionError) as problem:
        raise Problem("broken_pdf") from problem


def refuse_unfinished(file: IO[bytes], pdf: Any) -> None:
    """Check that a file has its end: a library repairs what it can, and leaves out the pages that did not arrive.

    :raises Problem: if it has not.
    """
    size = file.seek(0, 2)
    file.seek(max(0, size - 2048))
    if b"%%EOF" not in file.read() and pdf.get_warnings():
        raise Problem("broken_pdf")


def suspects(pdf: Any) -> Iterator[Any]:
    """Yield the objects that name something dangerous; most are ruled out by their text, which is quick."""
    import pikepdf

    count = 0
    for thing in pdf.objects:
        if isinstance(thing, pikepdf.Stream):
            text = thing.stream_dict.unparse(resolved=True)
        elif isinstance(thing, pikepdf.Dictionary | pikepdf.Array):
            text = thing.unparse(resolved=True)
        else:
            continue
        if SUSPECT.search(text):
            count += 1
            if count > MOST_PARTS * 10:
                raise Problem("too_complicated")
            yield thing


def refuse_active(thing: Any, depth: int) -> None:
    """Check an object and what is written inside of it; other objects are looked at by themselves.

    :raises Problem: if it does something by itself.
    """
    import pikepdf

    if depth > DEEPEST:
        raise Problem("too_complicated")
    if isinstance(thing, pikepdf.Array):
        inner = list(thing)
    else:
        facts: Any = thing.stream_dict if isinstance(thing, pikepdf.Stream) else thing
        refuse_dictionary(facts)
        inner = [facts[key] for key in facts]
    for each in inner:
        if isinstance(each, pikepdf.Dictionary | pikepdf.Array) and not each.is_indirect:
            refuse_active(each, depth + 1)


def refuse_dictionary(facts: Any) -> None:
    """Check one dictionary of a PDF.

    :raises Problem: if it is an action, a form or an attachment that is not accepted.
    """
    action = str(facts.get("/S", ""))
    if "/JS" in facts or action in ACTIONS:
        raise Problem(ACTIONS.get(action, "javascript"))
    if str(facts.get("/Subtype", "")) in MEDIA:
        raise Problem("media")
    if "/XFA" in facts:
        raise Problem("xfa")
    if "/AA" in facts:
        for name in facts["/AA"]:
            refuse_automatic(facts["/AA"], name)
    if "/EF" in facts:
        refuse_attachment(facts)


def refuse_automatic(facts: Any, name: str) -> None:
    """Check what happens by itself, such as when the file is opened: only turning pages is harmless.

    :raises Problem: if it is anything else.
    """
    import pikepdf

    action = facts.get(name)
    if isinstance(action, pikepdf.Dictionary) and (kind := str(action.get("/S", ""))) not in HARMLESS:
        raise Problem(ACTIONS.get(kind, "automatic"), kind.lstrip("/"))


def refuse_attachment(facts: Any) -> None:
    """Check a file that is attached to a PDF.

    :raises Problem: unless it is a document, a picture or a text.
    """
    name = str(facts.get("/UF", "") or facts.get("/F", ""))
    if not HARMLESS_FILES.search(name):
        raise Problem("attached", name)
    for stream in facts["/EF"].values():
        if foreign(stream.read_bytes()[:16]) == "program":
            raise Problem("attached", name)


# ---------------------------------------------------------------- The program
def limit_resources() -> None:
    """Give this process little memory and time, and let it write nothing."""
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _now, hard = resource.getrlimit(kind)
        limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with suppress(ValueError):  # macOS does not know all of them
            resource.setrlimit(kind, (limit, limit))


def main() -> None:
    """Inspect the file on the standard input."""
    limit_resources()
    try:
        found = inspect(sys.stdin.buffer)
    except Problem as problem:
        found = problem.found
    except MemoryError:
        found = {"problem": "too_complicated", "what": ""}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
