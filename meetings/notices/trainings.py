"""Notices about trainings: feedback the day after, and two months later whether the staff of a partner use it.

A partner is reminded twice, by its representatives; then those who run the group are told that it has not answered.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime, time
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy

from meetings.models import GroupMember, TrainingFollowUp, TrainingFollowUpLink
from meetings.notices import examples
from meetings.notices.notice_types import belongs_to_a_group
from meetings.trainings import feedback
from meetings.trainings.follow_ups import LATE
from meetings.trainings.recording import day_of
from onestop.accounts.models import User
from onestop.notices import notice_types, reminders
from onestop.notices.messages import Message
from onestop.notices.notice_types import NoticeType, Reason
from onestop.notices.reminders import Next, Reminder, ReminderSubject, Step
from onestop.ui.presentation import day
from onestop.ui.sentences import retold as _
from partners.models import Role
from partners.notices.audiences import seated_in
from partners.people import contacts
from partners.seats import seats_of

FOLLOW_UP, UNANSWERED = "meetings.training_follow_up", "meetings.training_unanswered"
PARTNER, RUNS = "partner", "runs"
MORNING = time(8)


def is_of_a_partner(user: Any) -> bool:
    """Whether a person belongs to any partner."""
    return bool(seats_of(user).partnership_ids)


def may_run_a_group(user: Any) -> bool:
    """Whether a person is One-Stop staff, or belongs to a group."""
    return bool(seats_of(user).staff_area_ids) or belongs_to_a_group(user)


notice_types.declare(
    NoticeType(
        feedback.ASKED,
        gettext_lazy("Feedback on trainings"),
        gettext_lazy("You took part in a training, and are asked two questions about it."),
        Reason.NUDGE,
        template="training_feedback",
        goes_to=gettext_lazy("Everyone who took part and has an address, the day after, once."),
        is_for=belongs_to_a_group,
        example=examples.training,
    ),
    NoticeType(
        FOLLOW_UP,
        gettext_lazy("Two months after a training"),
        gettext_lazy("You are asked whether the staff of your organization use what they learned."),
        Reason.NUDGE,
        template="training_follow_up",
        goes_to=gettext_lazy("The representatives of each partner whose staff took part."),
        is_for=is_of_a_partner,
        example=examples.training,
    ),
    NoticeType(
        UNANSWERED,
        gettext_lazy("Trainings without an answer"),
        gettext_lazy("A partner has not said whether its staff use what they learned in a training."),
        Reason.NUDGE,
        template="training_unanswered",
        goes_to=gettext_lazy("The officers of the group, and the One-Stop staff of the area."),
        is_for=may_run_a_group,
        example=examples.training,
    ),
)


def subjects_of(at: datetime) -> Iterator[ReminderSubject]:
    """Yield each partner that was asked about a training and has not answered, with its people; four queries."""
    rows = list(
        TrainingFollowUp.objects.waiting()
        .filter(training__meeting__group__archived_at=None)
        .select_related(
            "training__meeting__series", "training__meeting__group__area", "partnership__organization",
            "partnership__area",
        )
        .order_by("asked_on", "pk")
    )  # fmt: skip
    links = _links_of(rows, at)
    staff = seated_in(Role.STAFF, {row.partnership.area_id for row in rows})
    officers = _officers_of({row.training.meeting.group_id for row in rows}, at)
    for row in rows:
        area = row.partnership.area
        own = links[row.pk]
        running = {user.pk: user for user in officers[row.training.meeting.group_id]}
        running |= {user.pk: user for user in staff.get(area.pk, [])}
        yield ReminderSubject(
            key=str(row.pk),
            since=datetime.combine(row.asked_on, MORNING, area.zone),
            about=[row.training, row.training.meeting, row.partnership],
            people={PARTNER: [person for person, _link in own.values()], RUNS: list(running.values())},
            scope=area,
            facts={"follow_up": row, "links": own},
        )


def _links_of(
    rows: Collection[TrainingFollowUp], at: datetime
) -> dict[int, dict[str, tuple[User | str, TrainingFollowUpLink]]]:
    """Return the people whose links work, by follow-up and by address; one query."""
    found: dict[int, dict[str, tuple[User | str, TrainingFollowUpLink]]] = defaultdict(dict)
    links = TrainingFollowUpLink.objects.unrevoked().filter(
        follow_up__in=[row.pk for row in rows], representative__archived_at=None, expires_at__gt=at
    )
    for link in links.select_related("user").order_by("pk"):
        person = contacts.person_at(link.email, link.user)
        found[link.follow_up_id][_address(person)] = person, link
    return found


def _officers_of(groups: Collection[int], at: datetime) -> dict[int, list[User]]:
    """Return the officers with an account of each group, by its id; one query."""
    found: dict[int, list[User]] = defaultdict(list)
    held = GroupMember.objects.on(at.date()).filter(
        group__in=groups, role__in=GroupMember.OFFICERS, user__is_active=True
    )
    for member in held.select_related("user").order_by("pk"):
        if member.user:
            found[member.group_id].append(member.user)
    return found


def _address(person: User | str) -> str:
    return person if isinstance(person, str) else person.email


def _build(subject: ReminderSubject, step: Step, person: User | str, following: Next | None) -> Message:
    row: TrainingFollowUp = subject.facts["follow_up"]
    training, partnership, group = row.training, row.partnership, row.training.meeting.group
    context = {
        "training": training, "meeting": training.meeting, "group": group, "partnership": partnership,
        "held_on": day_of(training),
    }  # fmt: skip
    common: dict[str, Any] = {"key": "", "to": person, "about": subject.about, "zone": partnership.area.zone}
    if step.whom == RUNS:
        why = _("You run the group %(group)s, or are One-Stop staff of its area.") % {"group": group.name}
        return Message(kind=UNANSWERED, context=context, why=why, path=training.get_absolute_url(), **common)
    _person, link = subject.facts["links"][_address(person)]
    return Message(
        kind=FOLLOW_UP,
        context=context | {"name": link.name, "next": _what_follows(partnership.area, following)},
        why=_("You represent %(partner)s in %(area)s.")
        % {"partner": partnership.organization.name, "area": partnership.area.name},
        path=link.address.removeprefix(settings.PUBLIC_URL),
        expires_at=link.expires_at,
        **common,
    )


def _what_follows(area: Any, following: Next | None) -> str:
    if following is None:
        return ""
    on = {"date": day(following.at.astimezone(area.zone).date(), "plain")}
    if following.whom == RUNS:
        return _("Without an answer by %(date)s, we will tell those who run the group.") % on
    return _("Without an answer by %(date)s, we will remind you again.") % on


REMINDER = Reminder(
    FOLLOW_UP,
    gettext_lazy("Two months after a training"),
    gettext_lazy("Asks partners whether their staff use what they learned; then tells those who run the group."),
    circles={
        PARTNER: gettext_lazy("the representatives of the partner"),
        RUNS: gettext_lazy("those who run the group"),
    },
    steps=[Step(0, PARTNER), Step(14, PARTNER), Step(LATE.days, RUNS)],
    open_matters=subjects_of,
    build=_build,
)
reminders.register(REMINDER)
