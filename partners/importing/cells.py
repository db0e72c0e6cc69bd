"""Read the cells of a file as people type them."""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from email.utils import parseaddr
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.db.models import TextChoices
from django.utils.translation import gettext as _

from onestop.editing import phones, websites
from onestop.ops.typed_text import printable
from onestop.ui.spreadsheets import NEWLINE
from partners.importing.readings import Reading

NOTHING = {"", "na", "none", "null", "nil", "tbd", "tba", "unknown", "nothing", "notapplicable", "notavailable"}
YES = {"yes", "y", "true", "t", "1", "x", "on", "public", "checked", "si"}
NO = {"no", "n", "false", "f", "0", "off", "private", "internal", "unchecked"}
QUOTED = re.compile(r'[^\S\n]*+"((?:[^"]|"")*+)"[^\S\n]*+(?=[;\n]|$)')
UP_TO_SEPARATOR = re.compile(r"[^;\n]*")
ZIP = re.compile(r"(\d{5})(?:[-\s]?(\d{4}))?")
END_OF_ADDRESS = re.compile(r",?\s{1,20}([A-Za-z]{2})\.?,?\s{1,20}(\d{5}(?:-\d{4})?)$")
LONGEST_PHONE = 120  # characters of a number with its words
LONGEST_END = 60  # characters of an address in which its state and ZIP code are looked for
DATE_SHAPES = (
    "%Y-%m-%d",
    "%m/%d/%Y",
    "%m/%d/%y",
    "%m-%d-%Y",
    "%m.%d.%Y",
    "%B %d, %Y",
    "%b %d, %Y",
    "%d %B %Y",
    "%d %b %Y",
)
EXCEL_EPOCH = date(1899, 12, 30)

_valid_email = EmailValidator()


class CannotRead(Exception):
    """The cell has no valid value for its field; the message is a sentence that says why."""


class CannotUse(CannotRead):
    """The cell holds what its field does not accept. The field is left as it is, and the row is imported."""


# ---------------------------------------------------------------- Comparing
def fold(text: str) -> str:
    """Return the words of a text without case, accents and punctuation."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("&", " and "))
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign)).replace("'", "").replace("\u2019", "")
    return " ".join("".join(sign if sign.isalnum() else " " for sign in plain).split())


@lru_cache(maxsize=100_000)
def key(text: str) -> str:
    """Return a key of letters and digits that is the same for different spellings of a name."""
    return fold(text).replace(" ", "") or " ".join(text.casefold().split())


def is_nothing(text: str) -> bool:
    """Return whether a cell means "no value": "n/a", "-", "TBD"."""
    return len(text) < 20 and fold(text).replace(" ", "") in NOTHING


def comparable(value: Any, reader: str) -> Any:
    """Return a value in normal form, so that two spellings of it are no change."""
    if isinstance(value, str):
        text = " ".join((value if value.isprintable() else printable(value)).split())
        if reader == "phone":
            return re.sub(r"\D", "", text) or text
        if reader == "website":
            return re.sub(r"^https?://", "", text, flags=re.IGNORECASE).rstrip("/.,").lower()
        return text.lower() if reader in ("email", "state") else text
    return _comparable_list(tuple(value)) if isinstance(value, list | tuple) else value


@lru_cache(maxsize=10_000)
def _comparable_list(values: tuple[Any, ...]) -> list[Any]:
    texts = [comparable(value, "text") for value in values]
    return sorted({text for text in texts if text})


def differ(one: Any, other: Any, reader: str) -> bool:
    """Return whether two values are more than two spellings of the same."""
    if one == other:
        return False
    if one == "" and reader == "long":  # a new thing, and a text too long to be taken apart for nothing
        return bool(other.strip())
    return bool(comparable(one, reader) != comparable(other, reader))


# ---------------------------------------------------------------- Lists
def split_list(text: str, *, commas: bool = False) -> list[str]:
    """Split a cell at semicolons and line ends, and with ``commas`` also at commas outside brackets.

    A part in quotation marks is not split.
    """
    parts: list[str] = []
    at = 0
    while at <= len(text):
        if quoted := QUOTED.match(text, at):
            parts.append(quoted.group(1).replace('""', '"'))
            at = quoted.end() + 1
            continue
        plain = UP_TO_SEPARATOR.match(text, at)
        assert plain is not None
        parts.extend(_cut_commas(plain.group()) if commas else [plain.group()])
        at = plain.end() + 1
    return list(dict.fromkeys(part for part in (" ".join(part.split()) for part in parts) if part))


def join_list(values: Iterable[str], *, commas: bool = False) -> str:
    """Join parts into one cell that :func:`split_list` splits into the same parts."""
    signs = ';\n,"' if commas else ';\n"'
    return "; ".join(
        '"' + value.replace('"', '""') + '"' if any(sign in value for sign in signs) else value for value in values
    )


def _cut_commas(text: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for at, sign in enumerate(text):
        depth = max(0, depth + (sign == "(") - (sign == ")"))
        if sign == "," and not depth:
            parts.append(text[start:at])
            start = at + 1
    return [*parts, text[start:]]


# ---------------------------------------------------------------- One value
def read_text(text: str, *, longest: int = 0) -> str:
    """Return a text.

    :raises CannotRead: if it is longer than ``longest``.
    """
    if longest and len(text) > longest:
        raise CannotRead(too_long(text, longest))
    return text


def too_long(text: str, longest: int) -> str:
    """Return a sentence that says that a text is too long."""
    words = _("This text has %(length)s characters. The limit is %(limit)s.")
    return words % {"length": f"{len(text):,}", "limit": f"{longest:,}"}


def read_line(text: str, *, longest: int = 0) -> str:
    """Return a text on one line."""
    return read_text(" ".join(text.split()), longest=longest)


def read_website(text: str, *, longest: int = 300) -> str:
    """Return a web address; one without a scheme gets https://.

    :raises CannotUse: if it leads elsewhere than to the web, or is an email address.
    """
    try:
        address = websites.read_website(text.strip().strip("<>").rstrip(".,"))
    except websites.NotOfTheWeb as problem:
        raise CannotUse(str(problem)) from problem
    except websites.NotAWebsite as problem:
        raise CannotRead(str(problem)) from problem
    return read_text(address, longest=longest)


def read_email(text: str, *, longest: int = 254) -> str:
    """Return an email address, also from ``Jane Doe <jane@example.org>``."""
    address = re.sub(r"^mailto:", "", text.strip(), flags=re.IGNORECASE)
    if "<" in address:
        address = parseaddr(address)[1]
    address = address.strip(" .,")
    try:
        _valid_email(address)
    except ValidationError as problem:
        raise CannotRead(_("This is not an email address. Write it like name@example.org.")) from problem
    return read_text(address.lower(), longest=longest)


def read_phone(text: str, *, longest: int = 40) -> str:
    """Return a text with its phone numbers written like (555) 010-0142 ext. 5.

    :raises CannotUse: if nobody can dial it.
    """
    text = read_line(text, longest=longest or LONGEST_PHONE)
    try:
        number = phones.read_phone(text)
    except phones.NotAPhoneNumber as problem:
        raise CannotUse(_("This is not a phone number. %(problem)s") % {"problem": problem}) from problem
    return read_text(number, longest=longest)


def read_zip(text: str, *, longest: int = 10) -> str:
    """Return a ZIP code; restore leading zeros that a spreadsheet removed."""
    text = re.sub(r"\.0$", "", text.strip())
    if text.isdecimal() and text.isascii():
        if len(text) in (3, 4):
            return text.zfill(5)
        if len(text) == 8:
            text = text.zfill(9)
    if match := ZIP.fullmatch(text):
        return "-".join(part for part in match.groups() if part)
    raise CannotRead(_("This is not a ZIP code. Use five digits, or five and four."))


def read_state(text: str, *, longest: int = 2) -> str:
    """Return the two-letter code of a state, also from its name."""
    code = STATES.get(fold(text)) or text.strip(" .").replace(".", "").upper()
    if not re.fullmatch("[A-Z]{2}", code):
        raise CannotRead(_("This is not a state. Use two letters, such as OH."))
    return code


def read_date(text: str, *, longest: int = 0) -> date:
    """Return a date from 2026-07-01, 7/1/2026, July 1, 2026, or an Excel day number."""
    words = re.sub(r"[T ]\d{1,2}:\d{2}(:\d{2})?(\.\d+)?( ?[AP]M)?$", "", " ".join(text.split()), flags=re.IGNORECASE)
    words = re.sub(r"(?<=\d)(st|nd|rd|th)\b", "", words, flags=re.IGNORECASE).replace("Sept ", "Sep ")
    words = re.sub(r"^([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})$", r"\1 \2, \3", words)
    for shape in DATE_SHAPES:
        try:
            found = datetime.strptime(words, shape).date()  # noqa: DTZ007 (a day, not an instant)
        except ValueError:
            continue
        if 1700 <= found.year <= 2200:
            return found
    if re.fullmatch(r"[2-6]\d{4}", words):
        return EXCEL_EPOCH + timedelta(days=int(words))
    raise CannotRead(_("This is not a date. Write it as month/day/year, such as 7/1/2026."))


def read_yes_no(text: str, *, longest: int = 0) -> bool:
    """Return whether the cell says yes."""
    word = fold(text).replace(" ", "") or ("yes" if text.strip() in "✓✔☑" else "")
    if word in YES:
        return True
    if word in NO:
        return False
    raise CannotRead(_("Write Yes or No."))


def read_details(text: str, *, longest: int = 0) -> list[dict[str, str]]:
    """Return the details of several things, which a reader of other files has written as JSON."""
    try:
        return [{str(name): str(value) for name, value in each.items()} for each in json.loads(text)]
    except (ValueError, TypeError, AttributeError, RecursionError) as problem:
        raise CannotUse(_("This is not a list of details.")) from problem


def read_address(text: str) -> dict[str, str]:
    """Split an address in one cell into street, city, state and ZIP code; empty if it is only a street."""
    text = text.strip()
    end = END_OF_ADDRESS.search(text, max(0, len(text) - LONGEST_END))
    if end is None or (end.group(1).upper() not in STATES.values() and not end.group().startswith(",")):
        return {}
    before = text[: end.start()]
    cut = max(before.rfind(","), before.rfind("\n"))
    street, city = before[: max(cut, 0)].rstrip(", \n"), before[cut + 1 :].strip()
    if not street or not city:
        return {}
    return {
        "street": " ".join(street.replace("\n", ", ").split()),
        "city": city,
        "state_code": end.group(1).upper(),
        "postal_code": end.group(2),
    }


# ---------------------------------------------------------------- Names
CUTS = (r",", r",|/|\+|\||•|·", r",|/|\+|\||•|·|&|\band\b")


class Names:
    """Look up things by codes, labels and other names, regardless of case and punctuation."""

    def __init__(self, names: Mapping[Any, Iterable[str]]) -> None:
        """Index all names of each thing; drop names that two things share."""
        self._things: dict[str, Any] = {}
        shared = set()
        for thing, spellings in names.items():
            for spelling in {key(spelling) for spelling in spellings if spelling}:
                if self._things.setdefault(spelling, thing) != thing:
                    shared.add(spelling)
        for spelling in shared:
            del self._things[spelling]

    def find(self, text: str) -> Any:
        """Return the thing with this name, or None. Words in brackets may be an explanation or the name."""
        return self.find_among(text)[0]

    def find_among(self, text: str) -> tuple[Any, str]:
        """Return the thing with this name, or None, and the words that stand beside the name."""
        found = self._things.get(key(text))
        if found is None and "(" in text:
            outside, inside = re.sub(r"\([^()]*\)", " ", text), " ".join(re.findall(r"\(([^()]*)\)", text))
            around, within = (self._things.get(key(part)) if part.strip() else None for part in (outside, inside))
            if around is not None and within is None:
                return around, inside.strip()
            if within is not None and around is None and not re.search(r"[/,+|]", outside):
                return within, outside.strip()
            found = around if around == within else None
        return found, ""

    def read(self, text: str) -> tuple[list[Any], list[str]]:
        """Return the things that a cell names, in order, and the parts that match nothing."""
        reading = self.read_all(text)
        return reading.things, reading.unknown

    def read_all(self, text: str) -> Reading:
        """Return the things that a cell names, the parts that match nothing, and words that stand beside a name."""
        reading = Reading()
        for part in split_list(text):
            things, unknown = self._in_part(part, reading.asides)
            reading.add(things)
            reading.unknown.extend(unknown)
        return reading

    def label(self, thing: Any) -> str:
        """Return the name of a thing in remarks."""
        return str(thing)

    def like(self, text: str) -> str:
        """Return the label of the thing whose name is written most like a text, or nothing."""
        return ""

    def _in_part(self, part: str, asides: list[str]) -> tuple[list[Any], list[str]]:
        whole, beside = self.find_among(part)
        if whole is not None:
            asides.extend([beside] if beside else [])
            return [whole], []
        if both := self._both(part):
            return both, []
        for cut in CUTS:
            pieces = [piece.strip() for piece in re.split(cut, part) if piece.strip()]
            if len(pieces) > 1:
                tried: list[str] = []
                found, unknown = self._longest_first(pieces, tried)
                if not unknown:
                    asides.extend(tried)
                    return found, []
        pieces = [piece.strip() for piece in part.split(",") if piece.strip()]
        return self._longest_first(pieces, asides) if len(pieces) > 1 else ([], [part])

    def _longest_first(self, pieces: Sequence[str], asides: list[str]) -> tuple[list[Any], list[str]]:
        found: list[Any] = []
        unknown: list[str] = []
        at = 0
        while at < len(pieces):
            for end in range(min(len(pieces), at + 6), at, -1):
                thing, beside = self.find_among(", ".join(pieces[at:end]))
                if thing is not None:
                    found.append(thing)
                    asides.extend([beside] if beside else [])
                    at = end
                    break
            else:
                both = self._both(pieces[at])
                found += both
                unknown += [] if both else [pieces[at]]
                at += 1
        return found, unknown

    def _both(self, text: str) -> list[Any]:
        """Return the two things of "Adults (low income)"; nothing if one of the names is unknown."""
        match = re.fullmatch(r"([^()]+)\(([^()]+)\)", text)
        both = [self._things.get(key(part)) for part in match.groups()] if match else [None]
        return [] if None in both else both


def choice_names(choices: type[TextChoices], more: Mapping[str, str] | None = None) -> Names:
    """Return the names of choices: codes, labels and other common words."""
    names = {value: [value, str(label)] for value, label in choices.choices}
    for word, value in (more or {}).items():
        names[value].append(word)
    return Names(names)


def tidy(text: str) -> str:
    """Normalize line ends, and remove unprintable characters and surrounding spaces."""
    return (text if text.isprintable() else printable(NEWLINE.sub("\n", text))).strip()


STATES = {
    name: code
    for code, name in (
        pair.strip().split(" ", 1)
        for pair in """
AL alabama, AK alaska, AZ arizona, AR arkansas, CA california, CO colorado, CT connecticut, DE delaware,
DC district of columbia, FL florida, GA georgia, HI hawaii, ID idaho, IL illinois, IN indiana, IA iowa, KS kansas,
KY kentucky, LA louisiana, ME maine, MD maryland, MA massachusetts, MI michigan, MN minnesota, MS mississippi,
MO missouri, MT montana, NE nebraska, NV nevada, NH new hampshire, NJ new jersey, NM new mexico, NY new york,
NC north carolina, ND north dakota, OH ohio, OK oklahoma, OR oregon, PA pennsylvania, RI rhode island,
SC south carolina, SD south dakota, TN tennessee, TX texas, UT utah, VT vermont, VA virginia, WA washington,
WV west virginia, WI wisconsin, WY wyoming, PR puerto rico, GU guam, VI virgin islands, AS american samoa,
MP northern mariana islands""".split(",")  # noqa: SIM905
    )
}
