"""What htmx swaps in for a service card: the current card, the next one, and the counts that depend on them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from onestop.ops.request_numbers import whole_number, whole_numbers
from partners.models import Service
from partners.models.services import ServiceQuerySet
from partners.todo import services_to_confirm
from partners.upkeep import cards, confirmation_requests
from partners.upkeep.cards import Card


def seen_in(request: HttpRequest) -> dict[int, str]:
    """Return the services that the person confirms, each with the fingerprint of the details they saw."""
    return {pk: request.POST.get(f"seen-{pk}", "") for pk in whole_numbers(request.POST.getlist("pick"))}


def wants_card(request: HttpRequest) -> bool:
    """Whether the response replaces a card."""
    return bool(request.htmx) and "card" in request.POST  # type: ignore[attr-defined]


def swap_own(
    request: HttpRequest, service: Service, *, is_done: bool = False, said: str = "", aloud: str = "", step: int = 0
) -> HttpResponse:
    """Return the current card of a service for its managers and staff.

    ``aloud`` is read out by screen readers; ``step`` changes the count of to-do items.
    """
    partner = whole_number(request.POST.get("partner"))
    waiting = _waiting(request, service, partner)
    card = cards.own_card(service, partner=partner, is_done=is_done, said=said)
    shown = whole_numbers(request.POST.getlist("shown"))
    later = waiting.exclude(pk__in=shown).first() if is_done and shown else None
    things = whole_number(request.POST.get("things"))
    return swap(
        request,
        card,
        left=waiting.count(),
        aloud=aloud,
        following=cards.own_card(later, partner=partner) if later else None,
        things=None if things is None else max(0, things + step),
    )


def swap(request: HttpRequest, card: Card, *, left: int, aloud: str, **context: Any) -> HttpResponse:
    """Return a card, and how many services are left to confirm."""
    given = {"card": card, "left": left, "aloud": aloud, "focused": True}
    return render(request, "partners/upkeep/_confirm_swap.html", given | context)


def _waiting(request: HttpRequest, service: Service, partner: int | None) -> ServiceQuerySet:
    now = timezone.now()
    if partner == service.partnership_id:
        return confirmation_requests.services_to_ask(service.partnership, now)
    area = service.partnership.area
    return services_to_confirm(request.user, area, today=now.astimezone(area.zone).date())
