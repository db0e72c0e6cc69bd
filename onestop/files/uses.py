"""What stored files are used for. Each app registers its uses in its module ``file_uses``.

A model that has files refers to them by a foreign key, with ``PROTECT``. Whoever sees a row of it may download its
files: its manager has ``visible_to(user)``, and its ``get_absolute_url`` is the page to go back to.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, Model, OuterRef, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from onestop.files import kinds
from onestop.files.models import StoredFile, size_in_words


@dataclass(frozen=True)
class FileUse:
    """One use of files: the field of a model that refers to them, which kinds it accepts, and up to which size."""

    code: str
    label: str | Promise
    owner: type[Model]
    field: str
    kinds: tuple[StoredFile.Kind, ...] = kinds.SCANS
    most_bytes: int = 10_000_000

    @property
    def accepts(self) -> str:
        """Return what it accepts, in words: "PDF, PNG or JPEG, up to 10 MB"."""
        return _("%(kinds)s, up to %(size)s") % {
            "kinds": kinds.in_words(self.kinds), "size": size_in_words(self.most_bytes),
        }  # fmt: skip

    def owners_of(self, file: StoredFile) -> QuerySet[Any]:
        """Return the rows that refer to a file."""
        return self.owner._default_manager.filter(**{self.field: file.pk})

    def owner_for(self, file: StoredFile, user: Any) -> Any:
        """Return a row that refers to a file and that the user may see, or ``None``."""
        rows: Any = self.owner._default_manager
        return rows.visible_to(user).filter(**{self.field: file.pk}).order_by("pk").first()

    def unused(self, files: QuerySet[StoredFile]) -> QuerySet[StoredFile]:
        """Return those of these files that no row refers to, and to which none referred in the past."""
        history: Any = getattr(self.owner, "pgh_event_model", None)
        models = [self.owner, history] if history else [self.owner]
        found = files.filter(use=self.code)
        for model in models:
            found = found.filter(~Exists(model._default_manager.filter(**{self.field: OuterRef("pk")})))
        return found


class UnknownFileUse(LookupError):
    """No app has registered a use with this code."""


_uses: dict[str, FileUse] = {}


def register_uses(*uses: FileUse) -> None:
    """Add uses of stored files; called from an app's module ``file_uses`` when the project starts."""
    _uses.update({use.code: use for use in uses})


def all_uses() -> Iterator[FileUse]:
    """Yield every use."""
    yield from _uses.values()


def use_of(code: str) -> FileUse:
    """Return a use by its code.

    :raises UnknownFileUse: if no app has registered it.
    """
    try:
        return _uses[code]
    except KeyError:
        raise UnknownFileUse(f"Unknown use of files: {code}") from None  # no translation: for developers


def use_at(owner: Model, field: str) -> FileUse:
    """Return the use that a field of a model has.

    :raises UnknownFileUse: if no app has registered it.
    """
    for use in _uses.values():
        if use.field == field and isinstance(owner, use.owner):
            return use
    raise UnknownFileUse(f"No use of files is registered for {field}.")  # no translation: for developers
