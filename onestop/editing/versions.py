"""Save only what has changed, and only if nobody else has saved in the meantime."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from onestop.editing.refusals import Refused
from onestop.history.reading import changes_of


class ChangedMeanwhile(Refused):
    """Somebody else has saved the object since the person opened it."""


def version_of(thing: models.Model, links: Iterable[str] = ()) -> str:
    """Return a token that differs after every change of the object and of its links."""
    return changes_of(thing, links).version


def demand_version(thing: models.Model, links: Iterable[str], version: str) -> None:
    """Check that nobody has saved since ``version``, unless it is empty. Lock the object first.

    :raises ChangedMeanwhile: if somebody has.
    """
    if version and version != version_of(thing, links):
        raise ChangedMeanwhile(_("Someone else saved this while you were editing it."))


def apply_facts(thing: models.Model, facts: Mapping[str, Any]) -> list[str]:
    """Set the values that differ from those of the object; return their names, for ``update_fields``."""
    changed = [name for name, value in facts.items() if getattr(thing, name) != value]
    for name in changed:
        setattr(thing, name, facts[name])
    return changed
