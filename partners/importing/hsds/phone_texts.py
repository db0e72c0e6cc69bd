"""Phone numbers of a service: as one text that people read, and as the rows of HSDS."""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress

from partners.importing import cells

PART = re.compile(r"(?:([^:;]{1,40}): (?=[\d(+]))?(.+?)(?: ext\. ([1-9]\d{0,8}))?", re.DOTALL)
LONGEST_LEAD = 40  # characters of words before a number
# The types of RFC 6350, which HSDS uses, and other words for them, with the word that people read.
TYPES = (
    ("textphone", re.compile(r"\b(?:tty|tdd|textphone|teletype)\b", re.IGNORECASE), "TTY"),
    ("fax", re.compile(r"\bfax\b", re.IGNORECASE), "Fax"),
    ("text", re.compile(r"\b(?:text|sms)\b", re.IGNORECASE), "Text"),
    ("video", re.compile(r"\b(?:video|videophone)\b", re.IGNORECASE), "Video"),
    ("pager", re.compile(r"\bpager\b", re.IGNORECASE), "Pager"),
    ("hotline", re.compile(r"\bhotline\b", re.IGNORECASE), "Hotline"),
)
VOICE = {"", "voice", "phone", "cell", "hotline"}


def type_of(row: Mapping[str, str]) -> str:
    """Return the type of a phone in the words of HSDS 3: "voice", "fax", "textphone"."""
    given = (row.get("type") or row.get("number_type") or "").strip()
    found = next((code for code, words, _ in TYPES if words.search(given)), "")
    return found or given.lower() or "voice"


def is_voice(row: Mapping[str, str]) -> bool:
    """Return whether people can call a number and talk."""
    return type_of(row) in VOICE and bool(row.get("number", "").strip(' "'))


def split_phones(text: str) -> list[dict[str, str | int]]:
    """Return the rows of a text of phone numbers; :func:`join_phones` makes the same text of them."""
    rows: list[dict[str, str | int]] = []
    for part in text.split("; ") if text else []:
        match = PART.fullmatch(part)
        lead, number, extension = match.groups() if match else ("", part, "")
        code = next((code for code, words, _ in TYPES if words.search(part) and code != "hotline"), "voice")
        row: dict[str, str | int] = {"number": number, "type": code}
        rows.append(
            row | ({"extension": int(extension)} if extension else {}) | ({"description": lead} if lead else {})
        )
    return rows


def join_phones(rows: Iterable[Mapping[str, str]]) -> str:
    """Return a text of phone numbers, with words in front of each that say whose or what it is."""
    return "; ".join(write_phone(row) for row in rows)


def join_voices(rows: Iterable[Mapping[str, str]], longest: int) -> str:
    """Return a short text of the numbers that people can call, or only the first if they do not fit."""
    voices = [row for row in rows if is_voice(row)]
    text = join_phones(voices)
    return text if len(text) <= longest else write_phone(voices[0], short=True)


def write_phone(row: Mapping[str, str], *, short: bool = False) -> str:
    """Return a phone number with its extension and, unless ``short``, the words in front of it."""
    number = row.get("number", "").strip(' "') + (f" ext. {row['extension']}" if row.get("extension") else "")
    with suppress(cells.CannotRead):  # the reader of the row says what is wrong with it
        number = cells.read_phone(number)
    lead = " ".join(row.get("department", "").split() or row.get("description", "").split())
    if len(lead) > LONGEST_LEAD:
        lead = ""
    code = type_of(row)
    said = next((word for kind, _words, word in TYPES if kind == code), "")
    if said and not any(words.search(f"{lead} {number}") for kind, words, _ in TYPES if kind == code):
        lead = " ".join(part for part in (lead, said) if part)
    return number if short or not lead else f"{lead}: {number}"
