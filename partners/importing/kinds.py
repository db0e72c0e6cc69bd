"""The kinds of files that can be imported: each app registers its own (:func:`register_kind`).

A kind says which fields a row may have, how rows are planned and how a plan is written; everything else, from the
upload to the progress, is the same for all kinds.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import IO, Any

from django.db.models import TextChoices
from django.utils.functional import Promise

from onestop.files.uploaded_tables import Limits, UploadedTable


@dataclass(frozen=True)
class Field:
    """A field that a column can hold."""

    code: str
    label: str
    reader: str = "line"
    longest: int = 0
    part: str = ""  # what the field belongs to: organization, partnership, contact, place, service, new_partner, link
    attribute: str = ""  # its attribute name, if it differs from the code
    required: bool = False
    choices: type[TextChoices] | None = None
    words: tuple[str, ...] = ()  # other column titles for it
    more: tuple[tuple[str, str], ...] = ()  # other words for its choices
    hint: str = ""

    @property
    def name(self) -> str:
        """Return the attribute that the field fills."""
        return self.attribute or self.code

    @cached_property
    def labels(self) -> dict[str, str]:
        """Return the labels of its choices."""
        return {value: str(label) for value, label in self.choices.choices} if self.choices else {}

    @property
    def joiner(self) -> str:
        """Return the separator if several columns hold this field."""
        if self.reader in ("choices", "list", "programs", "centers", "places", "phone"):
            return "; "
        return "\n" if self.reader == "long" else ", " if self.code == "street" else " "


@dataclass(frozen=True)
class ImportKind:
    """What a file may hold.

    ``one_row`` says in a sentence what a row is for ("each partner"), ``thing`` what its name is in the header of
    results, ``target`` the URL name of the page of what a row became, ``afterwards`` a sentence for the end.

    ``planner`` takes the area and the options, and has ``words``, ``notes``, ``extra`` and ``plan_row``. ``writer``
    takes the area, by whom and when, and has ``write``. ``switches`` names the options that only this kind has.
    ``left_out`` are fields that no template shows, ``repeated`` those that several columns may hold.
    ``reads_other`` returns the table of a file in a format of this kind's own, which ``other_formats`` names, or
    ``None``.
    """

    code: str
    label: str | Promise
    one_row: str | Promise
    thing: str | Promise
    afterwards: str | Promise
    target: str
    fields: tuple[Field, ...]
    planner: Callable[..., Any]
    writer: Callable[..., Any]
    switches: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()
    guessed: dict[str, str] | None = None  # its field for each shape of values; no fields are guessed without it
    other_formats: str | Promise = ""
    reads_other: Callable[[IO[bytes], Limits], UploadedTable | None] = lambda file, limits: None

    @cached_property
    def by_code(self) -> dict[str, Field]:
        """Its fields by code."""
        return {field.code: field for field in self.fields}

    @property
    def template_fields(self) -> Sequence[Field]:
        """The fields of a template file."""
        return [field for field in self.fields if field.code not in self.left_out]


_kinds: dict[str, ImportKind] = {}


def register_kind(kind: ImportKind) -> None:
    """Add a kind of file; called when the project starts, in the order in which people choose."""
    _kinds[kind.code] = kind


def all_kinds() -> list[ImportKind]:
    """Return the kinds of files."""
    return list(_kinds.values())


def kind_of(code: str) -> ImportKind:
    """Return a kind of file.

    :raises LookupError: if no app has registered it.
    """
    return _kinds[code]


def kind_choices() -> list[tuple[str, str | Promise]]:
    """Return the choices of a form or filter."""
    return [(kind.code, kind.label) for kind in all_kinds()]
