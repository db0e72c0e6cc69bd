"""Reminders to affirm the shared values: when they are adopted, when a partner joins, and each year again."""

from collections.abc import Iterator, Mapping
from datetime import datetime, time
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy

from meetings.values.reading import lacking, owed_since
from onestop.accounts.models import User
from onestop.notices import notice_types, reminders
from onestop.notices.messages import Message
from onestop.notices.notice_types import NoticeType, Reason
from onestop.notices.reminders import Next, Reminder, ReminderSubject, Step
from onestop.ui.presentation import day
from onestop.ui.sentences import retold as _
from partners.models import LocalArea, Organization, Partnership, Role
from partners.notices.audiences import people_of_partners, seated_in
from partners.seats import seats_of

DUE = "meetings.values_due"
MANAGERS, STAFF = "managers", "staff"
MORNING = time(8)


def manages_or_keeps(user: Any) -> bool:
    """Whether a person manages a partner, or is staff of an area."""
    seats = seats_of(user)
    return bool(seats.managed_partnership_ids or seats.staff_area_ids)


def subjects_of(at: datetime) -> Iterator[ReminderSubject]:
    """Yield each partner that does not affirm the values in force of its area; three queries, however many."""
    rows: Any = Partnership.objects.filter(area__archived_at=None).select_related("organization", "area__state")
    found: list[Any] = list(lacking(rows, at.date()).order_by("pk"))
    people = people_of_partners(found) if found else {}
    staff = seated_in(Role.STAFF, {each.area_id for each in found}) if found else {}
    for partner in found:
        since = owed_since(partner.adopted, partner.since, partner.lapsed)
        yield ReminderSubject(
            key=f"{partner.pk}:{partner.held}:{since}",
            since=datetime.combine(since, MORNING, partner.area.zone),
            about=[partner, partner.area],
            people={MANAGERS: people[partner.pk], STAFF: staff.get(partner.area_id, [])},
            scope=partner.area,
            facts={"partnership": partner, "lapsed": partner.lapsed},
        )


def _build(subject: ReminderSubject, step: Step, person: User | str, following: Next | None) -> Message:
    assert isinstance(person, User)
    partner: Partnership = subject.facts["partnership"]
    to_staff = step.whom == STAFF
    name, place = partner.organization.name, partner.area.name
    page = reverse("meetings:values_detail", args=[partner.area.slug])
    return Message(
        kind=DUE,
        key="",
        to=person,
        about=subject.about,
        context=context_of(partner, person, subject.facts["lapsed"], to_staff=to_staff)
        | {"next": _what_follows(partner, following)},
        why=_("You are One-Stop staff of %(area)s.") % {"area": place}
        if to_staff
        else _("You belong to %(partner)s.") % {"partner": name},
        path=page if to_staff else reverse("meetings:values_affirm", args=[partner.pk]),
        zone=partner.area.zone,
    )


def context_of(partner: Partnership, person: User, lapsed: Any, *, to_staff: bool = False) -> dict[str, object]:
    """Return what a mail about affirming the values needs."""
    names = {"partner": partner.organization.name, "area": partner.area.name, "day": day(lapsed, "plain")}
    if to_staff:
        says = _("%(partner)s has not affirmed the shared values of %(area)s, though its people were reminded twice.")
    elif lapsed:
        says = _("The affirmation of the shared values of %(area)s by %(partner)s lapsed on %(day)s. Each partner "
                 "affirms them again every year.")  # fmt: skip
    else:
        says = _("The network of %(area)s has shared values. Each partner affirms them when it joins, and again every "
                 "year; %(partner)s has not done so yet.")  # fmt: skip
    button = _("View the partners") if to_staff else _("Read and affirm the values")
    return {"area": partner.area, "recipient": person, "says": says % names, "button": button}


def _what_follows(partner: Partnership, following: Next | None) -> str:
    if following is None:
        return ""
    on = {"date": day(following.at.astimezone(partner.area.zone).date(), "plain")}
    if following.whom == STAFF:
        return _("If it is not affirmed by %(date)s, we will tell the One-Stop staff.") % on
    return _("If it is not affirmed by %(date)s, we will remind you again.") % on


def _example() -> Mapping[str, Any]:
    area = LocalArea(name=_("Riverbend"), slug="riverbend", board_name=_("Riverbend Workforce Board"))
    partner = Partnership(pk=1, area=area, organization=Organization(name=_("Millrace Adult Learning")))
    sam = User(name="Sam Sample", email="sam@millrace.example")  # no translation: an invented person
    return context_of(partner, sam, None) | {
        "action_url": settings.PUBLIC_URL,
        "why": _("You belong to %(partner)s.") % {"partner": partner.organization.name},
    }


REMINDER = Reminder(
    DUE,
    gettext_lazy("Shared values to affirm"),
    gettext_lazy("Reminds partners to affirm the shared values: newcomers, and each year again; then tells the staff."),
    circles={
        MANAGERS: gettext_lazy("the managers of the partner, or its representatives"),
        STAFF: gettext_lazy("the One-Stop staff of the area"),
    },
    steps=[Step(0, MANAGERS), Step(21, MANAGERS), Step(42, STAFF)],
    open_matters=subjects_of,
    build=_build,
)
reminders.register(REMINDER)
notice_types.declare(
    NoticeType(
        DUE, gettext_lazy("Shared values to affirm"),
        gettext_lazy("Your partner has not affirmed the shared values, or its affirmation has lapsed."), Reason.NUDGE,
        template="values_due", goes_to=gettext_lazy("The managers of the partner, then the One-Stop staff."),
        is_for=manages_or_keeps, example=_example,
    ),
)  # fmt: skip
