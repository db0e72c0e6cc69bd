"""Which partners have services not confirmed in the last six months, since when, and how they last answered.

A fixed number of queries for one partner, an area, or all areas at once. Days are those of the area's time zone.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet

from partners.models import ConfirmationRequest, LocalArea, Partnership, Proposal, Service
from partners.models.active import is_active_partner
from partners.models.services import ServiceQuerySet
from partners.upkeep.confirmation_requests import ASK_AGAIN_AFTER

GRACE = timedelta(days=14)  # before a service that was just added or imported causes reminders
MORNING = time(8)


@dataclass
class Unconfirmed:
    """A partner with services to confirm.

    ``since`` is when the oldest of them became stale, or a week after the partner's last answer if that is later;
    ``answered_on`` is when the partner last confirmed or answered anything; ``asked_at`` is when a person last asked
    since then.
    """

    partnership: Partnership
    service_ids: list[int]
    since: datetime
    answered_on: date | None
    asked_at: datetime | None

    @property
    def key(self) -> str:
        """The key of this series of reminders; each answer of the partner starts a new series."""
        return f"{self.partnership.pk}:{self.answered_on or 'never'}"


@dataclass
class _Stale:
    """The stale services of one partner, as they are collected."""

    service_ids: list[int] = field(default_factory=list)
    oldest: date | None = None
    has_never: bool = False


def unconfirmed(partnerships: QuerySet[Partnership], *, at: datetime) -> list[Unconfirmed]:
    """Return which of these partners have services to confirm; only active partners in current areas."""
    active = partnerships.filter(is_active_partner(), area__archived_at=None, organization__archived_at=None).order_by()
    services = _stale(active, at)
    stale = _by_partner(services)
    if not stale:
        return []
    never = [pk for pk, one in stale.items() if one.has_never]
    added = _first_added(services, at) if never else {}
    known = Partnership.objects.filter(pk__in=stale).select_related("organization", "area__state").order_by("pk")
    answers = _answers(active)
    return [_waiting(partner, stale[partner.pk], added.get(partner.pk), answers, at) for partner in known]


def _stale(partnerships: QuerySet[Partnership], at: datetime) -> ServiceQuerySet:
    """Return the stale services, except those for which the partner has reported changes by its link."""
    by_day: dict[date, list[str]] = defaultdict(list)
    for zone in LocalArea.objects.current().order_by().values_list("time_zone", flat=True).distinct():
        by_day[at.astimezone(ZoneInfo(zone)).date()].append(zone)
    limit = timedelta(days=settings.SERVICE_FRESH_DAYS)
    is_stale = Q(verified_on=None)
    for today, zones in by_day.items():
        is_stale |= Q(verified_on__lt=today - limit, partnership__area__time_zone__in=zones)
    reported = Proposal.objects.open().filter(service=OuterRef("pk"), request__isnull=False)
    rows = Service.objects.current().filter(is_stale, ~Exists(reported), partnership__in=partnerships)
    return rows.order_by()


def _by_partner(services: ServiceQuerySet) -> dict[int, _Stale]:
    found: dict[int, _Stale] = defaultdict(_Stale)
    for partner, pk, verified_on in services.values_list("partnership", "pk", "verified_on").order_by("pk"):
        one = found[partner]
        one.service_ids.append(pk)
        if verified_on is None:
            one.has_never = True
        elif one.oldest is None or verified_on < one.oldest:
            one.oldest = verified_on
    return found


def _first_added(services: ServiceQuerySet, at: datetime) -> dict[int, datetime]:
    """Return for each partner when the first of its never confirmed services was added, from their history."""
    events: Any = Service.pgh_event_model._default_manager  # type: ignore[attr-defined]
    rows = events.filter(pgh_label="insert", pgh_obj__in=services.filter(verified_on=None).values("pk"))
    return dict(rows.order_by().values_list("partnership_id").annotate(first=Min("pgh_created_at")))


@dataclass(frozen=True)
class _Answers:
    """When partners last confirmed anything or answered a link, and when a person asked them."""

    confirmed_on: Mapping[int, date]
    by_link: Mapping[int, datetime]
    asked_at: Mapping[int, list[datetime]]


def _answers(partnerships: QuerySet[Partnership]) -> _Answers:
    # Archived services count too: archiving a service does not erase the partner's answer.
    services = Service.objects.filter(partnership__in=partnerships, verified_on__isnull=False)
    requests = ConfirmationRequest.objects.filter(partnership__in=partnerships).order_by()
    asked: dict[int, list[datetime]] = defaultdict(list)
    for partner, moment in requests.exclude(asked_by=None).values_list("partnership", "asked_at"):
        asked[partner].append(moment)
    return _Answers(
        dict(services.order_by().values_list("partnership").annotate(last=Max("verified_on"))),
        dict(requests.exclude(answered_at=None).values_list("partnership").annotate(last=Max("answered_at"))),
        asked,
    )


def _waiting(
    partnership: Partnership, stale: _Stale, added: datetime | None, answers: _Answers, at: datetime
) -> Unconfirmed:
    zone = partnership.area.zone
    begins = []
    if stale.oldest:
        first_day = stale.oldest + timedelta(days=settings.SERVICE_FRESH_DAYS + 1)
        begins.append(datetime.combine(first_day, MORNING, zone))
    if stale.has_never:
        begins.append((added + GRACE) if added else datetime.combine(date(2000, 1, 1), MORNING, zone))
    since = min(begins)
    linked = answers.by_link.get(partnership.pk)
    answer_days = (answers.confirmed_on.get(partnership.pk), linked and linked.astimezone(zone).date())
    answered_on = max((day for day in answer_days if day), default=None)
    if answered_on:
        since = max(since, datetime.combine(answered_on, MORNING, zone) + ASK_AGAIN_AFTER)
    answered_at = datetime.combine(answered_on, MORNING, zone) if answered_on else None
    asked = [moment for moment in answers.asked_at.get(partnership.pk, []) if not answered_at or moment > answered_at]
    if linked:
        asked = [moment for moment in asked if moment > linked]
    return Unconfirmed(partnership, stale.service_ids, since, answered_on, max(asked, default=None))
