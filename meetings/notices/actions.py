"""Mails about action items: what somebody was assigned, and reminders until it is done.

Whoever does an item is reminded a week before, on its day, and every week after it. Those who run the group get one
mail a week that lists what is overdue for two weeks or more.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from meetings.actions import telling
from meetings.actions.recipients import (
    Recipient,
    link_for,
    of_living_groups,
    recipients_of,
    those_who_run,
    why_of,
    with_all,
)
from meetings.models import ActionItem, Group
from meetings.notices import examples
from meetings.notices.notice_types import belongs_to_a_group
from onestop.accounts.models import User
from onestop.notices import notice_types, reminders
from onestop.notices.messages import Message
from onestop.notices.notice_types import NoticeType, Reason
from onestop.notices.reminders import Next, Reminder, ReminderSubject, Step, address_of
from partners.notices.audiences import is_staff_or_board, speaks_or_keeps

DUE, OVERDUE, STUCK = "meetings.action_due", "meetings.action_overdue", "meetings.actions_stuck"
DOER, RUNS = "doer", "runs"
WEEK, FARTHEST = timedelta(days=7), timedelta(days=1)  # no zone is farther ahead of UTC
STUCK_AFTER = timedelta(days=14)
MORNING = time(8)
MOST = 20  # items that a mail lists
WHO_DOES = gettext_lazy("The person who does it; without one, the representatives of the organization.")
WHO_RUNS = gettext_lazy("The chair of the group, and the One-Stop staff of the area.")


def takes_on_work(user: Any) -> bool:
    """Whether somebody may get action items: members of groups, and people of partners."""
    return belongs_to_a_group(user) or speaks_or_keeps(user)


def _declare(code: str, label: Promise, about: Promise, reason: Reason, goes_to: Promise, template: str) -> None:
    notice_types.declare(
        NoticeType(
            code, label, about, reason, template=template, goes_to=goes_to, example=examples.action,
            is_for=takes_on_work if goes_to is WHO_DOES else is_staff_or_board_or_member,
        )
    )  # fmt: skip


def is_staff_or_board_or_member(user: Any) -> bool:
    """Whether somebody may run a group."""
    return is_staff_or_board(user) or belongs_to_a_group(user)


_declare(
    telling.ASSIGNED, gettext_lazy("New action items"), gettext_lazy("You were assigned action items."),
    Reason.TRANSACTIONAL, WHO_DOES, "action_assigned",
)  # fmt: skip
_declare(
    telling.ASKED, gettext_lazy("Another day for an action item"),
    gettext_lazy("Somebody asks for a later due day."), Reason.TRANSACTIONAL,
    gettext_lazy("The chair of the group, or the One-Stop staff member who has served longest."), "action_day_asked",
)  # fmt: skip
_declare(
    telling.ANSWERED, gettext_lazy("Due days of action items"),
    gettext_lazy("The due day of an action item of yours was moved, or stays."), Reason.TRANSACTIONAL, WHO_DOES,
    "action_day_answered",
)  # fmt: skip
_declare(
    DUE, gettext_lazy("Action items due"), gettext_lazy("An action item of yours is due soon."), Reason.NUDGE,
    WHO_DOES, "action_due",
)  # fmt: skip
_declare(
    OVERDUE, gettext_lazy("Overdue action items"), gettext_lazy("An action item of yours is overdue."),
    Reason.NUDGE, WHO_DOES, "action_due",
)  # fmt: skip
_declare(
    STUCK, gettext_lazy("Overdue action items of groups"),
    gettext_lazy("Action items of a group that you run are overdue for two weeks or more."), Reason.NUDGE,
    WHO_RUNS, "actions_stuck",
)  # fmt: skip


# ---------------------------------------------------------------- What is due
class _Zones:
    """The time zones of groups, each found once."""

    def __init__(self) -> None:
        self._known: dict[int, ZoneInfo] = {}

    def of(self, group: Group) -> ZoneInfo:
        """Return the zone of a group."""
        if group.pk not in self._known:
            self._known[group.pk] = group.zone
        return self._known[group.pk]


def _open(**conditions: Any) -> Iterable[ActionItem]:
    rows = ActionItem.objects.open().filter(of_living_groups(), **conditions)
    return with_all(rows).order_by("due_on", "pk")


def due_subjects(at: datetime) -> Iterator[ReminderSubject]:
    """Yield each open item from a week before its day until a week after it."""
    near = (at.date() - WEEK - FARTHEST, at.date() + WEEK + FARTHEST)
    actions, zones = list(_open(due_on__range=near)), _Zones()
    recipients = recipients_of(actions)
    for action in actions:
        zone = zones.of(action.group)
        days = (action.due_on - at.astimezone(zone).date()).days
        if -7 < days <= 7:
            since = datetime.combine(action.due_on - WEEK, MORNING, zone)
            yield _subject(action, f"{action.pk}:{action.due_on}", since, recipients[action.pk], zone, at)


def overdue_subjects(at: datetime) -> Iterator[ReminderSubject]:
    """Yield each open item that is overdue for a week or more, as a subject of its own every week until it is done."""
    actions, zones = list(_open(due_on__lte=at.date() - WEEK + FARTHEST)), _Zones()
    recipients = recipients_of(actions)
    for action in actions:
        zone = zones.of(action.group)
        weeks = (at.astimezone(zone).date() - action.due_on).days // 7
        if weeks >= 1:
            since = datetime.combine(action.due_on + weeks * WEEK, MORNING, zone)
            key = f"{action.pk}:{action.due_on}:{weeks}"
            yield _subject(action, key, since, recipients[action.pk], zone, at)


def _subject(
    action: ActionItem, key: str, since: datetime, recipients: list[Recipient], zone: ZoneInfo, at: datetime
) -> ReminderSubject:
    # Whoever was assigned it since then has the mail about that.
    assigned = action.assigned_at if action.assigned_at and action.assigned_at > since else None
    return ReminderSubject(
        key=key,
        since=since,
        about=[action, action.group],
        people={DOER: [each.to for each in recipients]},
        scope=action.group.area,
        facts={"action": action, "recipients": {each.address: each for each in recipients}, "zone": zone, "at": at},
        asked_at=assigned,
    )


def stuck_subjects(at: datetime) -> Iterator[ReminderSubject]:
    """Yield each group with items that are overdue for two weeks or more, every week anew; two queries besides."""
    zones = _Zones()
    by_group: dict[int, list[ActionItem]] = defaultdict(list)
    for action in _open(due_on__lte=at.date() - STUCK_AFTER + FARTHEST):
        if at.astimezone(zones.of(action.group)).date() - action.due_on >= STUCK_AFTER:
            by_group[action.group_id].append(action)
    groups = {pk: actions[0].group for pk, actions in by_group.items()}
    people = those_who_run(list(groups.values()), at.date()) if groups else {}
    for pk, actions in sorted(by_group.items()):
        group, zone = groups[pk], zones.of(groups[pk])
        today = at.astimezone(zone).date()
        monday = today - timedelta(days=today.weekday())
        yield ReminderSubject(
            key=f"{pk}:{monday}",
            since=datetime.combine(monday, MORNING, zone),
            about=[group],
            people={RUNS: people.get(pk, [])},
            scope=group.area,
            facts={"group": group, "actions": actions, "zone": zone, "today": today},
        )


# ---------------------------------------------------------------- The mails
def _build(code: str, subject: ReminderSubject, step: Step, person: User | str, following: Next | None) -> Message:
    action: ActionItem = subject.facts["action"]
    recipient: Recipient = subject.facts["recipients"][address_of(person)]
    zone, at = subject.facts["zone"], subject.facts["at"]
    days = (action.due_on - at.astimezone(zone).date()).days
    return Message(
        kind=code,
        key="",
        to=person,
        about=subject.about,
        why=why_of(action, recipient),
        path=action.get_absolute_url() if recipient.user else "",
        zone=zone,
        context={"group": action.group, "person": recipient.name, "action": action, **timing_of(days)},
        prepare=lambda: telling.shown(link_for(action, recipient, at=at)),
    )


def timing_of(days: int) -> dict[str, Any]:
    """Return how far away the due day is, as a mail says it."""
    return {"days": abs(days), "is_over": days < 0, "is_today": days == 0}


def _build_stuck(subject: ReminderSubject, step: Step, person: User | str, following: Next | None) -> Message:
    group: Group = subject.facts["group"]
    return Message(
        kind=STUCK,
        key="",
        to=person,
        about=subject.about,
        why=telling.why_runs(group),
        path=path_of_stuck(group),
        zone=subject.facts["zone"],
        context={**stuck_context(group, subject.facts["actions"], subject.facts["today"]), "person": _name_of(person)},
    )


def _name_of(person: User | str) -> str:
    return person if isinstance(person, str) else person.name


def path_of_stuck(group: Group) -> str:
    """Return where those who run a group see what is overdue."""
    if group.area is None:
        return group.get_absolute_url()
    return f"{reverse('meetings:action_list', args=[group.area.slug])}?group={group.pk}&state=overdue"


def stuck_context(group: Group, actions: list[ActionItem], today: date) -> dict[str, Any]:
    """Return what the weekly mail to those who run a group says."""
    rows = [{"action": each, "days": (today - each.due_on).days} for each in actions]
    return {"group": group, "rows": rows[:MOST], "number": len(rows), "more": max(len(rows) - MOST, 0)}


def _reminder(code: str, label: Promise, about: Promise, find: Any, steps: list[Step]) -> Reminder:
    def build(subject: ReminderSubject, step: Step, person: User | str, following: Next | None) -> Message:
        return _build(code, subject, step, person, following)

    return Reminder(
        code, label, about, circles={DOER: gettext_lazy("whoever does it")}, steps=steps, open_matters=find,
        build=build, keep_days=True,
    )  # fmt: skip


ACTION_DUE = _reminder(
    DUE,
    gettext_lazy("Action items due"),
    gettext_lazy("Reminds whoever does an action item a week before its day, and on its day."),
    due_subjects,
    [Step(0, DOER), Step(7, DOER)],
)
ACTION_OVERDUE = _reminder(
    OVERDUE,
    gettext_lazy("Action items overdue"),
    gettext_lazy("Reminds whoever does an action item every week after its day, until it is done or dropped."),
    overdue_subjects,
    [Step(0, DOER)],
)
ACTIONS_STUCK = Reminder(
    STUCK,
    gettext_lazy("Action items overdue for two weeks"),
    gettext_lazy("Lists for those who run a group, once a week, what is overdue for two weeks or more."),
    circles={RUNS: gettext_lazy("the chair of the group and the staff of the area")},
    steps=[Step(0, RUNS)],
    open_matters=stuck_subjects,
    build=_build_stuck,
    keep_days=True,
)
reminders.register(ACTION_DUE, ACTION_OVERDUE, ACTIONS_STUCK)
