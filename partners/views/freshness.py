"""How fresh a partner's services are, as its page says it, and what the reader may do about that."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from partners import asking, offerings
from partners.models import Partnership, Service
from partners.rules import may


def upkeep_of(request: HttpRequest, partnership: Partnership, services: list[Service]) -> dict[str, Any]:
    """Return how fresh a partner's services are, what was asked, and what the reader may do about it."""
    now = timezone.now()
    today = offerings.today_there(partnership, now)
    stale = [service for service in services if service.is_stale(today)]
    asked = asking.last_asked(partnership) if services else None
    may_ask = may(request.user, "partners.ask_to_confirm", partnership)
    return {
        "total": len(services),
        "fresh": len(services) - len(stale),
        "stale": len(stale),
        "never": sum(service.verified_on is None for service in services),
        "oldest": min((service.verified_on for service in services if service.verified_on), default=None),
        "asked": asked,
        "asked_chip": asking.standing_of(asked, now) if asked else None,
        "again_on": asking.may_ask_again_on(asked, now),
        "may_confirm": bool(stale) and may(request.user, "partners.add_service", partnership),
        "may_ask": bool(stale) and may_ask,
        "knows": may_ask or may(request.user, "partners.add_service", partnership),
    }
