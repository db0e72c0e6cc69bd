"""Reminders in steps: ask one person, then the next, then staff; then stop and show the reminder as exhausted.

A step names a number of days and a circle of recipients. Each mail announces the next step. When the task is done, its
unsent notices are withdrawn. The notices written so far are the only state (``Notice.matter``, ``step``): a late run
takes the next step, and keeps the interval of the rule before the one after it. If no mail of a step was delivered, the
next step follows immediately.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Max, Model, Q
from django.db.models.functions import Lower
from django.utils.functional import Promise

from onestop.accounts.models import User
from onestop.notices import planners
from onestop.notices.messages import Message
from onestop.notices.models import Notice, Rule, RuleStep, name_of
from onestop.notices.models.notice import NoticeQuerySet
from onestop.notices.planners import Planner

LONGEST_KEY = 200  # of a notice


@dataclass(frozen=True)
class Step:
    """Ask a circle of recipients after a number of days; ``whom`` is the key of a circle of the reminder."""

    after_days: int
    whom: str


@dataclass(frozen=True)
class ReminderSubject:
    """One open task that the reminder is about.

    ``key`` identifies it, also against an earlier time at which the same task was open; ``scope`` is the object whose
    rule applies, such as an area. ``people`` holds the recipients of each circle; ``choose``, if given, returns them
    for a circle and the addresses that were asked before. ``asked_at`` is when a person asked them: it counts as a
    step, so that they are not asked twice. ``asked`` are the addresses asked so far, set for ``build``.
    """

    key: str
    since: datetime
    about: Sequence[Model]
    people: Mapping[str, Sequence[User | str]]
    scope: Model | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    asked_at: datetime | None = None
    choose: "Callable[[str, Collection[str]], Sequence[User | str]] | None" = None
    asked: Collection[str] = ()

    def recipients(self, whom: str, asked: Collection[str]) -> Sequence["User | str"]:
        """Return whom a step asks when these addresses were asked before: both who is asked and who is announced."""
        return self.choose(whom, asked) if self.choose else self.people.get(whom, ())


@dataclass(frozen=True)
class Next:
    """The next step without an answer: its time and its recipients."""

    at: datetime
    whom: str
    people: Sequence[User | str]


Build = Callable[[ReminderSubject, Step, "User | str", "Next | None"], Message]


@dataclass(frozen=True)
class Reminder:
    """One type of reminder: its default steps, its open tasks, and the message to one person.

    ``circles`` are its possible recipients by key; ``build`` makes the message, whose key is set here. Two steps are at
    least ``pause`` apart, whatever a rule says. With ``keep_days``, the days of the steps count from ``since`` even if
    the first one was late, and of several that are due only the last one is sent.

    ``open_matters`` are read twice in each run. Where that costs much, ``due_matters`` reads those that may be due now,
    and ``still_open`` those of some keys that are open: those of unsent notices, which are withdrawn otherwise.
    """

    code: str
    label: str | Promise
    about: str | Promise
    circles: Mapping[str, str | Promise]
    steps: Sequence[Step]
    open_matters: Callable[[datetime], Iterable[ReminderSubject]]
    build: Build
    pause: timedelta = timedelta(days=1)
    keep_days: bool = False
    due_matters: Callable[[datetime], Iterable[ReminderSubject]] | None = None
    still_open: Callable[[Collection[str], datetime], Iterable[ReminderSubject]] | None = None

    def planner(self) -> Planner:
        """Return the planner that runs the reminder."""
        return Planner(self.code, self.label, self.about, self._plan, self._vanished)

    def _plan(self, at: datetime) -> Iterator[Message]:
        matters = list((self.due_matters or self.open_matters)(at))
        closed = _closed_scopes([matter.scope for matter in matters if matter.scope], at)
        matters = [matter for matter in matters if _scope_of(matter) not in closed]
        rules = rules_of(self, {name_of(matter.scope) for matter in matters if matter.scope})
        sent = _steps_by_matter(f"{self.code}:{matter.key}" for matter in matters)
        for matter in matters:
            steps = rules[_scope_of(matter)]
            known = _sent_steps(matter, steps, sent[f"{self.code}:{matter.key}"])
            yield from self._next_step(matter, steps, known, at)

    def _next_step(
        self, matter: ReminderSubject, steps: Sequence[Step], sent: Mapping[int, "SentStep"], at: datetime
    ) -> Iterator[Message]:
        coming = _coming(matter, steps, sent)
        if self.keep_days:
            passed = sum(at >= matter.since + timedelta(days=step.after_days) for _, step, _ in coming)
            coming = coming[max(0, passed - 1) :]
        if not coming:
            return
        number, step, people = coming[0]
        if at < self._due_at(matter, steps, sent, step):
            return
        following = self._following(matter, coming, at)
        matter = replace(matter, asked=_asked(sent))
        for person in people:
            message = self.build(matter, step, person, following)
            name = f"{self.code}:{matter.key}"
            yield replace(message, key=_key_of(name, number, person), scope=matter.scope, matter=name, step=number)

    def _vanished(self, at: datetime) -> NoticeQuerySet:
        unsent = Notice.objects.unsent().filter(matter__startswith=f"{self.code}:")
        matters = list(self._open_among(unsent, at))
        rules = rules_of(self, {_scope_of(matter) for matter in matters} - {""})
        # If the reminder was turned off, its unsent notices are withdrawn too.
        still = {f"{self.code}:{matter.key}" for matter in matters if rules[_scope_of(matter)]}
        return unsent.exclude(matter__in=still)

    def _open_among(self, unsent: NoticeQuerySet, at: datetime) -> Iterable[ReminderSubject]:
        if self.still_open is None:
            return self.open_matters(at)
        names = unsent.order_by("matter").values_list("matter", flat=True).distinct()
        return self.still_open([name.removeprefix(f"{self.code}:") for name in names], at)

    def _due_at(
        self, matter: ReminderSubject, steps: Sequence[Step], sent: Mapping[int, "SentStep"], step: Step
    ) -> datetime:
        last = max(sent, default=0)
        its_day = matter.since + timedelta(days=step.after_days)
        if not last:
            return its_day
        if self.keep_days:
            return max(its_day, sent[last].at + self.pause)
        if not sent[last].reached:
            return sent[last].at
        gap = step.after_days - steps[last - 1].after_days if last <= len(steps) else step.after_days
        return sent[last].at + max(self.pause, timedelta(days=gap))

    def _following(self, matter: ReminderSubject, coming: Sequence["Coming"], at: datetime) -> Next | None:
        if len(coming) < 2:
            return None
        (_, step, _), (_, after, people) = coming[:2]
        if self.keep_days:
            its_day = max(matter.since + timedelta(days=after.after_days), at + self.pause)
            return Next(its_day, after.whom, people)
        wait = max(self.pause, timedelta(days=after.after_days - step.after_days))
        return Next(at + wait, after.whom, people)

    def standing(
        self, matter: ReminderSubject, steps: Sequence[Step], sent: Mapping[int, "SentStep"]
    ) -> "ReminderProgress":
        """Return the progress of a subject, given its rule and the steps sent."""
        sent = _sent_steps(matter, steps, sent)
        coming = _coming(matter, steps, sent)
        after = None
        if coming:
            _, step, people = coming[0]
            after = Next(self._due_at(matter, steps, sent, step), step.whom, people)
        last_at = max((one.at for one in sent.values()), default=None)
        return ReminderProgress(len(sent), last_at, is_exhausted=bool(sent) and not coming, following=after)


def _key_of(matter: str, step: int, person: User | str) -> str:
    """Return the key of a notice; an address that is too long for it is in it as a digest."""
    who = person if isinstance(person, str) else str(person.pk)
    key = f"{matter}:{step}:{who}"
    if len(key) <= LONGEST_KEY:
        return key
    return f"{matter}:{step}:{hashlib.sha256(who.encode()).hexdigest()}"


ClosedScopes = Callable[[Collection[Model], datetime], set[str]]
_finders: list[ClosedScopes] = []


def wait_where_closed(find: ClosedScopes) -> None:
    """Register what finds the scopes, by name, in which nobody works at a time: reminders wait there a day.

    Nothing is lost: a reminder asks what is due and not yet sent.
    """
    _finders.append(find)


def _closed_scopes(scopes: Collection[Model], at: datetime) -> set[str]:
    known = list({name_of(scope): scope for scope in scopes}.values())
    return {name for find in _finders for name in find(known, at)} if known else set()


_reminders: dict[str, Reminder] = {}


def register(*reminders: Reminder) -> None:
    """Register reminders and their planners; called from an app's ``notices`` package."""
    _reminders.update({reminder.code: reminder for reminder in reminders})
    planners.register(*(reminder.planner() for reminder in reminders))


def all_reminders() -> list[Reminder]:
    """Return all reminders, sorted by label."""
    return sorted(_reminders.values(), key=lambda reminder: str(reminder.label).lower())


def reminder_of(code: str) -> Reminder | None:
    """Return a reminder by its code, or None."""
    return _reminders.get(code)


def _sent_steps(
    matter: ReminderSubject, steps: Sequence[Step], sent: Mapping[int, "SentStep"]
) -> Mapping[int, "SentStep"]:
    """Return the steps sent; a request of a person counts as the last step sent, or as the first one."""
    if matter.asked_at is None:
        return sent
    number = max(sent, default=1)
    if number in sent:
        step = replace(sent[number], at=max(matter.asked_at, sent[number].at), reached=True)
    else:
        people = matter.recipients(steps[0].whom, ()) if steps else ()
        step = SentStep(matter.asked_at, reached=True, to=frozenset(map(address_of, people)))
    return {**sent, number: step}


Coming = tuple[int, Step, Sequence[User | str]]  # number, step, recipients


def _coming(matter: ReminderSubject, steps: Sequence[Step], sent: Mapping[int, "SentStep"]) -> list[Coming]:
    """Return the remaining steps with their recipients, without those that have none.

    Each step is taken as if the steps before it had asked their recipients: so a step announces whom the next one asks.
    """
    asked, coming = set(_asked(sent)), []
    for number, step in enumerate(steps, start=1):
        if number <= max(sent, default=0):
            continue
        if people := matter.recipients(step.whom, frozenset(asked)):
            coming.append((number, step, people))
            asked |= set(map(address_of, people))
    return coming


def _asked(sent: Mapping[int, "SentStep"]) -> frozenset[str]:
    return frozenset(address for step in sent.values() for address in step.to)


def address_of(person: "User | str") -> str:
    """Return the address of a recipient in lower case."""
    return (person if isinstance(person, str) else person.email).lower()


@dataclass(frozen=True)
class SentStep:
    """One step that was sent: when the last notice was due, whether any was delivered, and to which addresses."""

    at: datetime
    reached: bool
    to: frozenset[str] = frozenset()


def _steps_by_matter(matters: Iterable[str]) -> dict[str, dict[int, SentStep]]:
    """Return the sent steps of each subject, by number."""
    failed = Count("pk", filter=Q(status=Notice.Status.FAILED))
    # A notice held for the morning or a digest counts from then: until then the person had no time to answer.
    rows = Notice.objects.filter(matter__in=list(matters)).values_list("matter", "step").order_by()
    sent: dict[str, dict[int, SentStep]] = defaultdict(dict)
    to = ArrayAgg(Lower("to"), distinct=True)
    for matter, step, last, number, lost, addresses in rows.annotate(
        last=Max("due_at"), number=Count("pk"), lost=failed, addresses=to
    ):
        sent[matter][step or 0] = SentStep(last, reached=lost < number, to=frozenset(addresses))
    return sent


# ---------------------------------------------------------------- Rules
def rules_of(reminder: Reminder, scopes: Collection[str]) -> dict[str, list[Step]]:
    """Return the steps that apply in each scope, and everywhere else (""): customized or default."""
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
    """The progress of the reminders of one subject, and the next step. Exhausted: no step is left."""

    steps_told: int = 0
    last_at: datetime | None = None
    is_exhausted: bool = False
    following: Next | None = None


def progress_of(reminder: Reminder, matters: Collection[ReminderSubject]) -> dict[str, ReminderProgress]:
    """Return the progress of each subject, by key; a fixed number of queries."""
    rules = rules_of(reminder, {name_of(matter.scope) for matter in matters if matter.scope})
    sent = _steps_by_matter(f"{reminder.code}:{matter.key}" for matter in matters)
    return {
        matter.key: reminder.standing(matter, rules[_scope_of(matter)], sent[f"{reminder.code}:{matter.key}"])
        for matter in matters
    }


def _scope_of(matter: ReminderSubject) -> str:
    return name_of(matter.scope) if matter.scope else ""
