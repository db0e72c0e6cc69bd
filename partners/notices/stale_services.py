"""Confirm your services: partners are reminded until they answer, the next person is asked, then staff; then it stops.

One reminder a partner, never one a service, and never within a week of another question, whoever asked it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from onestop.accounts.models import User
from onestop.notices import notice_types, reminders
from onestop.notices.messages import Message, NoLongerSo
from onestop.notices.models import Cadence
from onestop.notices.notice_types import NoticeType, Reason
from onestop.notices.reminders import Next, Reminder, ReminderProgress, ReminderSubject, Step, progress_of
from onestop.ui.presentation import day
from partners.models import Membership, Partnership, Representative, Role, Service
from partners.notices import examples
from partners.notices.audiences import is_staff, seated_in, speaks_or_keeps
from partners.people import contacts
from partners.upkeep import confirmation_requests, reminder_withdrawals
from partners.upkeep.confirmation_requests import Recipient
from partners.upkeep.stale import Unconfirmed, unconfirmed

MAIN, NEXT, SIGNS, STAFF = "main", "alternate", "signatory", "staff"
CIRCLES = {
    MAIN: "the managers, or the main representative",
    NEXT: "who else speaks for the partner; without one, the same again",
    SIGNS: "who signs for the partner",
    STAFF: "the One-Stop staff of the area",
}
Person = User | str
Circle = dict[Person, Recipient]

notice_types.declare(
    NoticeType(
        reminder_withdrawals.STALE_SERVICES,
        "Confirm your services",
        "Services of yours that nobody has confirmed for six months, with a link that confirms them.",
        Reason.NUDGE,
        goes_to="The partner's managers or its main representative, then who else speaks or signs for it.",
        is_for=speaks_or_keeps,
        example=examples.stale_services,
    ),
    NoticeType(
        reminder_withdrawals.UNANSWERED,
        "A partner does not confirm its services",
        "Everybody at a partner was reminded, and nobody has answered.",
        Reason.NUDGE,
        # Staff see it among what needs them, too; one mail tells of all partners.
        cadence=Cadence.WEEKLY,
        goes_to="The One-Stop staff of the area.",
        is_for=is_staff,
        example=examples.stale_services_unanswered,
    ),
)


def subjects_of(partnerships: QuerySet[Partnership], *, at: datetime) -> list[ReminderSubject]:
    """Return what these partners are reminded of, with whom to ask; a fixed number of queries."""
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
    """Return how far each of these partners was reminded, by its number; a fixed number of queries."""
    matters = subjects_of(partnerships, at=at)
    known = progress_of(REMINDER, matters)
    return {matter.facts["partnership"].pk: (matter, known[matter.key]) for matter in matters}


# ---------------------------------------------------------------- Whom to ask
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
    # "main" sorts after "alternate".
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
    people = _circles(managers, speakers)
    return ReminderSubject(
        key=waiting.key,
        since=waiting.since,
        about=[partnership, *(Service(pk=pk) for pk in waiting.service_ids)],
        people={name: list(circle) for name, circle in people.items()} | {STAFF: list(staff)},
        scope=partnership.area,
        facts={
            "at": at,
            "partnership": partnership,
            "number": len(waiting.service_ids),
            "recipients": {person: to for circle in people.values() for person, to in circle.items()},
            "contact": contacts.Contact(staff[0].name, staff[0].email) if staff else None,
        },
        asked_at=waiting.asked_at,
    )


def _circles(managers: Circle, speakers: Iterable[Representative]) -> dict[str, Circle]:
    """Return whom to ask first, next and after that; nobody twice, but for who is alone."""
    speaking = {person.user or person.email.lower(): person for person in speakers}
    known = {who: Recipient(one.name, one.email.lower(), representative=one) for who, one in speaking.items()}
    first = managers or {who: to for who, to in known.items() if speaking[who].kind == Representative.Kind.MAIN}
    signs = {who: to for who, to in known.items() if who not in first and speaking[who].is_signatory}
    others = {who: to for who, to in known.items() if who not in first and who not in signs}
    if not others:
        others, signs = signs or first, {}
    return {MAIN: dict(first), NEXT: others, SIGNS: signs}


# ---------------------------------------------------------------- The words
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
    does = "keep the services of" if to.seat else "speak for"
    page = "partners:partnership_confirm" if to.seat else "partners:partnership_detail"
    return Message(
        kind=reminder_withdrawals.STALE_SERVICES,
        key="",
        to=person,
        about=matter.about,
        context=context | {"name": to.name},
        why=f"You {does} {partnership.organization.name} in {partnership.area.name}.",
        path=reverse(page, args=[partnership.pk]) if isinstance(person, User) else "",
        zone=partnership.area.zone,
        prepare=lambda: _asked(partnership, to, at=matter.facts["at"]),
    )


def _to_staff(matter: ReminderSubject, person: Person, context: dict[str, Any]) -> Message:
    partnership = matter.facts["partnership"]
    asked = [to.name for to in matter.facts["recipients"].values()]
    return Message(
        kind=reminder_withdrawals.UNANSWERED,
        key="",
        to=person,
        about=matter.about,
        context=context | {"asked": in_a_row(asked)},
        why=f"You are One-Stop staff of {partnership.area.name}.",
        path=reverse("partners:partnership_detail", args=[partnership.pk]),
        zone=partnership.area.zone,
    )


def _asked(partnership: Partnership, to: Recipient, *, at: datetime) -> Mapping[str, Any]:
    """Write the request whose link the mail holds; only what is really told has one.

    :raises NoLongerSo: if everything was confirmed, or staff have asked, since the planner looked.
    """
    try:
        request = confirmation_requests.ask_by_reminder(partnership, to, at=at)
    except confirmation_requests.CannotAsk as problem:
        raise NoLongerSo from problem
    services = list(confirmation_requests.services_to_ask(partnership, at))
    return {"request": request, "services": services, "link": confirmation_requests.link_of(request)}


def what_follows(matter: ReminderSubject, following: Next | None) -> str:
    """Return what happens without an answer, and when: "we ask Ann Example on Sat, Dec 12, 2026"."""
    if following is None:
        return ""
    zone = matter.facts["partnership"].area.zone
    on = day(following.at.astimezone(zone).date(), "plain")
    if following.whom == STAFF:
        return f"the One-Stop staff of {matter.facts['partnership'].area.name} call you after {on}"
    known = matter.facts["recipients"]
    return f"we ask {in_a_row([known[person].name for person in following.people])} on {on}"


def in_a_row(names: Collection[str]) -> str:
    """Return names as a sentence has them."""
    names = list(names)
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1] if names else "") if part)


def _open_matters(at: datetime) -> Iterator[ReminderSubject]:
    yield from subjects_of(Partnership.objects.all(), at=at)


REMINDER = Reminder(
    reminder_withdrawals.STALE_SERVICES,
    "Confirm your services",
    "Partners with services that nobody has confirmed for six months are asked by mail until they answer.",
    circles=CIRCLES,
    steps=[Step(0, MAIN), Step(10, NEXT), Step(21, SIGNS), Step(30, STAFF)],
    open_matters=_open_matters,
    build=_build,
    pause=confirmation_requests.ASK_AGAIN_AFTER,
)
reminders.register(REMINDER)
