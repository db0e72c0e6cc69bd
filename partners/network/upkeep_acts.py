"""What partners owe the directory: services confirmed every six months, and proposals decided. Importing registers."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Min
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onestop.ui.row_values import address_of
from partners.models import LocalArea, Proposal, Service
from partners.models.active import is_active_partner
from partners.network.acts import Act, ActKind, LocalDays, around, dated_key, register_acts

FIRST_CONFIRMED_WITHIN = timedelta(days=30)  # of being added without a day
DECIDED_WITHIN = timedelta(days=14)


def due_confirmations(added_on: date, confirmed: Iterable[date], last: date) -> Iterator[tuple[date, date | None]]:
    """Yield when a service had to be confirmed up to a day, and when it was.

    It is due six months (setting SERVICE_FRESH_DAYS) after the last confirmation before the day due. Whoever confirms
    more often owes it no more often.
    """
    days = sorted(set(confirmed))
    every = timedelta(days=settings.SERVICE_FRESH_DAYS)
    if days and days[0] <= added_on:
        start: date | None = days[0]
        due = days[0] + every
    else:
        start, due = None, added_on + FIRST_CONFIRMED_WITHIN
    while due <= last:
        before = [each for each in days if (start is None or each > start) and each <= due]
        after = [each for each in days if each > due]
        done = before[-1] if before else after[0] if after else None
        yield due, done
        if done is None:
            return
        start, due = done, done + every


def _services(areas: Collection[LocalArea], first: date, last: date) -> Iterator[Act]:
    days = LocalDays(areas)
    rows = Service.objects.of_partners().filter(partnership__area__in=areas).order_by()
    events: Any = Service.pgh_event_model.objects  # type: ignore[attr-defined]
    told = events.filter(pgh_obj_id__in=rows.values("pk")).order_by()
    confirmed: dict[int, set[date]] = defaultdict(set)
    added: dict[int, datetime] = {}
    for pk, day, at in told.values_list("pgh_obj_id", "verified_on").annotate(first=Min("pgh_created_at")):
        if day:
            confirmed[pk].add(day)
        added[pk] = min(added.get(pk, at), at)
    for pk, name, partnership, area, day in rows.values_list(
        "pk", "name", "partnership", "partnership__area", "verified_on"
    ):
        known: Sequence[date] = [*confirmed[pk], *([day] if day else [])]
        began = days.day(area, added[pk]) if pk in added else min(known, default=None)
        if began is None:
            continue
        for due, done in due_confirmations(began, known, last):
            if due >= first:
                url = address_of("partners:service_detail", pk)
                yield Act("services", dated_key(pk, due), partnership, due, name, url, done)


def _proposals(areas: Collection[LocalArea], first: date, last: date) -> Iterator[Act]:
    days = LocalDays(areas)
    rows = Proposal.objects.exclude(status=Proposal.Status.WITHDRAWN).filter(
        is_active_partner("service__partnership"),
        service__partnership__area__in=areas,
        proposed_at__date__range=around(first - DECIDED_WITHIN, last - DECIDED_WITHIN),
    )
    for row in rows.select_related("service__partnership").order_by("pk"):
        partnership = row.service.partnership
        due = days.day(partnership.area_id, row.proposed_at) + DECIDED_WITHIN
        if first <= due <= last:
            what = _("Proposed change to %(service)s") % {"service": row.service.name}
            done = days.day(partnership.area_id, row.decided_at) if row.decided_at else None
            yield Act("proposals", row.pk, partnership.pk, due, what, row.get_absolute_url(), done)


register_acts(
    ActKind(
        "services",
        gettext_lazy("Services confirmed"),
        gettext_lazy("Each service is confirmed every six months."),
        weight=1,
        read=_services,
        position=10,
        ask=gettext_lazy("Confirm your services, or correct them."),
        nudged=False,
    )
)
register_acts(
    ActKind(
        "proposals",
        gettext_lazy("Proposed changes decided"),
        gettext_lazy("A proposed change to a service, or a problem that a visitor reports, is decided within 14 days."),
        weight=1,
        read=_proposals,
        position=20,
        ask=gettext_lazy("Approve or decline the proposed changes to your services."),
    )
)
