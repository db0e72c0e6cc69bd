"""In which encoding a text file is written, and texts that were encoded twice.

A file that is not UTF-8 says nowhere what it is. It is read in the encoding in which its letters stand as in words, if
only one does; otherwise it is refused, and the refusal shows a line as the likeliest encoding would read it.
"""

import codecs
import re
import unicodedata
from collections.abc import Iterable
from typing import IO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onestop.files.unreadable import CannotReadFile
from onestop.ui.spreadsheets import CHUNK

SAVE_AS_CSV = gettext_lazy(
    "Open it in a spreadsheet program and save it as “CSV UTF-8” or as an Excel workbook (.xlsx)."
)
ASCII = bytes(range(128))
CONTROLS = bytes((*range(9), *range(14, 27), *range(28, 32), 127))
CANDIDATES = {
    "cp1252": "Windows-1252",
    "mac_roman": "Mac Roman",  # no translation: a name
    "cp850": "DOS (code page 850)",  # no translation: a name
}
USUAL = frozenset("áéíóúüñçàèêôâîùÁÉÍÓÚÜÑÇ")
RARER = frozenset("ìòûäëïöåæøœãõýßÀÈÌÒÙÂÊÎÔÛÄËÏÖÅÆØŒÃÕÝ")
SIGNS = frozenset("’‘“”–—…•·°®™©§½¼¾×¿¡ªº´€£«»\xa0±²³µ¢†‡")  # noqa: RUF001
INSIDE = frozenset("–—·\xa0")  # noqa: RUF001 (signs that seldom stand inside a word)
USUALLY = {"cp1252": 0.2}  # what nearly all programs write that do not write UTF-8
APOSTROPHE = frozenset("stdlrvm")  # letters behind an apostrophe in English: it's, don't, we'll
FITS, CLEARLY = 0.85, 0.2  # how well letters stand as in words, at most 1; by how much the next encoding is behind
MOST_LINES, LONGEST_LINE = 200, 400
# A letter of UTF-8 that was read as Windows-1252 is two signs, and a dash or a quotation mark is three.
SECOND = "[\u0080-\u00bf\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
TWICE = re.compile(f"[\u00c2-\u00df]{SECOND}|\u00e2{SECOND}{{2}}")


def detect_encoding(file: IO[bytes]) -> str:
    """Return the encoding of a text file, read in chunks.

    :raises CannotReadFile: if it is not text, or in an encoding that is not supported or not certain.
    """
    start = file.read(4096)
    file.seek(0)
    if start.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise CannotReadFile(_("The file is in UTF-32, which few programs can read."), SAVE_AS_CSV)
    for bom, name in ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if start.startswith(bom):
            # In UTF-16 nearly any bytes decode to something.
            if not _decodes(file, name) or (name == "utf-16" and not _reads_as_words(start.decode(name, "ignore"))):
                problem = _("The file is marked as %(encoding)s, but parts of it are not.")
                raise CannotReadFile(problem % {"encoding": name.upper()[:6]}, SAVE_AS_CSV)
            return name
    odd = high = total = 0
    while piece := file.read(CHUNK):
        total += len(piece)
        odd += len(piece) - len(piece.translate(None, CONTROLS))
        high += len(piece.translate(None, ASCII))
    file.seek(0)
    if odd:
        raise CannotReadFile(_("This is not a text file, or it is UTF-16 without a byte order mark."), SAVE_AS_CSV)
    if _decodes(file, "utf-8"):
        return "utf-8"
    if high / total >= 0.2:
        raise CannotReadFile(_("The text encoding of the file could not be detected."), SAVE_AS_CSV)
    return _single_byte(file)


def _single_byte(file: IO[bytes]) -> str:
    """Return the encoding that fits a file which is not UTF-8."""
    lines = _lines_beyond_ascii(file)
    mixed = [number for number, line in lines if _is_utf8(line)]
    lines = [(number, line) for number, line in lines if number not in mixed] or lines
    fits = {name: _fit(line.decode(name, "replace") for _at, line in lines) for name in CANDIDATES}
    name, other = sorted(fits, key=lambda name: -fits[name] - USUALLY.get(name, 0))[:2]
    ahead = fits[name] + USUALLY.get(name, 0) - fits[other] - USUALLY.get(other, 0)
    if not mixed and fits[name] >= FITS and ahead >= CLEARLY and _decodes(file, name):
        return name
    at, line = lines[0]
    if mixed:
        words = _(
            "Some lines of the file are UTF-8 and others are not: line %(utf8)s is, line %(other)s is not. "
            "Read as %(encoding)s, line %(other)s is: “%(text)s”."
        )
    else:
        words = _(
            "The file is not UTF-8, and it is not certain what it is. %(encoding)s fits best. "
            "Line %(other)s would be: “%(text)s”."
        )
    shown = " ".join(line.decode(name, "replace").split())[:120]
    said = {"encoding": CANDIDATES[name], "utf8": mixed[0] if mixed else "", "other": at, "text": shown}
    raise CannotReadFile(words % said, SAVE_AS_CSV)


def _lines_beyond_ascii(file: IO[bytes]) -> list[tuple[int, bytes]]:
    """Return the numbers and beginnings of the first lines with other letters than those of ASCII."""
    found: list[tuple[int, bytes]] = []
    number, rest = 1, b""
    while len(found) < MOST_LINES and (piece := file.read(CHUNK)):
        *whole, rest = (rest[-LONGEST_LINE:] + piece).splitlines(keepends=True) or [b""]
        if rest.endswith((b"\n", b"\r")):
            whole, rest = [*whole, rest], b""
        for line in whole:
            if not line.isascii():
                found.append((number, _around(line)))
            number += 1
    if not rest.isascii():
        found.append((number, _around(rest)))
    file.seek(0)
    return found[:MOST_LINES]


def _around(line: bytes) -> bytes:
    """Return the part of a line around its first letter beyond ASCII."""
    first = next(at for at, byte in enumerate(line) if byte > 127)
    start = max(0, first - LONGEST_LINE // 4)
    return line[start : start + LONGEST_LINE]


def _is_utf8(line: bytes) -> bool:
    """Return whether all letters of a line are UTF-8, the last of which may be cut off."""
    try:
        line.decode("utf-8")
    except UnicodeDecodeError as problem:
        return problem.reason == "unexpected end of data" and not line[: problem.start].isascii()
    return True


def _fit(texts: Iterable[str]) -> float:
    """Return how well the letters beyond ASCII stand as they do in words: 1 for all, 0 for none."""
    good = total = 0.0
    for text in texts:
        padded = f" {text} "
        for before, sign, after in zip(padded, padded[1:], padded[2:], strict=False):
            if not sign.isascii():
                total += 1
                good += _stands(before, sign, after)
    return good / total if total else 0.0


def _stands(before: str, sign: str, after: str) -> float:
    if sign in USUAL or sign in RARER:
        if sign.isupper() and before.isalpha() and (before.islower() or after.islower()):
            return 0.0  # a capital inside a word
        return 1.0 if sign in USUAL else 0.7
    if sign not in SIGNS:
        return 0.0
    if before.isalpha() and after.isalpha():
        if sign == "’":  # noqa: RUF001
            return 1.0 if after in APOSTROPHE or before.isupper() else 0.3
        return 0.5 if sign in INSIDE else 0.0
    return 1.0


def _decodes(file: IO[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while piece := file.read(CHUNK):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        file.seek(0)
    return True


def _reads_as_words(text: str) -> bool:
    """Return whether a text has no control, private-use or unassigned characters."""
    return not any(unicodedata.category(letter) in {"Cc", "Cn", "Co"} for letter in text if letter not in "\t\r\n\f\v")


# ---------------------------------------------------------------- Encoded twice
def repaired(text: str) -> str:
    """Return a text whose letters were encoded twice as they were meant: "NiÃ±os" is "Niños"; others unchanged."""
    return text if text.isascii() else TWICE.sub(_meant, text)


def _meant(match: re.Match[str]) -> str:
    data = bytearray()
    for sign in match.group():
        try:
            data += sign.encode("cp1252")
        except UnicodeEncodeError:
            if ord(sign) > 255:
                return match.group()
            data.append(ord(sign))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return match.group()
