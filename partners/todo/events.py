"""What happens in an area this week, and what was done lately, as short lists beside a to-do list."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from heapq import nlargest

from django.db.models import Count, Max
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners.models import Center, Invitation, LocalArea, Proposal, Service
from partners.network.due_dates import clocks_of
from partners.schedule.weeks import coming_absences

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


def coming_up(area: LocalArea, today: date) -> list[Event]:
    """Return the closings, absences and due dates of the next seven days, soonest first; two queries."""
    last = today + timedelta(days=DAYS)
    found = [*_absences(area, today, last), *_due(area, today, last)]
    return sorted(found, key=lambda event: event.on)[:MOST]


def _absences(area: LocalArea, today: date, last: date) -> Iterator[Event]:
    board = reverse("partners:presence_board", args=[area.slug])
    for absence in coming_absences(area, today):
        if absence.first_on > last:
            continue
        if absence.is_closing:
            what = _("%(center)s is closed") % {"center": absence.center}
        else:
            organization = absence.partnership.organization  # type: ignore[union-attr]  # no closing, so a partner's
            what = _("%(partner)s is away") % {"partner": organization.name}
        days = absence.days_in_words if absence.first_on != absence.last_on else ""
        yield Event("calendar-x", what, f"{board}?week={absence.first_on:%Y-%m-%d}", max(absence.first_on, today), days)


def _due(area: LocalArea, today: date, last: date) -> Iterator[Event]:
    for center in Center.objects.current().filter(area=area):
        for clock in clocks_of(center, today):
            if clock.due_on and today <= clock.due_on <= last:
                what = _("%(review)s of %(center)s is due") % {"review": clock.law.name, "center": center.name}
                yield Event("building-check", what, reverse("partners:center_detail", args=[center.pk]), clock.due_on)


def done_lately(area: LocalArea, at: datetime) -> list[Event]:
    """Return what was confirmed, decided and accepted in the last two weeks, latest first; three queries."""
    since = at - timedelta(days=DONE_DAYS)
    found = [*_confirmed(area, since), *_decided(area, since), *_accepted(area, since)]
    return nlargest(MOST, found, key=lambda event: event.on)


def _confirmed(area: LocalArea, since: datetime) -> Iterator[Event]:
    services = Service.objects.current().filter(
        partnership__area=area, partnership__archived_at=None, verified_on__gte=since.astimezone(area.zone).date()
    )
    by_partner = services.order_by().values("partnership", "partnership__organization__name")
    for row in by_partner.annotate(number=Count("pk"), last=Max("verified_on")).order_by("-last", "partnership")[:MOST]:
        what = ngettext(
            "%(partner)s: %(number)d service confirmed", "%(partner)s: %(number)d services confirmed", row["number"]
        )
        names = {"partner": row["partnership__organization__name"], "number": row["number"]}
        url = reverse("partners:partnership_detail", args=[row["partnership"]])
        yield Event("check2-circle", what % names, url, row["last"])


def _decided(area: LocalArea, since: datetime) -> Iterator[Event]:
    decided = Proposal.objects.filter(
        service__partnership__area=area,
        status__in=(Proposal.Status.ACCEPTED, Proposal.Status.DECLINED),
        decided_at__gte=since,
    )
    for proposal in decided.select_related("service").order_by("-decided_at", "-pk")[:MOST]:
        what = (
            _("Change to %(service)s approved")
            if proposal.status == Proposal.Status.ACCEPTED
            else _("Change to %(service)s declined")
        )
        url = reverse("partners:proposal_detail", args=[proposal.pk])
        on = proposal.decided_at.astimezone(area.zone).date()  # type: ignore[union-attr]  # decided, so dated
        yield Event("chat-left-text", what % {"service": proposal.service.name}, url, on)


def _accepted(area: LocalArea, since: datetime) -> Iterator[Event]:
    accepted = Invitation.objects.in_area(area).filter(accepted_at__gte=since)
    for invitation in accepted.select_related("accepted_by").order_by("-accepted_at", "-pk")[:MOST]:
        what = _("%(person)s accepted an invitation") % {"person": invitation.accepted_by}
        url = reverse("partners:person_detail", args=[invitation.accepted_by_id])
        yield Event("person-check", what, url, invitation.accepted_at.astimezone(area.zone).date())  # type: ignore[union-attr]
