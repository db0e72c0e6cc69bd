"""Remind partners to confirm their services: first one person, then the next, then staff; then stop.

One reminder per partner, not per service, and never within a week of another request.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from onestop.accounts.models import User
from onestop.notices import notice_types, reminders
from onestop.notices.messages import Message, NoLongerSo
from onestop.notices.models import Cadence
from onestop.notices.notice_types import NoticeType, Reason
from onestop.notices.reminders import (
    Next,
    Reminder,
    ReminderProgress,
    ReminderSubject,
    Step,
    address_of,
    progress_of,
)
from onestop.ui.presentation import day
from onestop.ui.sentences import join_words
from onestop.ui.sentences import retold as _
from partners.models import Membership, Partnership, Representative, Role, Service, ServiceText
from partners.notices import examples
from partners.notices.audiences import is_staff, seated_in, speaks_or_keeps
from partners.people import contacts
from partners.upkeep import confirmation_requests, reminder_withdrawals
from partners.upkeep.confirmation_requests import Recipient
from partners.upkeep.stale import Unconfirmed, unconfirmed

MAIN, NEXT, SIGNS, STAFF = "main", "alternate", "signatory", "staff"
CIRCLES = {
    MAIN: gettext_lazy("the managers, or the main representative"),
    NEXT: gettext_lazy("others at the partner who were not asked yet, or the same people again"),
    SIGNS: gettext_lazy("the signatories of the partner"),
    STAFF: gettext_lazy("the One-Stop staff of the area"),
}
Person = User | str
Circle = dict[Person, Recipient]

notice_types.declare(
    NoticeType(
        reminder_withdrawals.STALE_SERVICES,
        gettext_lazy("Confirm your services"),
        gettext_lazy("Your services not confirmed in the last 6 months, with a link to confirm them."),
        Reason.NUDGE,
        goes_to=gettext_lazy(
            "The partner's managers or main representative, then its other representatives and signatories."
        ),
        is_for=speaks_or_keeps,
        example=examples.stale_services,
    ),
    NoticeType(
        reminder_withdrawals.UNANSWERED,
        gettext_lazy("No answer from a partner"),
        gettext_lazy("Everyone at a partner was reminded to confirm its services, and no one answered."),
        Reason.NUDGE,
        # It is also on the staff's to-do list, and one mail covers all partners.
        cadence=Cadence.WEEKLY,
        goes_to=gettext_lazy("The One-Stop staff of the area."),
        is_for=is_staff,
        example=examples.stale_services_unanswered,
    ),
)


def subjects_of(partnerships: QuerySet[Partnership], *, at: datetime) -> list[ReminderSubject]:
    """Return the reminder subject of each partner with unconfirmed services; a fixed number of queries."""
    waiting = unconfirmed(partnerships, at=at)
    managers = _managers({one.partnership.pk for one in waiting})
    speakers = _speakers({one.partnership.pk for one in waiting})
    staff = seated_in(Role.STAFF, {one.partnership.area_id for one in waiting})
    return [
        _matter(
            one,
            managers.get(one.partnership.pk, {}),
            speakers.get(one.partnership.pk, []),
            staff.get(one.partnership.area_id, []),
            at,
        )
        for one in waiting
    ]


def progress_by_partner(
    partnerships: QuerySet[Partnership], *, at: datetime
) -> dict[int, tuple[ReminderSubject, ReminderProgress]]:
    """Return the reminder progress of each partner, by primary key; a fixed number of queries."""
    subjects = subjects_of(partnerships, at=at)
    known = progress_of(REMINDER, subjects)
    return {subject.facts["partnership"].pk: (subject, known[subject.key]) for subject in subjects}


# ---------------------------------------------------------------- Recipients
def _managers(partnership_ids: Collection[int]) -> dict[int, Circle]:
    seats = Membership.objects.current().filter(
        role=Role.MANAGER, partnership__in=partnership_ids, user__is_active=True
    )
    found: dict[int, Circle] = defaultdict(dict)
    for seat in seats.select_related("user").order_by("since", "pk"):
        assert seat.partnership_id is not None
        found[seat.partnership_id][seat.user] = Recipient(seat.user.name, seat.user.email.lower(), seat=seat)
    return found


def _speakers(partnership_ids: Collection[int]) -> dict[int, list[Representative]]:
    people = Representative.objects.in_office().filter(partnership__in=partnership_ids).exclude(email="")
    found: dict[int, list[Representative]] = defaultdict(list)
    # "main" sorts after "alternate", so descending order puts it first.
    for person in people.select_related("user").order_by("-kind", "pk"):
        found[person.partnership_id].append(person)
    return found


def _matter(
    waiting: Unconfirmed,
    managers: Circle,
    speakers: Iterable[Representative],
    staff: Sequence[User],
    at: datetime,
) -> ReminderSubject:
    partnership = waiting.partnership
    people = Contacts(managers, speakers)
    return ReminderSubject(
        key=waiting.key,
        since=waiting.since,
        about=[partnership, *(Service(pk=pk) for pk in waiting.service_ids)],
        people={STAFF: list(staff)},
        choose=lambda whom, asked: list(staff) if whom == STAFF else people.choose(whom, asked),
        scope=partnership.area,
        facts={
            "at": at,
            "partnership": partnership,
            "number": len(waiting.service_ids),
            "recipients": people.all,
            "contact": contacts.Contact(staff[0].name, staff[0].email) if staff else None,
        },
        asked_at=waiting.asked_at,
    )


class Contacts:
    """The people of one partner who can be asked: its managers and its representatives, each once, by address."""

    def __init__(self, managers: Circle, speakers: Iterable[Representative]) -> None:
        known = {address_of(person): person for person in managers}
        self.all: Circle = dict(managers)
        self.first = set(known)
        self.signing: set[str] = set()
        mains: set[str] = set()
        for speaker in speakers:
            address = address_of(speaker.user or speaker.email)
            if address not in known:
                known[address] = speaker.user or address
                self.all[known[address]] = Recipient(speaker.name, speaker.email.lower(), representative=speaker)
            if speaker.is_signatory:
                self.signing.add(address)
            if speaker.kind == Representative.Kind.MAIN:
                mains.add(address)
        self.known = known
        self.first = self.first or mains

    def choose(self, whom: str, asked: Collection[str]) -> list[Person]:
        """Return whom a step asks, given the addresses asked before. Only someone who is alone is asked twice."""
        fresh = [address for address in self.known if address not in asked]
        # Before anybody was asked, the managers or the main representative are kept for the step that is theirs.
        others = [address for address in fresh if asked or address not in self.first]
        speaking = [address for address in others if address not in self.signing]
        signing = [address for address in others if address in self.signing]
        if whom == MAIN:
            chosen = [address for address in self.known if address in self.first]
            chosen = [address for address in chosen if address in fresh] or chosen
        elif whom == SIGNS:
            chosen = signing
        else:
            chosen = speaking or signing or [address for address in self.known if address in self.first]
        return [self.known[address] for address in chosen]


# ---------------------------------------------------------------- Messages
def _build(matter: ReminderSubject, step: Step, person: Person, following: Next | None) -> Message:
    partnership = matter.facts["partnership"]
    context = {
        "partnership": partnership,
        "number": matter.facts["number"],
        "contact": matter.facts["contact"],
        "next": what_follows(matter, following),
    }
    if step.whom == STAFF:
        return _to_staff(matter, person, context)
    to = matter.facts["recipients"][person]
    why = (
        _("You manage the services of %(partner)s in %(area)s.")
        if to.seat
        else _("You are a representative of %(partner)s in %(area)s.")
    )
    page = "partners:partnership_confirm" if to.seat else "partners:partnership_detail"
    return Message(
        kind=reminder_withdrawals.STALE_SERVICES,
        key="",
        to=person,
        about=matter.about,
        context=context | {"name": to.name},
        why=why % {"partner": partnership.organization.name, "area": partnership.area.name},
        path=reverse(page, args=[partnership.pk]) if isinstance(person, User) else "",
        zone=partnership.area.zone,
        prepare=lambda: _request(partnership, to, at=matter.facts["at"]),
    )


def _to_staff(matter: ReminderSubject, person: Person, context: dict[str, Any]) -> Message:
    partnership = matter.facts["partnership"]
    names = {address_of(person): to.name for person, to in matter.facts["recipients"].items()}
    # Who was asked and has left since is named by the address.
    asked = [name for address, name in names.items() if address in matter.asked]
    asked += sorted(address for address in matter.asked if address not in names)
    return Message(
        kind=reminder_withdrawals.UNANSWERED,
        key="",
        to=person,
        about=matter.about,
        context=context | {"asked": join_words(asked)},
        why=_("You are One-Stop staff of %(area)s.") % {"area": partnership.area.name},
        path=reverse("partners:partnership_detail", args=[partnership.pk]),
        zone=partnership.area.zone,
    )


def _request(partnership: Partnership, to: Recipient, *, at: datetime) -> Mapping[str, Any]:
    """Create the confirmation request whose link the mail contains, once the mail is really written.

    :raises NoLongerSo: if everything was confirmed, or staff have asked, since the planner ran.
    """
    try:
        request = confirmation_requests.ask_by_reminder(partnership, to, at=at)
    except confirmation_requests.CannotAsk as problem:
        raise NoLongerSo from problem
    services = list(confirmation_requests.services_to_ask(partnership, at))
    asked = {"request": request, "services": services, "link": request.address}
    return asked | (_spanish_behind(partnership) if to.seat else {})


def _spanish_behind(partnership: Partnership) -> dict[str, Any]:
    """Return the services whose Spanish text is older than their English, which managers alone can review."""
    texts = ServiceText.objects.behind().filter(service__partnership=partnership, service__archived_at=None)
    page = reverse("partners:service_list", args=[partnership.area.slug])
    return {
        "spanish": list(texts.order_by("service__name", "pk").values_list("service__name", flat=True)),
        "spanish_url": f"{settings.PUBLIC_URL}{page}?spanish=behind&partner={partnership.pk}",
    }


def what_follows(matter: ReminderSubject, following: Next | None) -> str:
    """Return what follows if nobody answers: "If no one answers, we will ask Ann Example on Sat, Dec 12, 2026."."""
    if following is None:
        return ""
    zone = matter.facts["partnership"].area.zone
    on = day(following.at.astimezone(zone).date(), "plain")
    if following.whom == STAFF:
        area = matter.facts["partnership"].area.name
        text = _("If no one answers, we will tell the One-Stop staff of %(area)s on %(date)s.")
        return text % {"area": area, "date": on}
    known = matter.facts["recipients"]
    people = join_words(known[person].name for person in following.people)
    return _("If no one answers, we will ask %(people)s on %(date)s.") % {"people": people, "date": on}


def _open_matters(at: datetime) -> Iterator[ReminderSubject]:
    yield from subjects_of(Partnership.objects.all(), at=at)


REMINDER = Reminder(
    reminder_withdrawals.STALE_SERVICES,
    gettext_lazy("Confirm your services"),
    gettext_lazy("Emails partners about services not confirmed in the last 6 months until they answer."),
    circles=CIRCLES,
    steps=[Step(0, MAIN), Step(10, NEXT), Step(21, SIGNS), Step(30, STAFF)],
    open_matters=_open_matters,
    build=_build,
    pause=confirmation_requests.ASK_AGAIN_AFTER,
)
reminders.register(REMINDER)
