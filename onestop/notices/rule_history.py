"""Who changed which rule when: each change as the sentence before and the sentence after."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from onestop.accounts.models import User
from onestop.notices.models import Rule, RuleStep, WeeklyLimit
from onestop.notices.reminder_rules import in_words
from onestop.notices.reminders import Step, reminder_of

USUAL = "As usual"
WEEKLY_LIMIT = "Reminders a week and person at most"


@dataclass(frozen=True)
class RuleChange:
    """One change: of which rule, by whom, and what it said before and after."""

    at: datetime
    who: str
    what: str
    before: str
    after: str


@dataclass
class _Standing:
    """What the rules of a scope say, while their events are gone through from the first."""

    rules: dict[int, tuple[str, bool]] = field(default_factory=dict)  # by rule: its reminder, whether it is on
    steps: dict[int, tuple[int, Step]] = field(default_factory=dict)  # by step: its rule, what it says
    weekly_limit: str = USUAL

    def take(self, event: Any) -> None:
        """Let an event happen."""
        gone, pk = event.pgh_label == "delete", event.pgh_obj_id
        if hasattr(event, "nudges_a_week"):
            self.weekly_limit = USUAL if gone else str(event.nudges_a_week)
        elif hasattr(event, "after_days"):
            self.steps.pop(pk, None)
            if not gone:
                self.steps[pk] = (event.rule_id, Step(event.after_days, event.whom))
        else:
            self.rules.pop(pk, None)
            if not gone:
                self.rules[pk] = (event.code, event.is_on)

    def says(self) -> dict[str, str]:
        """Return what each rule says now, in words."""
        said = {WEEKLY_LIMIT: self.weekly_limit}
        for pk, (code, is_on) in self.rules.items():
            mine = sorted((step for rule, step in self.steps.values() if rule == pk), key=lambda step: step.after_days)
            said[code] = _in_words(code, mine if is_on else [])
        return said


def history_of(scope: str) -> list[RuleChange]:
    """Return all that was ever changed in the rules of a scope ("" is everywhere), newest first; four queries."""
    by_moment: dict[datetime, list[Any]] = defaultdict(list)
    for event in _events(scope):
        by_moment[event.pgh_created_at].append(event)
    names = _names(by_moment.values())
    standing, changes = _Standing(), list[RuleChange]()
    for moment, events in sorted(by_moment.items()):
        before = standing.says()
        for event in events:
            standing.take(event)
        changes += _compare(before, standing.says(), moment, names.get(_who(events[0]), "The portal"))
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
        old, new = before.get(code, USUAL), after.get(code, USUAL)
        if old != new:
            reminder = reminder_of(code)
            yield RuleChange(at, who, reminder.label if reminder else code, old, new)


def _in_words(code: str, steps: list[Step]) -> str:
    reminder = reminder_of(code)
    if reminder:
        return in_words(reminder, steps)
    return " ".join(f"Day {step.after_days}: {step.whom}." for step in steps) or "Off: nobody is reminded."


def _who(event: Any) -> int | None:
    return (event.pgh_context or {}).get("user")


def _names(acts: Iterable[list[Any]]) -> dict[int | None, str]:
    people = {pk for events in acts for event in events if (pk := _who(event)) is not None}
    return dict(User.objects.filter(pk__in=people).values_list("pk", "name"))
