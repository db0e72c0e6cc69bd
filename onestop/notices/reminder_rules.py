"""The rules by which reminders go on, as staff change them for their area, or the operator for everywhere.

Without a rule of its own a scope has the one for everywhere, and without that the steps that the reminder brings along.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection

from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.history.tracking import recorded
from onestop.notices.models import Rule, RuleStep, WeeklyLimit
from onestop.notices.reminders import Reminder, Step, all_reminders, rules_of

MOST_STEPS = 8
LAST_DAY = 365
HIGHEST_CEILING = 20
ENDS = "Then it stops."


class CannotKeepRule(Refused):
    """A rule cannot be like this; the text says why, for people."""


class RuleChangedMeanwhile(CannotKeepRule):
    """Somebody else has changed the rule since the person opened it."""


@dataclass(frozen=True)
class RuleSummary:
    """How one reminder goes on in a scope, and how it would without a rule of that scope's own."""

    reminder: Reminder
    steps: Sequence[Step]
    usual: Sequence[Step]
    is_own: bool

    @property
    def is_on(self) -> bool:
        """Whether anybody is reminded."""
        return bool(self.steps)

    @property
    def says(self) -> str:
        """What counts, in a sentence."""
        return in_words(self.reminder, self.steps)

    @property
    def usually(self) -> str:
        """What would count without a rule of this scope's own, in a sentence."""
        return in_words(self.reminder, self.usual)

    @property
    def version(self) -> str:
        """A token that changes with what counts here."""
        return ",".join(f"{step.after_days}:{step.whom}" for step in self.steps) + ("" if self.is_own else "~")


def summary_of(reminder: Reminder, scope: str) -> RuleSummary:
    """Return how a reminder goes on in a scope ("" is everywhere)."""
    rules = rules_of(reminder, {scope} - {""})
    usual = rules[""] if scope else list(reminder.steps)
    is_own = Rule.objects.filter(code=reminder.code, scope=scope).exists()
    return RuleSummary(reminder, rules[scope], usual, is_own)


def summaries_of(scope: str) -> list[RuleSummary]:
    """Return how every reminder goes on in a scope."""
    return [summary_of(reminder, scope) for reminder in all_reminders()]


def in_words(reminder: Reminder, steps: Iterable[Step]) -> str:
    """Return steps as a sentence: "Day 0: main representative. Day 10: staff. Then it stops."."""
    days = [f"Day {step.after_days}: {_lowered(reminder.circles.get(step.whom, step.whom))}." for step in steps]
    return " ".join([*days, ENDS]) if days else "Off: nobody is reminded."


def _lowered(words: str) -> str:
    """Return words as they stand within a sentence; names such as WIB or One-Stop keep their capitals."""
    first = words.partition(" ")[0]
    return words if first[1:].lower() != first[1:] else words[:1].lower() + words[1:]


# ---------------------------------------------------------------- Changing
@recorded
def change_rule(
    reminder: Reminder, scope: str, *, is_on: bool, steps: Sequence[Step], version: str = "", by: User, at: datetime
) -> Rule:
    """Write how a reminder goes on in a scope from now on. What was told already is told; later steps go by the rule.

    :raises CannotKeepRule: if the steps make no rule.
    :raises RuleChangedMeanwhile: if ``version`` is given and somebody has saved since.
    """
    steps = sorted(steps, key=lambda step: step.after_days)
    _check(reminder, steps, is_on=is_on)
    _lock(reminder.code, scope)
    before = summary_of(reminder, scope)
    if version and version != before.version:
        raise RuleChangedMeanwhile(f"Somebody else has changed this meanwhile. Now it says: {before.says}")
    rule, _ = Rule.objects.get_or_create(code=reminder.code, scope=scope, defaults={"is_on": is_on})
    if rule.is_on != is_on:
        rule.is_on = is_on
        rule.save(update_fields=["is_on"])
    _write_steps(rule, steps)
    return rule


@recorded
def reset_rule(reminder: Reminder, scope: str, *, by: User, at: datetime) -> bool:
    """Let a scope have the usual rule again; return whether it had one of its own."""
    _lock(reminder.code, scope)
    return bool(Rule.objects.filter(code=reminder.code, scope=scope).delete()[0])


@recorded
def set_weekly_limit(scope: str, number: int | None, *, by: User, at: datetime) -> None:
    """Say how many reminders a week a person of a scope gets at most; None is the usual number.

    :raises CannotKeepRule: if the number makes no sense.
    """
    _lock("", scope)
    if number is None:
        WeeklyLimit.objects.filter(scope=scope).delete()
        return
    if not 0 <= number <= HIGHEST_CEILING:
        raise CannotKeepRule(f"A person can get 0 to {HIGHEST_CEILING} reminders a week.")
    WeeklyLimit.objects.update_or_create(scope=scope, defaults={"nudges_a_week": number})


def weekly_limit_of(scope: str) -> int | None:
    """Return the weekly limit that a scope has set for itself, or nothing."""
    return WeeklyLimit.objects.filter(scope=scope).values_list("nudges_a_week", flat=True).first()


def weekly_limit_in(scope: str) -> int:
    """Return the weekly limit that counts in a scope: its own, or the usual one ("" is everywhere)."""
    own = weekly_limit_of(scope) if scope else None
    return usual_weekly_limit() if own is None else own


def usual_weekly_limit() -> int:
    """Return the weekly limit where nobody has set one."""
    number: int = settings.NUDGES_A_WEEK
    return number


def _check(reminder: Reminder, steps: Sequence[Step], *, is_on: bool) -> None:
    days = [step.after_days for step in steps]
    if is_on and not steps:
        raise CannotKeepRule("Say whom to ask on which day, or switch the reminder off.")
    if len(steps) > MOST_STEPS:
        raise CannotKeepRule(f"A reminder has {MOST_STEPS} steps at most.")
    if any(not 0 <= day <= LAST_DAY for day in days):
        raise CannotKeepRule(f"Days count from 0 to {LAST_DAY}: a reminder ends within a year.")
    if twice := sorted({day for day in days if days.count(day) > 1}):
        raise CannotKeepRule(f"Day {twice[0]} stands here twice. Each step has a day of its own.")
    if unknown := [step.whom for step in steps if step.whom not in reminder.circles]:
        raise CannotKeepRule(f"This reminder cannot ask {unknown[0]}.")


def _write_steps(rule: Rule, steps: Sequence[Step]) -> None:
    wanted = {step.after_days: step.whom for step in steps}
    there = {step.after_days: step for step in rule.steps.all()}
    rule.steps.exclude(after_days__in=wanted).delete()
    for day, whom in wanted.items():
        if day not in there:
            RuleStep.objects.create(rule=rule, after_days=day, whom=whom)
        elif there[day].whom != whom:
            RuleStep.objects.filter(pk=there[day].pk).update(whom=whom)


def _lock(code: str, scope: str) -> None:
    # Lock: a rule may not be there yet, so there is no row to lock. Of two who save at once the second sees the first.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('rule'), hashtext(%s))", [f"{code}|{scope}"])
