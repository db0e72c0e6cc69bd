"""How recently a partner's services were confirmed, and what the reader may do about it."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from onestop.accounts import emailed_links
from partners.models import LocalArea, Partnership, Service
from partners.notices.last_contacts import last_contacts
from partners.notices.reminder_status import beside_chip, chip_of, next_of, times_of
from partners.notices.stale_services import progress_by_partner
from partners.rules import may
from partners.upkeep import confirmation_requests
from partners.upkeep.services import today_there


def upkeep_of(request: HttpRequest, partnership: Partnership, services: list[Service]) -> dict[str, Any]:
    """Return counts of a partner's services by freshness, the last request, and what the reader may do."""
    now = timezone.now()
    today = today_there(partnership, now)
    stale = [service for service in services if service.is_stale(today)]
    asked = confirmation_requests.last_asked(partnership) if services else None
    may_ask = may(request.user, "partners.ask_to_confirm", partnership)
    knows = may_ask or may(request.user, "partners.add_service", partnership)
    return {
        "total": len(services),
        "fresh": len(services) - len(stale),
        "stale": len(stale),
        "never": sum(service.verified_on is None for service in services),
        "oldest": min((service.verified_on for service in services if service.verified_on), default=None),
        "asked": asked,
        "asked_chip": emailed_links.standing_of(asked, now) if asked else None,
        "again_on": confirmation_requests.may_ask_again_on(asked.asked_at if asked else None, now),
        "may_confirm": bool(stale) and may(request.user, "partners.add_service", partnership),
        "may_ask": bool(stale) and may_ask,
        "knows": knows,
        "reminded": reminded(partnership, now) if stale and knows else None,
    }


def reminded_in(request: HttpRequest, area: LocalArea, partnership_ids: Collection[int]) -> dict[int, str]:
    """Return for each of these partners how often it was reminded, in words; only for those who may ask partners."""
    if not may(request.user, "partners.ask_to_confirm", area):
        return {}
    contacts = last_contacts(partnership_ids)
    return {pk: times_of(contact.progress) for pk, contact in contacts.items() if contact.progress.steps_told}


def reminded(partnership: Partnership, at: datetime) -> dict[str, Any] | None:
    """Return the progress of automatic reminders to a partner, or ``None`` if there are none."""
    known = progress_by_partner(Partnership.objects.filter(pk=partnership.pk), at=at).get(partnership.pk)
    if known is None:
        return None
    matter, standing = known
    if not standing.steps_told and standing.following is None:
        return None
    return {"chip": chip_of(standing), "words": beside_chip(standing), "next": next_of(matter, standing)}
