"""Confirm, archive and restore services, one or many at once, with undo; close one for a while."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from onestop.accounts.requests import SignedIn, back
from onestop.editing.refusals import Refused
from onestop.editing.saving import say_done, say_refused
from onestop.ops.request_numbers import whole_numbers
from partners.context.breadcrumbs import service_breadcrumbs, service_list_url
from partners.context.cards import swap_own, wants_card
from partners.context.lookups import get_service
from partners.context.managed import keeps_some_service
from partners.forms.service_texts import PauseForm
from partners.models import Service
from partners.network.current_area import enter_area
from partners.rules import demand, may
from partners.upkeep.services import (
    archive_service,
    archive_services,
    pause_service,
    reopen_service,
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
    """Confirm a service."""
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
        say_done(request, _("%(service)s is confirmed.") % {"service": service.name}, undo=undo)
    return back(request, reverse("partners:service_detail", args=[pk]))


def _verify_card(request: SignedIn, service: Service) -> HttpResponse:
    seen = {service.pk: request.POST.get(f"seen-{service.pk}", "")}
    if verify_seen([service], seen=seen, by=request.user, at=timezone.now()):
        words = _("%(service)s is confirmed.") % {"service": service.name}
        return swap_own(request, get_service(request, service.pk), is_done=True, aloud=words, step=-1)
    words = _("This service was just changed. Review it again.")
    return swap_own(request, get_service(request, service.pk), said=words, aloud=words)


@require_POST
def service_unverify(request: SignedIn, pk: int) -> HttpResponse:
    """Undo one's own confirmation of today."""
    service = get_service(request, pk)
    demand(request, "partners.verify_service", service)
    try:
        unverify_service(service, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
    else:
        words = _("Confirmation undone: %(service)s.") % {"service": service.name}
        if wants_card(request):
            return swap_own(request, get_service(request, pk), aloud=words, step=1)
        say_done(request, words)
    return redirect("partners:service_detail", pk=pk)


@require_POST
def service_archive(request: SignedIn, pk: int) -> HttpResponse:
    """Archive a service."""
    service = get_service(request, pk)
    demand(request, "partners.edit_service", service)
    archive_service(service, by=request.user, at=timezone.now())
    undo = reverse("partners:service_restore", args=[pk])
    words = _("%(service)s is archived and hidden from lists and search.") % {"service": service.name}
    say_done(request, words, undo=undo)
    return redirect("partners:service_list", slug=service.partnership.area.slug)


@require_POST
def service_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore an archived service."""
    service = get_service(request, pk)
    demand(request, "partners.edit_service", service)
    try:
        restore_service(service, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
    else:
        say_done(request, _("%(service)s is restored.") % {"service": service.name})
    return redirect("partners:service_detail", pk=pk)


# ---------------------------------------------------------------- Closed for a while
def service_pause(request: SignedIn, pk: int) -> HttpResponse:
    """Ask until when a service is closed, then say so wherever it is listed."""
    service = get_service(request, pk)
    demand(request, "partners.edit_service", service)
    form = PauseForm(request.POST if request.method == "POST" else None, initial={"note": service.paused_note})
    if form.is_bound and form.is_valid():
        try:
            pause_service(service, note=form.cleaned_data["note"], by=request.user, at=timezone.now())
        except Refused as problem:
            say_refused(request, problem)
        else:
            undo = reverse("partners:service_reopen", args=[pk])
            say_done(request, _("%(service)s is temporarily closed.") % {"service": service.name}, undo=undo)
        return redirect("partners:service_detail", pk=pk)
    context = {
        "title": _("Close %(service)s for a while?") % {"service": service.name},
        "crumbs": service_breadcrumbs(service),
        "here": _("Close for a while"),
        "consequences": [_("It stays in lists and search, and says that it is temporarily closed.")],
        "form": form,
        "act": _("Close for a while"),
        "safe": True,
        "cancel_url": reverse("partners:service_detail", args=[pk]),
    }
    return render(request, "layouts/confirm.html", context)


def service_reopen(request: SignedIn, pk: int) -> HttpResponse:
    """Ask whether a service is open again, then say so."""
    service = get_service(request, pk)
    demand(request, "partners.edit_service", service)
    if request.method == "POST":
        try:
            reopen_service(service, by=request.user, at=timezone.now())
        except Refused as problem:
            say_refused(request, problem)
        else:
            say_done(request, _("%(service)s is open again.") % {"service": service.name})
        return redirect("partners:service_detail", pk=pk)
    context = {
        "title": _("Is %(service)s open again?") % {"service": service.name},
        "crumbs": service_breadcrumbs(service),
        "here": _("Open again"),
        "consequences": [_("Lists and search stop saying that it is temporarily closed.")],
        "act": _("Open again"),
        "safe": True,
        "cancel_url": reverse("partners:service_detail", args=[pk]),
    }
    return render(request, "layouts/confirm.html", context)


# ---------------------------------------------------------------- Many at once
@require_POST
def service_verify_picked(request: SignedIn, slug: str) -> HttpResponse:
    """Confirm all picked services that the person may confirm."""
    services, skipped = picked(request, slug, "partners.verify_service")
    if not services:
        return _nothing_picked(request, slug)
    number = verify_services(services, by=request.user, at=timezone.now())
    undo = _undo("partners:service_unverify_picked", slug, services) if number else ""
    words = ngettext("%(number)s service is confirmed.", "%(number)s services are confirmed.", number)
    say_done(request, _with_skipped(words % {"number": number}, skipped), undo=undo)
    return redirect(service_list_url(slug))


@require_POST
def service_unverify_picked(request: SignedIn, slug: str) -> HttpResponse:
    """Undo the confirmation of the services in the address."""
    services, _skipped = picked(request, slug, "partners.verify_service")
    number = unverify_services(services, by=request.user, at=timezone.now())
    words = ngettext("%(number)s confirmation is undone.", "%(number)s confirmations are undone.", number)
    say_done(request, words % {"number": number})
    return redirect(service_list_url(slug))


@require_POST
def service_archive_picked(request: SignedIn, slug: str) -> HttpResponse:
    """Archive all picked services that the person may edit."""
    services, skipped = picked(request, slug, "partners.edit_service")
    if not services:
        return _nothing_picked(request, slug)
    number = archive_services(services, by=request.user, at=timezone.now())
    undo = _undo("partners:service_restore_picked", slug, services) if number else ""
    words = ngettext("%(number)s service is archived.", "%(number)s services are archived.", number)
    say_done(request, _with_skipped(words % {"number": number}, skipped), undo=undo)
    return redirect(service_list_url(slug))


@require_POST
def service_restore_picked(request: SignedIn, slug: str) -> HttpResponse:
    """Restore the services in the address."""
    services, _skipped = picked(request, slug, "partners.edit_service")
    number = restore_services(services, by=request.user, at=timezone.now())
    words = ngettext("%(number)s service is restored.", "%(number)s services are restored.", number)
    say_done(request, words % {"number": number})
    return redirect(service_list_url(slug))


def picked(request: HttpRequest, slug: str, permission: str) -> tuple[list[Service], int]:
    """Return the picked services for which the person has a permission, and how many others are skipped.

    :raises PermissionDenied: if services were picked, and the person has the permission for none of them.
    """
    area = enter_area(request, slug)
    asked = whole_numbers(request.POST.getlist("pick") + request.GET.getlist("pick"))
    seen = Service.objects.visible_to(request.user).filter(partnership__area=area, pk__in=asked)
    services = list(seen.select_related("partnership__area", "partnership__organization").order_by("pk"))
    own = [service for service in services if may(request.user, permission, service)]
    if not own and (services or not keeps_some_service(request, area)):
        raise PermissionDenied(_("These services belong to other partners."))
    return own, len(services) - len(own)


def _nothing_picked(request: HttpRequest, slug: str) -> HttpResponse:
    messages.warning(request, _("Select at least one service first."))
    return redirect(service_list_url(slug))


def _with_skipped(words: str, skipped: int) -> str:
    """Return a message, followed by how many services of other partners were not changed."""
    if not skipped:
        return words
    others = ngettext(
        "%(number)s service of another partner was not changed.",
        "%(number)s services of other partners were not changed.",
        skipped,
    )
    return f"{words} {others % {'number': skipped}}"


def _undo(name: str, slug: str, services: list[Service]) -> str:
    return reverse(name, args=[slug], query={"pick": [service.pk for service in services]})
