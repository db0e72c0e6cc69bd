"""Read the persons in a cell: "Ana Diaz, Director, (555) 555-0101", "Ana Diaz / Bo Chen"."""

import re
from dataclasses import dataclass, field

from partners.importing import cells, values
from partners.importing.cells import CannotRead

PHONE = values.NUMBER
CUTS = re.compile(r"[;\n|/]|&|\band\b|\bor\b", re.IGNORECASE)
BEHIND = {
    "jr", "sr", "ii", "iii", "iv", "phd", "md", "edd", "esq", "mba", "ma", "ms", "msw", "lcsw", "crc", "rn", "jd",
    "cpa", "med", "ba", "bs", "mpa", "mph", "gcdf",
}  # fmt: skip
JOBS = re.compile(
    r"\b(director|manager|mgr|coordinator|coord|supervisor|specialist|administrator|admin|officer|president|chair|"
    r"counselor|counsellor|superintendent|dean|chief|assistant|asst|lead|head|liaison|representative|rep|secretary|"
    r"executive|exec|ceo|coo|cfo|vp|deputy|analyst|advisor|adviser|planner|instructor|teacher|principal|staff|intake|services?|"
    r"caseworker|case worker|navigator|recruiter|consultant|programs?|interim|acting|dir|treasurer|clerk|judge|mayor|"
    r"commissioner|regional|district|senior|dvop|lver|owner|partner)\b",
    re.IGNORECASE,
)
NOBODY = {"front desk", "intake", "reception", "vacant", "main office", "main", "office", "staff", "any", "anyone"}
NAME = re.compile(r"[^\W\d_][\w.'\u2019-]*(?: [^\W\d_][\w.'\u2019-]*){1,4}")
# What is left around a number or an address that was taken out of a text.
EMPTY = re.compile(
    r"\(\s{0,3},?\s{0,3}\)|<\s{0,3},?\s{0,3}>|\b(?:ph|phone|tel|cell|e-?mail)\.?:?\s{0,3}(?=,)", re.IGNORECASE
)
MOST = 400  # characters


@dataclass
class Person:
    """A person, with what stands beside the name."""

    name: str
    title: str = ""
    phone: str = ""
    email: str = ""


@dataclass
class Persons:
    """The persons of a cell, and the words that are no part of one."""

    people: list[Person] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    is_reordered: bool = False  # "Diaz, Ana" was read as Ana Diaz


def read_persons(text: str) -> Persons:
    """Return the persons in a cell; a text that is not clearly several persons is one."""
    text = text.strip()
    found = Persons()
    if not text or len(text) > MOST:
        found.people.append(Person(" ".join(text.split())))
        return found
    pieces = [piece.strip() for piece in CUTS.split(text) if piece.strip(" ,")]
    if len(pieces) > 1:
        each = [_one(piece) for piece in pieces]
        if all(one is not None and is_name(one.people[0].name) for one in each):
            for one in each:
                assert one is not None
                found.people += one.people
                found.left += one.left
            return found
    several = _listed(text)
    if several:
        found.people = several
        return found
    return _one(text) or Persons([Person(" ".join(text.split()))])


def is_name(text: str) -> bool:
    """Return whether a text looks like the first and last name of a person."""
    words = text.split()
    return bool(
        NAME.fullmatch(text) and text[0].isupper() and words[-1][0].isupper() and not JOBS.search(text)
        and cells.fold(text) not in NOBODY
    )  # fmt: skip


def _listed(text: str) -> list[Person]:
    """Return the persons of "Ana Diaz, Bo Chen", where each piece is a name."""
    pieces = [piece.strip() for piece in text.split(",") if piece.strip()]
    return [Person(piece) for piece in pieces] if len(pieces) > 1 and all(map(is_name, pieces)) else []


def _one(text: str) -> Persons | None:
    """Return the person of a text with title, phone and email address beside the name."""
    email = phone = ""
    rest = text
    if match := values.EMAIL.search(rest):
        try:
            email = cells.read_email(match.group())
            rest = rest.replace(match.group(), ",", 1)
        except CannotRead:
            pass
    if match := PHONE.search(rest):
        try:
            phone = cells.read_phone(match.group())
            rest = rest.replace(match.group(), ",", 1)
        except CannotRead:
            pass
    rest = EMPTY.sub(",", rest)
    pieces = [piece.strip(" :.\n") if len(piece.strip()) < 3 else piece.strip(" :\n") for piece in
              re.split(r"[,;\n(]|\)|\s[-\u2013\u2014]\s|:\s", rest) if piece.strip(" :.-\n")]  # fmt: skip
    if not pieces:
        return None
    found = Persons([Person(pieces[0], "", phone, email)])
    person = found.people[0]
    titles: list[str] = []
    for piece in pieces[1:]:
        if cells.key(piece) in BEHIND and not titles:
            person.name += f", {piece}"
        elif JOBS.search(piece) and not PHONE.search(piece):
            titles.append(piece)
        elif (
            len(pieces) == 2
            and len(pieces[0].split()) == 1
            and len(piece.split()) <= 2
            and piece[:1].isupper()
            and (re.search(r",", text) and not re.search(r"\d|\(", piece))
        ):  # "Diaz, Ana"
            person.name, found.is_reordered = f"{piece} {pieces[0]}", True
        else:
            found.left.append(piece)
    if (
        JOBS.search(person.name) and titles == [] and len(found.left) == 1 and is_name(found.left[0])
    ):  # "Director: Ana Diaz"
        titles, person.name, found.left = [person.name], found.left[0], []
    person.title = ", ".join(titles)
    person.name = " ".join(person.name.split())
    return found
