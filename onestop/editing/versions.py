"""Saving what has changed, and only if nobody else has saved meanwhile."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models

from onestop.editing.refusals import Refused
from onestop.history.reading import changes_of


class ChangedMeanwhile(Refused):
    """Somebody else has saved the thing since the person opened it."""


def version_of(thing: models.Model, links: Iterable[str] = ()) -> str:
    """Return a token that changes with every change of the thing and of what hangs on it."""
    return changes_of(thing, links).version


def demand_version(thing: models.Model, links: Iterable[str], version: str) -> None:
    """Refuse to go on if somebody has saved since ``version``; without one, nobody has asked. Lock the thing first.

    :raises ChangedMeanwhile: if so.
    """
    if version and version != version_of(thing, links):
        raise ChangedMeanwhile("Somebody else has saved this while you had it open.")


def apply_facts(thing: models.Model, facts: Mapping[str, Any]) -> list[str]:
    """Set the facts that differ from what the thing holds; return their names, for ``update_fields``."""
    changed = [name for name, value in facts.items() if getattr(thing, name) != value]
    for name in changed:
        setattr(thing, name, facts[name])
    return changed
