"""Reminders that go on until a thing is done: ask, ask the next person, tell staff; then stop, and leave a mark.

A reminder has steps: after so many days, these people. Each mail says in advance when whom we ask next. The moment the
thing is done, what was not sent yet is withdrawn. What was told already is the memory (``Notice.matter``, ``step``): a
run that comes late takes the next step, and leaves the people as long as the rule says before the one after it. Where
no mail of a step reached anybody, the next people are asked at once.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Max, Model, Q

from onestop.accounts.models import User
from onestop.notices import planners
from onestop.notices.messages import Message
from onestop.notices.models import Notice, Rule, RuleStep, name_of
from onestop.notices.models.notice import NoticeQuerySet
from onestop.notices.outbox import withdraw
from onestop.notices.planners import Planner

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Step:
    """After so many days these people are asked; ``whom`` is one of the circles that the reminder knows."""

    after_days: int
    whom: str


@dataclass(frozen=True)
class ReminderSubject:
    """One open thing that somebody should do.

    ``key`` names it for ever, also against an earlier time at which the same was open; ``scope`` is whose rule counts,
    such as an area. ``people`` holds, for each circle, those to ask. ``asked_at`` is when somebody has asked
    them in person: it counts as a step, so that nobody is asked twice.
    """

    key: str
    since: datetime
    about: Sequence[Model]
    people: Mapping[str, Sequence[User | str]]
    scope: Model | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    asked_at: datetime | None = None


@dataclass(frozen=True)
class Next:
    """What happens without an answer: when, and whom we ask then."""

    at: datetime
    whom: str
    people: Sequence[User | str]


Build = Callable[[ReminderSubject, Step, "User | str", "Next | None"], Message]


@dataclass(frozen=True)
class Reminder:
    """One kind of reminder: how its steps go by default, what is open, and the words for one person.

    ``circles`` are whom it can ask, in words; ``build`` makes the message, whose key is set here.
    Between two steps lies at least the ``pause``, whatever somebody writes into a rule. Where the steps ``keep_days``,
    they count from ``since`` however late the first was told, and of several whose day has come the last one counts.
    """

    code: str
    label: "StrOrPromise"
    about: "StrOrPromise"
    circles: "Mapping[str, StrOrPromise]"
    steps: Sequence[Step]
    open_matters: Callable[[datetime], Iterable[ReminderSubject]]
    build: Build
    pause: timedelta = timedelta(days=1)
    keep_days: bool = False

    def planner(self) -> Planner:
        """Return the planner that keeps it going."""
        return Planner(self.code, self.label, self.about, self._plan, self._vanished)

    def _plan(self, at: datetime) -> Iterator[Message]:
        matters = list(self.open_matters(at))
        rules = rules_of(self, {name_of(matter.scope) for matter in matters if matter.scope})
        told = _told(f"{self.code}:{matter.key}" for matter in matters)
        for matter in matters:
            steps = rules[_scope_of(matter)]
            yield from self._next_step(matter, steps, _steps_told(matter, told[f"{self.code}:{matter.key}"]), at)

    def _next_step(
        self, matter: ReminderSubject, steps: Sequence[Step], told: Mapping[int, "SentStep"], at: datetime
    ) -> Iterator[Message]:
        coming = _coming(matter, steps, told)
        if self.keep_days:
            passed = sum(at >= matter.since + timedelta(days=step.after_days) for _, step in coming)
            coming = coming[max(0, passed - 1) :]
        if not coming:
            return
        number, step = coming[0]
        if at < self._due_at(matter, steps, told, step):
            return
        following = self._following(matter, coming, at)
        for person in matter.people[step.whom]:
            message = self.build(matter, step, person, following)
            who = person if isinstance(person, str) else str(person.pk)
            name = f"{self.code}:{matter.key}"
            yield replace(message, key=f"{name}:{number}:{who}", scope=matter.scope, matter=name, step=number)

    def _vanished(self, at: datetime) -> NoticeQuerySet:
        matters = list(self.open_matters(at))
        rules = rules_of(self, {_scope_of(matter) for matter in matters} - {""})
        # Where the reminder was switched off, what waits of it goes too.
        still = {f"{self.code}:{matter.key}" for matter in matters if rules[_scope_of(matter)]}
        return Notice.objects.unsent().filter(matter__startswith=f"{self.code}:").exclude(matter__in=still)

    def _due_at(
        self, matter: ReminderSubject, steps: Sequence[Step], told: Mapping[int, "SentStep"], step: Step
    ) -> datetime:
        last = max(told, default=0)
        its_day = matter.since + timedelta(days=step.after_days)
        if not last:
            return its_day
        if self.keep_days:
            return max(its_day, told[last].at + self.pause)
        if not told[last].reached:
            return told[last].at
        gap = step.after_days - steps[last - 1].after_days if last <= len(steps) else step.after_days
        return told[last].at + max(self.pause, timedelta(days=gap))

    def _following(self, matter: ReminderSubject, coming: Sequence[tuple[int, Step]], at: datetime) -> Next | None:
        if len(coming) < 2:
            return None
        (_, step), (_, after) = coming[:2]
        if self.keep_days:
            its_day = max(matter.since + timedelta(days=after.after_days), at + self.pause)
            return Next(its_day, after.whom, matter.people[after.whom])
        wait = max(self.pause, timedelta(days=after.after_days - step.after_days))
        return Next(at + wait, after.whom, matter.people[after.whom])

    def standing(
        self, matter: ReminderSubject, steps: Sequence[Step], told: Mapping[int, "SentStep"]
    ) -> "ReminderProgress":
        """Return how far a matter has gone, given its rule and what was told."""
        told = _steps_told(matter, told)
        coming = _coming(matter, steps, told)
        after = None
        if coming:
            step = coming[0][1]
            after = Next(self._due_at(matter, steps, told, step), step.whom, matter.people[step.whom])
        last_at = max((one.at for one in told.values()), default=None)
        return ReminderProgress(len(told), last_at, is_exhausted=bool(told) and not coming, following=after)


_reminders: dict[str, Reminder] = {}


def register(*reminders: Reminder) -> None:
    """Take in reminders and the planners that keep them going; called from an app's ``notices.py``."""
    _reminders.update({reminder.code: reminder for reminder in reminders})
    planners.register(*(reminder.planner() for reminder in reminders))


def all_reminders() -> list[Reminder]:
    """Return all reminders, by their label."""
    return sorted(_reminders.values(), key=lambda reminder: reminder.label.lower())


def reminder_of(code: str) -> Reminder | None:
    """Return a reminder by its code, or nothing."""
    return _reminders.get(code)


def _steps_told(matter: ReminderSubject, told: Mapping[int, "SentStep"]) -> Mapping[int, "SentStep"]:
    """Return when each step was told; what a person asked counts as the last step told, or as the first one."""
    if matter.asked_at is None:
        return told
    step = max(told, default=1)
    at = max(matter.asked_at, told[step].at) if step in told else matter.asked_at
    return {**told, step: SentStep(at, reached=True)}


def _coming(matter: ReminderSubject, steps: Sequence[Step], told: Mapping[int, "SentStep"]) -> list[tuple[int, Step]]:
    """Return the steps that are left, by their number: those that somebody is there for."""
    known = [(number, step) for number, step in enumerate(steps, start=1) if matter.people.get(step.whom)]
    return [(number, step) for number, step in known if number > max(told, default=0)]


@dataclass(frozen=True)
class SentStep:
    """One step that was told: when it got to people at last, and whether it got to any."""

    at: datetime
    reached: bool


def _told(matters: Iterable[str]) -> dict[str, dict[int, SentStep]]:
    """Return when each step of each matter was told."""
    failed = Count("pk", filter=Q(status=Notice.Status.FAILED))
    # What waits for a morning or a digest gets to people then: until then nobody has had time to answer.
    rows = Notice.objects.filter(matter__in=list(matters)).values_list("matter", "step").order_by()
    told: dict[str, dict[int, SentStep]] = defaultdict(dict)
    for matter, step, last, number, lost in rows.annotate(last=Max("due_at"), number=Count("pk"), lost=failed):
        told[matter][step or 0] = SentStep(last, reached=lost < number)
    return told


# ---------------------------------------------------------------- Rules that staff have changed
def rules_of(reminder: Reminder, scopes: Collection[str]) -> dict[str, list[Step]]:
    """Return the steps that count in each scope, and everywhere else (""): as somebody wrote them, or by default."""
    rules = {rule.scope: rule for rule in Rule.objects.filter(code=reminder.code, scope__in=["", *scopes])}
    written: dict[str, list[Step]] = {scope: [] for scope in rules}
    for step in RuleStep.objects.filter(rule__in=rules.values()).select_related("rule").order_by("after_days", "pk"):
        written[step.rule.scope].append(Step(step.after_days, step.whom))
    usual = _steps(rules, written, "", list(reminder.steps))
    return {"": usual} | {scope: _steps(rules, written, scope, usual) for scope in scopes}


def _steps(rules: Mapping[str, Rule], written: Mapping[str, list[Step]], scope: str, usual: list[Step]) -> list[Step]:
    if scope not in rules:
        return usual
    return written[scope] if rules[scope].is_on else []


@dataclass(frozen=True)
class ReminderProgress:
    """How far the reminders of one matter have gone, and what follows. Spent: no step is left, only a standing mark."""

    steps_told: int = 0
    last_at: datetime | None = None
    is_exhausted: bool = False
    following: Next | None = None


def progress_of(reminder: Reminder, matters: Collection[ReminderSubject]) -> dict[str, ReminderProgress]:
    """Return how far each matter has gone, by its key; a fixed number of queries."""
    rules = rules_of(reminder, {name_of(matter.scope) for matter in matters if matter.scope})
    told = _told(f"{reminder.code}:{matter.key}" for matter in matters)
    return {
        matter.key: reminder.standing(matter, rules[_scope_of(matter)], told[f"{reminder.code}:{matter.key}"])
        for matter in matters
    }


def withdraw_reminders(code: str, key: str, *, why: str) -> int:
    """Take back the reminders of a matter that no server has yet, because it was done; return how many."""
    return withdraw(Notice.objects.filter(matter=f"{code}:{key}"), why=why)


def _scope_of(matter: ReminderSubject) -> str:
    return name_of(matter.scope) if matter.scope else ""
