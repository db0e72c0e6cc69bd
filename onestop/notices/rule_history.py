"""The history of reminder schedules: who changed which one when, as text before and after."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onestop.accounts.models import User
from onestop.notices.models import Rule, RuleStep, WeeklyLimit
from onestop.notices.reminder_rules import OFF, in_words, step_in_words
from onestop.notices.reminders import Step, reminder_of

USUAL = gettext_lazy("Default")
WEEKLY_LIMIT = gettext_lazy("Weekly limit per person")


@dataclass(frozen=True)
class RuleChange:
    """One change: the rule, the person, and the text before and after."""

    at: datetime
    who: str
    what: str
    before: str
    after: str


@dataclass
class _Standing:
    """The rules of a scope, while their events are replayed from the first."""

    rules: dict[int, tuple[str, bool]] = field(default_factory=dict)  # by rule: its reminder, whether it is on
    steps: dict[int, tuple[int, Step]] = field(default_factory=dict)  # by step: its rule, the step
    weekly_limit: str | None = None

    def take(self, event: Any) -> None:
        """Apply an event."""
        gone, pk = event.pgh_label == "delete", event.pgh_obj_id
        if hasattr(event, "nudges_a_week"):
            self.weekly_limit = None if gone else str(event.nudges_a_week)
        elif hasattr(event, "after_days"):
            self.steps.pop(pk, None)
            if not gone:
                self.steps[pk] = (event.rule_id, Step(event.after_days, event.whom))
        else:
            self.rules.pop(pk, None)
            if not gone:
                self.rules[pk] = (event.code, event.is_on)

    def says(self) -> dict[str, str]:
        """Return the text of each rule now, by its reminder or "" for the weekly limit."""
        texts = {"": str(USUAL) if self.weekly_limit is None else self.weekly_limit}
        for pk, (code, is_on) in self.rules.items():
            mine = sorted((step for rule, step in self.steps.values() if rule == pk), key=lambda step: step.after_days)
            texts[code] = _in_words(code, mine if is_on else [])
        return texts


def history_of(scope: str) -> list[RuleChange]:
    """Return all changes of the rules of a scope ("" is the whole portal), newest first; four queries."""
    by_moment: dict[datetime, list[Any]] = defaultdict(list)
    for event in _events(scope):
        by_moment[event.pgh_created_at].append(event)
    names = _names(by_moment.values())
    standing, changes = _Standing(), list[RuleChange]()
    for moment, events in sorted(by_moment.items()):
        before = standing.says()
        for event in events:
            standing.take(event)
        changes += _compare(before, standing.says(), moment, names.get(_who(events[0]), _("The portal")))
    return changes[::-1]


def _events(scope: str) -> Iterator[Any]:
    rules: Any = Rule.pgh_event_model.objects.filter(scope=scope)  # type: ignore[attr-defined]
    steps: Any = RuleStep.pgh_event_model.objects  # type: ignore[attr-defined]
    ceilings: Any = WeeklyLimit.pgh_event_model.objects.filter(scope=scope)  # type: ignore[attr-defined]
    yield from rules.order_by("pgh_id")
    yield from steps.filter(rule_id__in=rules.order_by().values("pgh_obj_id")).order_by("pgh_id")
    yield from ceilings.order_by("pgh_id")


def _compare(before: dict[str, str], after: dict[str, str], at: datetime, who: str) -> Iterator[RuleChange]:
    for code in sorted({*before, *after}):
        old, new = before.get(code, str(USUAL)), after.get(code, str(USUAL))
        if old != new:
            reminder = reminder_of(code)
            what = str(reminder.label) if reminder else code or str(WEEKLY_LIMIT)
            yield RuleChange(at, who, what, old, new)


def _in_words(code: str, steps: list[Step]) -> str:
    reminder = reminder_of(code)
    if reminder:
        return in_words(reminder, steps)
    return " ".join(step_in_words(step, step.whom) for step in steps) or str(OFF)


def _who(event: Any) -> int | None:
    return (event.pgh_context or {}).get("user")


def _names(acts: Iterable[list[Any]]) -> dict[int | None, str]:
    people = {pk for events in acts for event in events if (pk := _who(event)) is not None}
    return dict(User.objects.filter(pk__in=people).values_list("pk", "name"))
