"""The schedules of reminders, as staff customize them for their area, or the operator for the whole portal.

A scope without a rule of its own uses that of the whole portal, and without that the default steps of the reminder.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.history.tracking import recorded
from onestop.notices.models import Rule, RuleStep, WeeklyLimit
from onestop.notices.reminders import Reminder, Step, all_reminders, rules_of

MOST_STEPS = 8
LAST_DAY = 365
HIGHEST_CEILING = 20
ENDS = gettext_lazy("Then reminders stop.")
OFF = gettext_lazy("Off. No reminders are sent.")


class CannotKeepRule(Refused):
    """The rule is invalid; the message explains why to the user."""


class RuleChangedMeanwhile(CannotKeepRule):
    """Someone else has changed the rule since the user opened the form."""


@dataclass(frozen=True)
class RuleSummary:
    """The schedule of one reminder in a scope, and its default there."""

    reminder: Reminder
    steps: Sequence[Step]
    usual: Sequence[Step]
    is_own: bool

    @property
    def is_on(self) -> bool:
        """Whether reminders are sent."""
        return bool(self.steps)

    @property
    def says(self) -> str:
        """The schedule that applies, in words."""
        return in_words(self.reminder, self.steps)

    @property
    def usually(self) -> str:
        """The default schedule of this scope, in words."""
        return in_words(self.reminder, self.usual)

    @property
    def version(self) -> str:
        """A token that changes with the schedule."""
        return ",".join(f"{step.after_days}:{step.whom}" for step in self.steps) + ("" if self.is_own else "~")


def summary_of(reminder: Reminder, scope: str) -> RuleSummary:
    """Return the schedule of a reminder in a scope ("" is the whole portal)."""
    rules = rules_of(reminder, {scope} - {""})
    usual = rules[""] if scope else list(reminder.steps)
    is_own = Rule.objects.filter(code=reminder.code, scope=scope).exists()
    return RuleSummary(reminder, rules[scope], usual, is_own)


def summaries_of(scope: str) -> list[RuleSummary]:
    """Return the schedules of all reminders in a scope."""
    return [summary_of(reminder, scope) for reminder in all_reminders()]


def in_words(reminder: Reminder, steps: Iterable[Step]) -> str:
    """Return steps in words: "Day 0: main representative. Day 10: staff. Then reminders stop."."""
    days = [step_in_words(step, _lowered(str(reminder.circles.get(step.whom, step.whom)))) for step in steps]
    return " ".join([*days, str(ENDS)]) if days else str(OFF)


def step_in_words(step: Step, recipients: str) -> str:
    """Return one step in words: "Day 10: staff."."""
    return _("Day %(day)s: %(recipients)s.") % {"day": step.after_days, "recipients": recipients}


def _lowered(text: str) -> str:
    """Return text in lower case for use within a sentence, except names such as WIB or One-Stop."""
    first = text.partition(" ")[0]
    return text if first[1:].lower() != first[1:] else text[:1].lower() + text[1:]


# ---------------------------------------------------------------- Changes
@recorded
def change_rule(
    reminder: Reminder, scope: str, *, is_on: bool, steps: Sequence[Step], version: str = "", by: User, at: datetime
) -> Rule:
    """Change the schedule of a reminder in a scope, for steps not sent yet.

    :raises CannotKeepRule: if the steps are invalid.
    :raises RuleChangedMeanwhile: if ``version`` is given and someone else has saved since.
    """
    steps = sorted(steps, key=lambda step: step.after_days)
    _check(reminder, steps, is_on=is_on)
    _lock(reminder.code, scope)
    before = summary_of(reminder, scope)
    if version and version != before.version:
        raise RuleChangedMeanwhile(
            _("Someone else changed this schedule. It is now: %(schedule)s") % {"schedule": before.says}
        )
    rule, _created = Rule.objects.get_or_create(code=reminder.code, scope=scope, defaults={"is_on": is_on})
    if rule.is_on != is_on:
        rule.is_on = is_on
        rule.save(update_fields=["is_on"])
    _write_steps(rule, steps)
    return rule


@recorded
def reset_rule(reminder: Reminder, scope: str, *, by: User, at: datetime) -> bool:
    """Reset a scope to its default schedule; return whether it had a rule of its own."""
    _lock(reminder.code, scope)
    return bool(Rule.objects.filter(code=reminder.code, scope=scope).delete()[0])


@recorded
def set_weekly_limit(scope: str, number: int | None, *, by: User, at: datetime) -> None:
    """Set how many reminders a week a person in a scope gets at most; None resets to the default.

    :raises CannotKeepRule: if the number is out of range.
    """
    _lock("", scope)
    if number is None:
        WeeklyLimit.objects.filter(scope=scope).delete()
        return
    if not 0 <= number <= HIGHEST_CEILING:
        raise CannotKeepRule(_("The weekly limit must be from 0 to %(most)s.") % {"most": HIGHEST_CEILING})
    WeeklyLimit.objects.update_or_create(scope=scope, defaults={"nudges_a_week": number})


def weekly_limit_of(scope: str) -> int | None:
    """Return the weekly limit set in a scope, or None."""
    return WeeklyLimit.objects.filter(scope=scope).values_list("nudges_a_week", flat=True).first()


def weekly_limit_in(scope: str) -> int:
    """Return the weekly limit that applies in a scope: its own, or the default ("" is the whole portal)."""
    own = weekly_limit_of(scope) if scope else None
    return usual_weekly_limit() if own is None else own


def usual_weekly_limit() -> int:
    """Return the default weekly limit."""
    number: int = settings.NUDGES_A_WEEK
    return number


def _check(reminder: Reminder, steps: Sequence[Step], *, is_on: bool) -> None:
    days = [step.after_days for step in steps]
    if is_on and not steps:
        raise CannotKeepRule(_("Add at least one step, or turn the reminder off."))
    if len(steps) > MOST_STEPS:
        raise CannotKeepRule(_("A reminder can have at most %(most)s steps.") % {"most": MOST_STEPS})
    if any(not 0 <= day <= LAST_DAY for day in days):
        raise CannotKeepRule(_("Days must be from 0 to %(most)s.") % {"most": LAST_DAY})
    if twice := sorted({day for day in days if days.count(day) > 1}):
        raise CannotKeepRule(_("Day %(day)s is used twice. Each step needs its own day.") % {"day": twice[0]})
    if unknown := [step.whom for step in steps if step.whom not in reminder.circles]:
        raise CannotKeepRule(_("This reminder cannot be sent to %(recipients)s.") % {"recipients": unknown[0]})


def _write_steps(rule: Rule, steps: Sequence[Step]) -> None:
    wanted = {step.after_days: step.whom for step in steps}
    existing = {step.after_days: step for step in rule.steps.all()}
    rule.steps.exclude(after_days__in=wanted).delete()
    for day, whom in wanted.items():
        if day not in existing:
            RuleStep.objects.create(rule=rule, after_days=day, whom=whom)
        elif existing[day].whom != whom:
            RuleStep.objects.filter(pk=existing[day].pk).update(whom=whom)


def _lock(code: str, scope: str) -> None:
    # Lock: the rule may not exist yet, so there is no row to lock. Of two who save at once, the second sees the first.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('rule'), hashtext(%s))", [f"{code}|{scope}"])
