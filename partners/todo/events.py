"""What happens in an area this week, and what was done lately, as short lists beside a to-do list."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from heapq import nlargest
from typing import Any

from django.db.models import Count, F, Max, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onestop.ui.small_queries import SmallQuery
from onestop.ui.written_queries import Row, written_once
from partners.models import Absence, Center, Invitation, LocalArea, Proposal, Service
from partners.network.due_dates import clocks_of

DAYS = 7
DONE_DAYS = 14
MOST = 5


@dataclass(frozen=True)
class Event:
    """Something with a day, or several: what, its icon, and the address of its page."""

    icon: str
    what: str
    url: str
    on: date
    days: str = ""  # in words, if more than one


def coming_up(area: LocalArea, centers: Iterable[Center], absences: Iterable[Absence], today: date) -> list[Event]:
    """Return the closings, absences and due dates of the next seven days, soonest first, of those given."""
    last = today + timedelta(days=DAYS)
    found = [*_absences(area, absences, today, last), *_due(centers, today, last)]
    return sorted(found, key=lambda event: event.on)[:MOST]


def _absences(area: LocalArea, absences: Iterable[Absence], today: date, last: date) -> Iterator[Event]:
    board = reverse("partners:presence_board", args=[area.slug])
    for absence in absences:
        if absence.first_on > last:
            continue
        if absence.is_closing and absence.center is None:
            what = _("Centers are closed: %(holiday)s") % {"holiday": absence.reason}
        elif absence.is_closing:
            what = _("%(center)s is closed") % {"center": absence.center}
        else:
            organization = absence.partnership.organization  # type: ignore[union-attr]  # no closing, so a partner's
            what = _("%(partner)s is away") % {"partner": organization.name}
        days = absence.days_in_words if absence.first_on != absence.last_on else ""
        yield Event("calendar-x", what, f"{board}?week={absence.first_on:%Y-%m-%d}", max(absence.first_on, today), days)


def _due(centers: Iterable[Center], today: date, last: date) -> Iterator[Event]:
    for center in centers:
        for clock in clocks_of(center, today):
            if clock.due_on and today <= clock.due_on <= last:
                what = _("%(review)s of %(center)s is due") % {"review": clock.law.name, "center": center.name}
                yield Event("building-check", what, reverse("partners:center_detail", args=[center.pk]), clock.due_on)


def done_lately(area: LocalArea, at: datetime) -> list[SmallQuery[list[Event]]]:
    """Return what was confirmed, decided and accepted in the last two weeks, of each the latest first."""
    since = at - timedelta(days=DONE_DAYS)
    return [_confirmed(area, since), _decided(area, since), _accepted(area, since)]


def latest(*found: list[Event]) -> list[Event]:
    """Return the last of these events, latest first."""
    return nlargest(MOST, (event for events in found for event in events), key=lambda event: event.on)


def _confirmed(area: LocalArea, since: datetime) -> SmallQuery[list[Event]]:
    def event(row: Row) -> Event:
        what = ngettext(
            "%(partner)s: %(number)d service confirmed", "%(partner)s: %(number)d services confirmed", row["number"]
        )
        url = reverse("partners:partnership_detail", args=[row["partnership"]])
        return Event("check2-circle", what % {"partner": row["partner"], "number": row["number"]}, url, row["last"])

    confirmed = _confirmed_since(area.pk, since.astimezone(area.zone).date())
    return SmallQuery(confirmed, lambda rows: [event(row) for row in rows])


@written_once
def _confirmed_since(area: int, day: date) -> QuerySet[Any, Any]:
    services = Service.objects.current().filter(
        partnership__area=area, partnership__archived_at=None, verified_on__gte=day
    )
    by_partner = services.order_by().values("partnership", partner=F("partnership__organization__name"))
    counted = by_partner.annotate(number=Count("pk"), last=Max("verified_on"))
    return counted.order_by("-last", "partnership")[:MOST]


def _decided(area: LocalArea, since: datetime) -> SmallQuery[list[Event]]:
    def event(row: Row) -> Event:
        what = (
            _("Change to %(service)s approved")
            if row["status"] == Proposal.Status.ACCEPTED
            else _("Change to %(service)s declined")
        )
        url = reverse("partners:proposal_detail", args=[row["pk"]])
        on = row["decided_at"].astimezone(area.zone).date()
        return Event("chat-left-text", what % {"service": row["service_name"]}, url, on)

    return SmallQuery(_decided_since(area.pk, since), lambda rows: [event(row) for row in rows])


@written_once
def _decided_since(area: int, since: datetime) -> QuerySet[Any, Any]:
    decided = Proposal.objects.filter(
        service__partnership__area=area,
        status__in=(Proposal.Status.ACCEPTED, Proposal.Status.DECLINED),
        decided_at__gte=since,
    ).order_by("-decided_at", "-pk")
    return decided.values("pk", "status", "decided_at", service_name=F("service__name"))[:MOST]


def _accepted(area: LocalArea, since: datetime) -> SmallQuery[list[Event]]:
    def event(row: Row) -> Event:
        what = _("%(person)s accepted an invitation") % {"person": row["person_name"]}
        url = reverse("partners:person_detail", args=[row["accepted_by"]])
        return Event("person-check", what, url, row["accepted_at"].astimezone(area.zone).date())

    return SmallQuery(_accepted_since(area.pk, since), lambda rows: [event(row) for row in rows])


@written_once
def _accepted_since(area: int, since: datetime) -> QuerySet[Any, Any]:
    accepted = Invitation.objects.in_area(area).filter(accepted_at__gte=since).order_by("-accepted_at", "-pk")
    return accepted.values("accepted_by", "accepted_at", person_name=F("accepted_by__name"))[:MOST]
