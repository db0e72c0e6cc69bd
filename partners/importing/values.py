"""Find the value in a cell that holds other words beside it: "x.org (under construction)", "7/1/2026, tentative".

Each reader returns the value and what is left of the cell, so that nothing of a cell gets lost without a word.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from onestop.editing import phones
from partners.importing import cells
from partners.importing.cells import CannotRead, CannotUse

MOST = 500  # characters of a cell in which a value is looked for
EMAIL = re.compile(r"[^\s<>()\[\],;:|/\"]{1,64}@[^\s<>()\[\],;:|/\"]{1,190}")
WHOLE_EMAIL = re.compile(r"(?:mailto:)?[^\s<>]+", re.IGNORECASE)
WHOLE_WEBSITE = re.compile(r"<?\S+")
WEBSITE = re.compile(
    r"(?:https?://[^\s<>\"]{1,290}|(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,15}(?::\d{1,5})?(?:/[^\s<>\"]{0,200})?)",
    re.IGNORECASE,
)
ZIP = re.compile(r"(?<![\d#])\d{5}(?:-\d{4})?(?!\d)")
DATE = re.compile(
    r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})(?!\d)"
    r"|\b[a-z]{3,9}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}|\b\d{1,2} [a-z]{3,9} \d{4}",
    re.IGNORECASE,
)
MIDNIGHT = re.compile(r"[T ](?:0?0|12):00(?::00)?(?:\.0+)?(?: ?AM)?$", re.IGNORECASE)
TIME_BEHIND = re.compile(r"[T ]\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?(?: ?[AP]M)?$", re.IGNORECASE)
FIRST_WORD = re.compile(r"\s*([a-z]{1,7})\b\s*[,;:.(/\u2013\u2014-]\s*(.*)", re.IGNORECASE | re.DOTALL)
EXTENSION = re.compile(r"(?:x|ext\.?|extension|#)\s*(\d{1,7})", re.IGNORECASE)
CUTS_OF_PHONES = re.compile(
    r"[;\n|]|\s/\s|/(?=\s{0,2}\(?\d)|\b(?:or|and)\b(?=\s{0,2}\(?\d)|,(?=\s{0,2}\(?\d{3})", re.IGNORECASE
)
NUMBER = re.compile(
    r"(?:\+?1[\s.-]{1,2})?\(?\d{3}\)?[\s.-]{0,2}\d{3}[\s.-]?\d{4}(?:\s{0,2}(?:x|ext\.?|extension)\s{0,2}\d{1,7})?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Found:
    """A value, and the words of the cell that are no part of it."""

    value: Any
    left: str = ""
    others: tuple[str, ...] = ()  # further values of the same kind, for which the field has no room


def find_value(reader: str, read: Callable[..., Any], text: str, *, longest: int) -> Found:
    """Return the value of a cell.

    :raises CannotRead: if there is none; the message is a sentence that says why.
    """
    special = SPECIAL.get(reader)
    return special(text, longest) if special else Found(read(text, longest=longest))


# ---------------------------------------------------------------- One of several, among words
def _email(text: str, longest: int) -> Found:
    return _among(text, EMAIL, cells.read_email, longest or 254, whole=WHOLE_EMAIL)


def _website(text: str, longest: int) -> Found:
    return _among(text, WEBSITE, cells.read_website, longest or 300, whole=WHOLE_WEBSITE)


def _zip(text: str, longest: int) -> Found:
    return _among(text, ZIP, cells.read_zip, longest or 10, whole=None)


def _among(
    text: str, shape: re.Pattern[str], read: Callable[..., str], longest: int, *, whole: re.Pattern[str] | None
) -> Found:
    refused: CannotRead | None = None
    if whole is None or whole.fullmatch(text.strip()):
        try:
            return Found(read(text, longest=longest))
        except CannotUse:
            raise
        except CannotRead as problem:
            refused = problem
    found: list[tuple[str, str]] = []
    for match in shape.finditer(text[:MOST]):
        if shape is WEBSITE and "@" in text[max(0, match.start() - 1) : match.end() + 1]:
            continue  # the end of an email address
        try:
            found.append((match.group(), read(match.group(), longest=longest)))
        except CannotRead as problem:
            refused = refused or problem
    if not found:
        if refused is None:
            return Found(read(text, longest=longest))
        raise refused
    others = tuple(dict.fromkeys(value for _typed, value in found[1:] if value != found[0][1]))
    left = text
    for typed, _value in found:
        left = left.replace(typed, " ", 1)
    words = _words_of(left, found[0][0])
    return Found(found[0][1], "" if others and cells.fold(words) in ("and", "or") else words, others)


# ---------------------------------------------------------------- Dates, yes and no, numbers
def _date(text: str, longest: int) -> Found:
    if (behind := TIME_BEHIND.search(text.strip())) and not MIDNIGHT.search(text.strip()):
        return Found(cells.read_date(text), behind.group().strip("T "))
    try:
        return Found(cells.read_date(text))
    except CannotRead:
        found = list(DATE.finditer(text[:MOST]))
        if len(found) != 1:  # two dates are a span, and nobody says which end is meant
            raise
        day = cells.read_date(found[0].group())
        return Found(day, _words_of(text[: found[0].start()] + " " + text[found[0].end() :], found[0].group()))


def _yes_no(text: str, longest: int) -> Found:
    try:
        return Found(cells.read_yes_no(text))
    except CannotRead:
        if match := FIRST_WORD.fullmatch(text[:MOST]):
            word = cells.fold(match.group(1))
            if word in ("yes", "y", "no", "n"):
                return Found(cells.read_yes_no(word), match.group(2).strip(" )"))
        raise


# ---------------------------------------------------------------- Phones
def _phone(text: str, longest: int) -> Found:
    """Keep a number with the words beside it; if the field has no room for them, keep the number alone."""
    longest = longest or 40
    text = " ".join(text.split())
    if EXTENSION.fullmatch(text):
        raise OnlyExtension(_("This is only an extension. Add the number before it."))
    if len(text) <= cells.LONGEST_PHONE:
        try:
            number = phones.read_phone(text)
        except phones.NotAPhoneNumber as problem:
            if len(CUTS_OF_PHONES.split(text)) == 1:
                raise CannotUse(_("This is not a phone number. %(problem)s") % {"problem": problem}) from problem
        else:
            if len(number) <= longest:
                return Found(number)
    return _parts_of_phone(text, longest)


def _parts_of_phone(text: str, longest: int) -> Found:
    kept, left, others = "", [], []
    why: Exception | None = None
    for part in (part.strip() for part in CUTS_OF_PHONES.split(text) if part.strip()):
        try:
            number = phones.read_phone(part)
        except phones.NotAPhoneNumber as problem:
            why = why or problem
            left.append(part)
            continue
        longer = f"{kept}; {number}" if kept else number
        if len(longer) <= longest:
            kept = longer
        elif kept:
            others.append(number)
        else:
            kept = _dialed(number)
            if len(kept) > longest:
                raise CannotUse(cells.too_long(kept, longest))
            left.append(_beside(part, kept))
    if not kept:
        raise CannotUse(_("This is not a phone number. %(problem)s") % {"problem": why or ""}) from why
    return Found(kept, "; ".join(part for part in left if part), tuple(others))


def _dialed(text: str) -> str:
    """Return the first number of a text without the words around it."""
    match = re.search(r"\(\d{3}\) \d{3}-\d{4}(?: ext\. \d+)?", text)
    return match.group() if match else text


def _beside(part: str, number: str) -> str:
    """Return the words of a part that are no part of its number."""
    match = NUMBER.search(part)
    return _words_of(part[: match.start()] + " " + part[match.end() :], number) if match else part


class OnlyExtension(CannotUse):
    """The cell has an extension and no number."""


def extension_in(text: str) -> str:
    """Return the digits of a cell that holds only an extension."""
    match = EXTENSION.fullmatch(" ".join(text.split()))
    return match.group(1) if match else ""


def _words_of(left: str, value: str) -> str:
    """Return what is left of a cell, without signs around it; nothing if it has no words."""
    words = re.sub(r"[(\[<]\s{0,3}[)\]>]", " ", left)
    words = " ".join(words.split()).strip(" ,;:|/<>-\u2013\u2014")
    words = re.sub(r"^\(([^()]*)\)$", r"\1", words)
    return words if cells.fold(words) or "?" in words else ""


SPECIAL: dict[str, Callable[[str, int], Found]] = {
    "email": _email,
    "website": _website,
    "zip": _zip,
    "date": _date,
    "yesno": _yes_no,
    "phone": _phone,
}
