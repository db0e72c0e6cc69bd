"""Withdraw queued notices whose reason is gone."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext as _

from onestop.notices import outbox
from onestop.notices.models import Notice
from onestop.notices.models.notice import NoticeQuerySet
from partners.models import ConfirmationRequest, Partnership, Service


def take_back_questions(*rows: ConfirmationRequest, why: str) -> None:
    """Withdraw the queued mails of requests that were answered, or whose links no longer work."""
    outbox.withdraw(_notices("partners.confirm_services", *rows), why=why)


def take_back_answered(services: Collection[Service], *, at: datetime) -> None:
    """Withdraw requests to partners whose services are now all confirmed. Needs each service's partnership and area."""
    by_area: dict[int, set[Partnership]] = defaultdict(set)
    for service in services:
        by_area[service.partnership.area_id].add(service.partnership)
    for partners in by_area.values():
        today = at.astimezone(next(iter(partners)).area.zone).date()
        stale = Service.objects.current().filter(partnership__in=partners).stale(today)
        open_still = set(stale.order_by().values_list("partnership_id", flat=True))
        if done := [partnership for partnership in partners if partnership.pk not in open_still]:
            outbox.withdraw(_notices("partners.confirm_services", *done), why=_("All services were confirmed."))


def _notices(kind: str, *things: ConfirmationRequest | Partnership) -> NoticeQuerySet:
    return Notice.objects.filter(kind=kind).about(*things)
