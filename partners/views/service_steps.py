"""What is done to services with one press, to one or to many at once: confirming, putting away, and both back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from onestop.accounts.requests import SignedIn, back
from onestop.editing.refusals import Refused
from onestop.editing.saving import say_done, say_refused
from onestop.ops.request_numbers import whole_numbers
from partners.context.breadcrumbs import service_list_url
from partners.context.cards import swap_own, wants_card
from partners.context.lookups import get_service
from partners.context.managed import keeps_some_service
from partners.models import Service
from partners.network.current_area import enter_area
from partners.rules import demand, may
from partners.upkeep.services import (
    archive_service,
    archive_services,
    restore_service,
    restore_services,
    unverify_service,
    unverify_services,
    verify_seen,
    verify_service,
    verify_services,
)


@require_POST
def service_verify(request: SignedIn, pk: int) -> HttpResponse:
    """Record "still right" for a service."""
    service = get_service(request, pk)
    demand(request, "partners.verify_service", service)
    if wants_card(request):
        return _verify_card(request, service)
    try:
        verify_service(service, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
    else:
        undo = reverse("partners:service_unverify", args=[pk])
        say_done(request, f"{service.name} counts as confirmed today.", undo=undo)
    return back(request, reverse("partners:service_detail", args=[pk]))


def _verify_card(request: SignedIn, service: Service) -> HttpResponse:
    seen = {service.pk: request.POST.get(f"seen-{service.pk}", "")}
    if verify_seen([service], seen=seen, by=request.user, at=timezone.now()):
        words = f"{service.name} is confirmed today."
        return swap_own(request, get_service(request, service.pk), is_done=True, aloud=words, step=-1)
    words = "This has just been changed. Read it once more."
    return swap_own(request, get_service(request, service.pk), said=words, aloud=words)


@require_POST
def service_unverify(request: SignedIn, pk: int) -> HttpResponse:
    """Take back one's own "still right" of today."""
    service = get_service(request, pk)
    demand(request, "partners.verify_service", service)
    try:
        unverify_service(service, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
    else:
        if wants_card(request):
            return swap_own(request, get_service(request, pk), aloud=f"Taken back: {service.name}.", step=1)
        say_done(request, f"Taken back: {service.name} stands as it did before.")
    return redirect("partners:service_detail", pk=pk)


@require_POST
def service_archive(request: SignedIn, pk: int) -> HttpResponse:
    """Put a service away."""
    service = get_service(request, pk)
    demand(request, "partners.edit_service", service)
    archive_service(service, by=request.user, at=timezone.now())
    undo = reverse("partners:service_restore", args=[pk])
    say_done(request, f"{service.name} is archived, and stands in no list any more.", undo=undo)
    return redirect("partners:service_list", slug=service.partnership.area.slug)


@require_POST
def service_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Offer an archived service again."""
    service = get_service(request, pk)
    demand(request, "partners.edit_service", service)
    try:
        restore_service(service, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
    else:
        say_done(request, f"{service.name} is offered again.")
    return redirect("partners:service_detail", pk=pk)


# ---------------------------------------------------------------- Many at once
@require_POST
def service_verify_picked(request: SignedIn, slug: str) -> HttpResponse:
    """Record "still right" for all picked services that are the person's to confirm."""
    services, left = picked(request, slug, "partners.verify_service")
    if not services:
        return _nothing_picked(request, slug)
    number = verify_services(services, by=request.user, at=timezone.now())
    undo = _undo("partners:service_unverify_picked", slug, services) if number else ""
    say_done(request, f"{_services(number)} confirmed today.{left}", undo=undo)
    return redirect(service_list_url(slug))


@require_POST
def service_unverify_picked(request: SignedIn, slug: str) -> HttpResponse:
    """Take back "still right" for the services that are named in the address."""
    services, _ = picked(request, slug, "partners.verify_service")
    number = unverify_services(services, by=request.user, at=timezone.now())
    say_done(request, f"Taken back: {_services(number)} as before.")
    return redirect(service_list_url(slug))


@require_POST
def service_archive_picked(request: SignedIn, slug: str) -> HttpResponse:
    """Put away all picked services that are the person's to edit."""
    services, left = picked(request, slug, "partners.edit_service")
    if not services:
        return _nothing_picked(request, slug)
    number = archive_services(services, by=request.user, at=timezone.now())
    undo = _undo("partners:service_restore_picked", slug, services) if number else ""
    say_done(request, f"{_services(number)} archived.{left}", undo=undo)
    return redirect(service_list_url(slug))


@require_POST
def service_restore_picked(request: SignedIn, slug: str) -> HttpResponse:
    """Offer the services again that are named in the address."""
    services, _ = picked(request, slug, "partners.edit_service")
    number = restore_services(services, by=request.user, at=timezone.now())
    say_done(request, f"{_services(number)} offered again.")
    return redirect(service_list_url(slug))


def picked(request: HttpRequest, slug: str, permission: str) -> tuple[list[Service], str]:
    """Return the picked services with which the person may do this, and words on those that were left alone.

    :raises PermissionDenied: if some were picked, and none is the person's.
    """
    area = enter_area(request, slug)
    asked = whole_numbers(request.POST.getlist("pick") + request.GET.getlist("pick"))
    seen = Service.objects.visible_to(request.user).filter(partnership__area=area, pk__in=asked)
    services = list(seen.select_related("partnership__area", "partnership__organization").order_by("pk"))
    own = [service for service in services if may(request.user, permission, service)]
    if not own and (services or not keeps_some_service(request, area)):
        raise PermissionDenied("These services belong to other partners.")
    others = len(services) - len(own)
    return own, f" {others} left alone: other partners' services." if others else ""


def _nothing_picked(request: HttpRequest, slug: str) -> HttpResponse:
    messages.warning(request, "Nothing was picked: tick the services first.")
    return redirect(service_list_url(slug))


def _services(number: int) -> str:
    return "1 service is" if number == 1 else f"{number} services are"


def _undo(name: str, slug: str, services: list[Service]) -> str:
    return reverse(name, args=[slug], query={"pick": [service.pk for service in services]})
