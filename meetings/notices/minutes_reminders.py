"""Remind those who were sent minutes for correction once, two days before the last day; not who has answered."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, time, timedelta

from django.utils.translation import gettext_lazy

from meetings.minutes.circulation import message_to, unanswered
from meetings.models import Minutes, MinutesLink
from meetings.notices import examples
from meetings.notices.notice_types import belongs_to_a_group
from onestop.accounts.models import User
from onestop.notices import notice_types, reminders
from onestop.notices.messages import Message
from onestop.notices.models import Cadence
from onestop.notices.notice_types import NoticeType, Reason
from onestop.notices.reminders import Next, Reminder, ReminderSubject, Step
from partners.people import contacts

SOON = "meetings.minutes_soon"
READERS = "readers"
BEFORE = timedelta(days=2)

notice_types.declare(
    NoticeType(
        SOON,
        gettext_lazy("Reminders of minutes to correct"),
        gettext_lazy("The time for corrections of minutes ends in two days."),
        Reason.TRANSACTIONAL,
        template="minutes_soon",
        goes_to=gettext_lazy("Everyone who was sent minutes and has not answered."),
        is_for=belongs_to_a_group,
        choices=(Cadence.AT_ONCE, Cadence.DAILY, Cadence.OFF),
        example=examples.meeting,
    )
)


def subjects_of(at: datetime) -> Iterator[ReminderSubject]:
    """Yield minutes whose time for corrections ends soon, with those who have not answered; two queries."""
    rows = Minutes.objects.with_meeting().filter(
        status=Minutes.Status.CIRCULATED,
        corrections_until__gte=at.date() - timedelta(days=1),  # somewhere it is still that day
        corrections_until__lte=at.date() + BEFORE,
    )
    known = list(rows.order_by("pk"))
    links: dict[int, list[MinutesLink]] = defaultdict(list)
    for link in MinutesLink.objects.unrevoked().filter(minutes__in=known).select_related("user", "member"):
        links[link.minutes_id].append(link)
    for minutes in known:
        zone = minutes.meeting.series.zone_info
        assert minutes.corrections_until
        ends_at = datetime.combine(minutes.corrections_until, time.max, zone)
        # Whoever was asked within these two days needs no reminder.
        waiting = [link for link in unanswered(links[minutes.pk]) if link.asked_at < ends_at - BEFORE - BEFORE]
        if at >= ends_at or not waiting:
            continue
        people = {contacts.person_at(link.email, link.user): link for link in waiting}
        yield ReminderSubject(
            key=f"{minutes.pk}:{minutes.corrections_until}",
            since=ends_at - BEFORE,
            about=[minutes.meeting, minutes.meeting.group],
            people={READERS: list(people)},
            scope=minutes.meeting.group.area,
            facts={"minutes": minutes, "links": {_address(person): link for person, link in people.items()}},
        )


def _address(person: User | str) -> str:
    return person if isinstance(person, str) else person.email


def _build(subject: ReminderSubject, step: Step, person: User | str, following: Next | None) -> Message:
    minutes: Minutes = subject.facts["minutes"]
    link: MinutesLink = subject.facts["links"][_address(person)]
    assert minutes.corrections_until
    ends_at = datetime.combine(minutes.corrections_until, time.max, minutes.meeting.series.zone_info)
    return message_to(link, minutes, kind=SOON, key="", expires_at=ends_at)


MINUTES_SOON = Reminder(
    SOON,
    gettext_lazy("Corrections of minutes"),
    gettext_lazy("Reminds those who were sent minutes and have not answered, two days before corrections end."),
    circles={READERS: gettext_lazy("everyone who was sent the minutes and has not answered")},
    steps=[Step(0, READERS)],
    open_matters=subjects_of,
    build=_build,
    keep_days=True,
)
reminders.register(MINUTES_SOON)
