"""What of a goal has changed since partners answered it: each formal fact before and now, from its history."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from meetings.goals.words import value_words
from meetings.models import Goal
from onestop.ui.presentation import shortday

VALUES = ("baseline", "target")


@dataclass(frozen=True)
class FactChange:
    """A formal fact of a goal, how it was when a partner answered, and how it is now."""

    label: str
    before: str
    now: str

    def __str__(self) -> str:
        """Return it in one line: "Target: 80% (before: 70%)"."""
        words = _("%(label)s: %(now)s (before: %(before)s)")
        return words % {"label": self.label, "now": self.now, "before": self.before}


def changes_since(
    goals: Collection[Goal], answered: Collection[tuple[int, int]]
) -> dict[tuple[int, int], list[FactChange]]:
    """Return what has changed of goals since their versions that partners answered, by goal and version; one query.

    A version that the history does not know is left out.
    """
    events: Any = Goal.pgh_event_model.objects  # type: ignore[attr-defined]
    keys, versions = {goal for goal, _version in answered}, {version for _goal, version in answered}
    rows = events.filter(pgh_obj_id__in=keys, version__in=versions).order_by("pgh_id") if answered else ()
    # Formal facts of a version that somebody answered never change: its last event has them.
    known = {(event.pgh_obj_id, event.version): event for event in rows}
    current = {goal.pk: goal for goal in goals}
    return {key: _differences(known[key], current[key[0]]) for key in answered if key in known and key[0] in current}


def _differences(before: Any, now: Goal) -> list[FactChange]:
    return [
        FactChange(_label(name), _words(before, name), _words(now, name))
        for name in Goal.FORMAL
        if _words(before, name) != _words(now, name)
    ]


def _label(name: str) -> str:
    column: Any = Goal._meta.get_field(name)
    return capfirst(str(column.verbose_name))


def _words(goal: Any, name: str) -> str:
    """Return a fact of a goal, or of an event of it, in words."""
    column: Any = Goal._meta.get_field(name)
    value = getattr(goal, name)
    if name in VALUES:
        return value_words(value, goal.unit) or _("not set")
    if column.choices:
        return str(dict(column.flatchoices).get(value, value))
    return shortday(value) if name == "due_on" else str(value)
