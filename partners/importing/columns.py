"""Which column of a file holds which field: guessed from titles and values, and remembered for the next file."""

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime

from partners.importing import cells
from partners.importing.kinds import Field, kind_of
from partners.models import ColumnMapping, LocalArea


def template_header(kind: str) -> list[str]:
    """Return the header of a template file."""
    return [field.label for field in kind_of(kind).template_fields]


# ---------------------------------------------------------------- Guessing
def guess_mapping(kind: str, header: Sequence[str], samples: Sequence[Sequence[str]] = ()) -> list[str]:
    """Return the code of the most likely field of each column, or an empty string."""
    mapping = [""] * len(header)
    taken: set[str] = set()
    titles = [cells.key(re.sub(r" \(\d+\)$", "", title)) for title in header]
    for rank in (_own_titles(kind), _other_titles(kind)):
        for column, title in enumerate(titles):
            code = rank.get(title, "")
            several = code in kind_of(kind).repeated
            if code and not mapping[column] and (code not in taken or several):
                mapping[column] = code
                taken.add(code)
    for column, values in enumerate(samples):
        if not mapping[column]:
            code = _guess_from_values(kind, values)
            if code in kind_of(kind).by_code and code not in taken:
                mapping[column] = code
                taken.add(code)
    return mapping


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
)


def _guess_from_values(kind: str, values: Sequence[str]) -> str:
    fields = kind_of(kind).guessed
    if not values or fields is None:
        return ""
    for shape, code in SHAPES:
        if all(re.fullmatch(shape, value.strip(), re.IGNORECASE) for value in values):
            return fields.get(code, code)
    return ""


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
    kept = ColumnMapping.objects.filter(area=area, kind=kind, header_key=header_key(header)).first()
    if kept is None:
        return None
    known = kind_of(kind).by_code
    codes = [kept.mapping.get(cells.fold(title), "") for title in header]
    return [code if code in known else "" for code in codes]
