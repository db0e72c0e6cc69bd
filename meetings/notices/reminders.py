"""Remind those who are invited a week and a day before a meeting; never those who have declined."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy

from meetings.agendas.publishing import mailed
from meetings.agendas.reading import agendas_of
from meetings.invitations.answers import chip_of, counting
from meetings.invitations.updates import answer_links, context_of, why_of
from meetings.models import Answer, Given, Meeting, MeetingInvitation
from meetings.notices import examples
from meetings.notices.notice_types import belongs_to_a_group
from onestop.accounts.models import User
from onestop.notices import notice_types, reminders
from onestop.notices.messages import Message
from onestop.notices.models import Cadence
from onestop.notices.notice_types import NoticeType, Reason
from onestop.notices.reminders import Next, Reminder, ReminderSubject, Step
from onestop.ui.sentences import retold as _
from partners.people import contacts

SOON = "meetings.soon"
GUESTS = "guests"
BEFORE = timedelta(days=7)
DECLINED = (Given.NO, Given.ALTERNATE)

notice_types.declare(
    NoticeType(
        SOON,
        gettext_lazy("Reminders of meetings"),
        gettext_lazy("A meeting to which you are invited is soon."),
        Reason.TRANSACTIONAL,
        template="meeting_reminder",
        goes_to=gettext_lazy("Everyone who is invited and has not declined."),
        is_for=belongs_to_a_group,
        choices=(Cadence.AT_ONCE, Cadence.DAILY, Cadence.OFF),
        example=examples.meeting,
    )
)


def subjects_of(at: datetime) -> Iterator[ReminderSubject]:
    """Yield each meeting of the next week with its agenda and those who have not declined; six queries."""
    rows = Meeting.objects.coming(at).filter(starts_at__lte=at + BEFORE, series__invites=True, series__sequence__gt=0)
    meetings = list(rows.with_place())
    series = {meeting.series_id for meeting in meetings}
    invited: dict[int, list[MeetingInvitation]] = defaultdict(list)
    told = MeetingInvitation.objects.unrevoked().filter(series__in=series, told_sequence__isnull=False)
    for invitation in told.select_related("user").order_by("pk"):
        invited[invitation.series_id].append(invitation)
    given: dict[int, list[Answer]] = defaultdict(list)
    for answer in Answer.objects.filter(series__in=series):
        given[answer.invitation_id].append(answer)
    agendas = agendas_of(meetings)
    for meeting in meetings:
        guests = {}
        for invitation in invited[meeting.series_id]:
            invitation.series = meeting.series
            counted, _outdated = counting(given[invitation.pk], meeting)
            if counted is None or counted.answer not in DECLINED:
                person = contacts.person_at(invitation.email, invitation.user)
                guests[_address(person)] = (person, invitation, counted)
        yield ReminderSubject(
            key=f"{meeting.pk}:{meeting.starts_at:%Y-%m-%dT%H:%M}",
            since=meeting.starts_at - BEFORE,
            about=[meeting, meeting.series],
            people={GUESTS: [person for person, _invitation, _answer in guests.values()]},
            scope=meeting.group.area,
            facts={"meeting": meeting, "guests": guests, "agenda": agendas[meeting.pk]},
        )


def _address(person: User | str) -> str:
    return person if isinstance(person, str) else person.email


def _build(subject: ReminderSubject, step: Step, person: User | str, following: Next | None) -> Message:
    meeting: Meeting = subject.facts["meeting"]
    _person, invitation, answer = subject.facts["guests"][_address(person)]
    answered = _("You answered: %(answer)s.") % {"answer": chip_of(answer)[1]} if answer else ""
    facts = {"meeting": meeting, "links": answer_links(invitation, meeting), "answered": answered}
    facts |= mailed(subject.facts["agenda"], invitation)
    return Message(
        kind=SOON,
        key="",
        to=person,
        about=subject.about,
        context=context_of(invitation, [meeting]) | facts,
        why=why_of(invitation),
        path=f"{invitation.address}?meeting={meeting.pk}".removeprefix(settings.PUBLIC_URL),
        zone=meeting.series.zone_info,
        expires_at=meeting.starts_at,
    )


MEETING_SOON = Reminder(
    SOON,
    gettext_lazy("Meeting soon"),
    gettext_lazy("Reminds those who are invited to a meeting and have not declined: a week and a day before."),
    circles={GUESTS: gettext_lazy("everyone who is invited and has not declined")},
    steps=[Step(0, GUESTS), Step(6, GUESTS)],
    open_matters=subjects_of,
    build=_build,
    keep_days=True,
)
reminders.register(MEETING_SOON)
