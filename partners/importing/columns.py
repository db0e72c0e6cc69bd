"""Which column of a file holds which field: guessed from titles and values, and remembered for the next file."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onestop.editing.languages import find_language
from partners.importing import cells, column_words
from partners.importing.kinds import Field, kind_of
from partners.models import ColumnMapping, LocalArea


def template_header(kind: str) -> list[str]:
    """Return the header of a template file."""
    return [field.label for field in kind_of(kind).template_fields]


# ---------------------------------------------------------------- Guessing
@dataclass(frozen=True)
class Guess:
    """The likely field of a column (its code, or an empty string), why, and what its values look like."""

    code: str = ""
    why: str = ""  # title, part, person, values
    looks: str = ""  # a shape of values


def guess_mapping(kind: str, header: Sequence[str], samples: Sequence[Sequence[str]] = ()) -> list[str]:
    """Return the code of the most likely field of each column, or an empty string."""
    return [guess.code for guess in guess_columns(kind, header, samples)]


def guess_columns(kind: str, header: Sequence[str], samples: Sequence[Sequence[str]] = ()) -> list[Guess]:
    """Return the most likely field of each column: by its title, by parts of it, then by its values."""
    titles = [re.sub(r" \(\d+\)$", "", title) for title in header]
    looks = [looks_like(values) for values in samples] + [""] * (len(header) - len(samples))
    found = [Guess(looks=look) for look in looks]
    taken: set[str] = set()

    def take(column: int, code: str, why: str) -> None:
        field = kind_of(kind).by_code.get(code)
        if field is None or found[column].code or (code in taken and code not in kind_of(kind).repeated):
            return
        if not _contradicts(field, looks[column]):
            found[column] = replace(found[column], code=code, why=why)
            taken.add(code)

    for rank in (_own_titles(kind), _other_titles(kind)):
        for column, title in enumerate(titles):
            take(column, rank.get(cells.key(title), ""), "title")
    people = _columns_of_people(kind, titles, found) if "contact_name" in kind_of(kind).by_code else {}
    for column, code in people.items():
        if code not in taken:
            taken.discard(found[column].code)
            found[column] = replace(found[column], code="")
            take(column, code, "person")
    for part in (_group_title, column_words.field_by_parts):
        for column, title in enumerate(titles):
            if not found[column].code and not _is_text_about_a_language(title, looks[column]):
                take(column, part(kind, title), "part")
    for column, values in enumerate(samples):
        take(column, _guess_from_values(kind, values), "values")
    return found


def _group_title(kind: str, title: str) -> str:
    """Return the field of a title below another one: "Contact: Phone", "Main office: City"."""
    group, part = column_words.parts_of(title)
    if not group:
        return ""
    if column_words.is_contact(group) and "contact_name" in kind_of(kind).by_code:
        subjects = column_words.subjects_of(part)
        if {"name", "job"} <= subjects:  # "Ana Diaz, Director"
            return "contact_name"
        for subject, code in (("phone", "contact_phone"), ("email", "contact_email"), ("job", "contact_title")):
            if subject in subjects:
                return code
        return "contact_name" if "name" in subjects else ""
    own = _own_titles(kind).get(cells.key(part)) or _other_titles(kind).get(cells.key(part))
    return own or column_words.field_by_parts(kind, part)


def _columns_of_people(kind: str, titles: Sequence[str], found: Sequence[Guess]) -> dict[int, str]:
    """Return the columns of phones and emails that stand beside a column of contacts: these are the person's."""
    people: dict[int, str] = {}
    inside = False
    for column, title in enumerate(titles):
        code = found[column].code or _group_title(kind, title) or column_words.field_by_parts(kind, title)
        if code in column_words.OF_PERSON and inside:
            if not column_words.is_of_the_agency(title) and not column_words.parts_of(title)[0]:
                people.setdefault(column, column_words.OF_PERSON[code])
            continue
        inside = code.startswith("contact_")
    return people


def _is_text_about_a_language(title: str, looks: str) -> bool:
    """Return whether a column is named like a language and holds other things than yes, no and languages."""
    language = column_words.language_of(title)
    return bool(language) and looks not in ("yesno", "language") and not (looks == "" and "?" in title)


def _contradicts(field: Field, looks: str) -> bool:
    """Return whether values of one shape stand in a column whose title says another."""
    wanted = {"email": "email", "website": "website", "phone": "phone", "zip": "postal_code", "date": "date"}
    return looks in wanted.values() and field.reader in wanted and wanted[field.reader] != looks


def _own_titles(kind: str) -> dict[str, str]:
    return {cells.key(title): field.code for field in kind_of(kind).fields for title in (field.label, field.code)}


def _other_titles(kind: str) -> dict[str, str]:
    titles: dict[str, str] = {}
    for field in kind_of(kind).fields:
        for word in field.words:
            titles.setdefault(cells.key(word), field.code)
    return titles


SHAPES = (
    (r"[^@\s]+@[^@\s]+\.[a-z]{2,}", "email"),
    (r"(https?://)?(www\.)?[a-z0-9-]+(\.[a-z0-9-]+)*\.(org|com|gov|edu|net|us)(/\S*)?", "website"),
    (r"\(?\d{3}\)?[-. ]+\d{3}[-. ]+\d{4}.*", "phone"),
    (r"\d{5}(-\d{4})?", "postal_code"),
    (r"\d{1,2}/\d{1,2}/\d{2,4}|\d{4}-\d\d-\d\d", "date"),
    (r"(?:yes|no|y|n|x|true|false|si|s\u00ed)[.?]?", "yesno"),
)
PERSON = re.compile(r"[A-Z][a-z\u00e0-\u00ff]+(?: [A-Z]\.?)? [A-Z][A-Za-z\u00c0-\u00ff'-]+")
NO_PERSONS = frozenset(
    ("center", "centers", "services", "service", "county", "college", "school", "agency", "office", "works", "corps",
     "house", "department", "board", "program", "programs", "training", "church", "united", "community", "library",
     "district", "state", "city", "university", "association", "council", "health", "court", "street", "avenue", "road")
)  # fmt: skip
MOST = 0.8  # of the values of a column that must have a shape
SHAPE_NAMES = {
    "email": _("email addresses"),
    "website": _("web addresses"),
    "phone": _("phone numbers"),
    "postal_code": _("ZIP codes"),
    "date": _("dates"),
    "yesno": _("yes or no"),
    "language": _("languages"),
    "person": _("names of people"),
}


def looks_like(values: Sequence[str]) -> str:
    """Return the shape that most of some values have, or an empty string."""
    if not values:
        return ""
    found = [_shape(value.strip()) for value in values]
    best = max(set(found), key=found.count)
    return best if found.count(best) >= MOST * len(values) else ""


def _guess_from_values(kind: str, values: Sequence[str]) -> str:
    fields = kind_of(kind).guessed
    if not values or fields is None:
        return ""
    shape = looks_like(values)
    others = {"language": "languages", "person": "contact_name", "date": "", "yesno": ""}
    return fields.get(shape, others.get(shape, shape))


def _shape(value: str) -> str:
    for shape, code in SHAPES:
        if re.fullmatch(shape, value, re.IGNORECASE):
            return code
    parts = [part.strip() for part in re.split("[,;/&]", value[:100])]
    if all(find_language(part) for part in parts):
        return "language"
    is_name = PERSON.fullmatch(value[:60]) and not NO_PERSONS & set(value.lower().split())
    return "person" if is_name else ""


def said(guess: Guess, code: str) -> str:
    """Return in words why a column has its field."""
    if code != guess.code:
        return str(_("Matched by people")) if code else ""
    looks = str(SHAPE_NAMES.get(guess.looks, ""))
    if not code:
        return gettext("Not recognized. The values look like %(values)s.") % {"values": looks} if looks else ""
    if guess.why == "values":
        return gettext("Guessed: the values look like %(values)s") % {"values": looks}
    return str(WHYS[guess.why])


WHYS = {
    "title": _("The title says so"),
    "part": _("Guessed by parts of the title"),
    "person": _("Guessed: it stands beside the contact"),
}


def missing_fields(kind: str, mapping: Sequence[str]) -> list[Field]:
    """Return the required fields that no column holds."""
    return [field for field in kind_of(kind).fields if field.required and field.code not in mapping]


# ---------------------------------------------------------------- Remembering
def header_key(header: Sequence[str]) -> str:
    """Return a hash of a header, regardless of the order of its columns."""
    return hashlib.sha256("\n".join(sorted(cells.fold(title) for title in header)).encode()).hexdigest()


def remember_mapping(
    area: LocalArea, kind: str, header: Sequence[str], mapping: Sequence[str], *, at: datetime
) -> None:
    """Save the mapping of a header in this area."""
    ColumnMapping.objects.update_or_create(
        area=area,
        kind=kind,
        header_key=header_key(header),
        defaults={"mapping": {cells.fold(t): code for t, code in zip(header, mapping, strict=True)}, "used_at": at},
    )


def remembered_mapping(area: LocalArea, kind: str, header: Sequence[str]) -> list[str] | None:
    """Return the saved mapping of a header, or None."""
    found = last_remembered(area, kind, [header])
    return found[1] if found else None


def last_remembered(area: LocalArea, kind: str, headers: Sequence[Sequence[str]]) -> tuple[int, list[str]] | None:
    """Return which of several headers was matched last, and the saved mapping of it, or None."""
    keys = [header_key(header) for header in headers]
    rows = ColumnMapping.objects.filter(area=area, kind=kind, header_key__in=keys)
    kept = rows.order_by("-used_at", "-pk").first()
    if kept is None:
        return None
    at = keys.index(kept.header_key)
    known = kind_of(kind).by_code
    codes = [kept.mapping.get(cells.fold(title), "") for title in headers[at]]
    return at, [code if code in known else "" for code in codes]
