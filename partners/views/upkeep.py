"""Confirm all services of a partner, edit one in place, ask a partner by email to confirm."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from onestop.accounts.requests import SignedIn, back
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import conflict_context, save, say_done, say_refused
from onestop.editing.versions import ChangedMeanwhile, version_of
from onestop.ops.request_numbers import whole_numbers
from onestop.ui.presentation import shortday
from onestop.ui.sentences import join_words
from partners.context.asking import ask_partners
from partners.context.breadcrumbs import partnership_breadcrumbs
from partners.context.cards import seen_in, swap_own
from partners.context.lookups import get_partnership, get_service
from partners.forms.upkeep import MendForm
from partners.models import Partnership, Service
from partners.network.current_area import enter_area
from partners.rules import demand
from partners.upkeep import cards, confirmation_requests
from partners.upkeep.services import SERVICE_LINKS, facts_of, update_service, verify_seen


def partnership_confirm(request: SignedIn, pk: int) -> HttpResponse:
    """Show all services of a partner that are due for confirmation, and confirm them all at once."""
    partnership = get_partnership(request, pk)
    demand(request, "partners.add_service", partnership)
    now = timezone.now()
    if request.method == "POST":
        return _confirm_all(request, partnership)
    services = list(confirmation_requests.services_to_ask(partnership, now))
    for service in services:
        service.partnership = partnership
    context = {
        "title": _("Confirm services of %(partner)s") % {"partner": partnership.organization.name},
        "crumbs": partnership_breadcrumbs(partnership),
        "here": _("Confirm"),
        "partnership": partnership,
        "cards": [cards.own_card(service, partner=pk) for service in services],
        "left": len(services),
    }
    return render(request, "partners/upkeep/partnership_confirm.html", context)


def _confirm_all(request: SignedIn, partnership: Partnership) -> HttpResponse:
    now, seen = timezone.now(), seen_in(request)
    services = confirmation_requests.services_to_ask(partnership, now).filter(pk__in=list(seen))
    asked = list(services)
    confirmed = verify_seen(asked, seen=seen, by=request.user, at=now)
    if confirmed:
        undo = reverse(
            "partners:service_unverify_picked",
            args=[partnership.area.slug],
            query={"pick": [service.pk for service in confirmed]},
        )
        number = len(confirmed)
        words = ngettext("%(number)s service is confirmed.", "%(number)s services are confirmed.", number)
        say_done(request, words % {"number": number}, undo=undo)
    if len(confirmed) < len(asked):
        messages.warning(request, _("Some services changed while you were reading. Review the remaining ones again."))
        return redirect("partners:partnership_confirm", pk=partnership.pk)
    if not asked:
        messages.info(request, _("All services were already confirmed."))
    return back(request, reverse("partners:partnership_detail", args=[partnership.pk]))


# ---------------------------------------------------------------- Editing in place
def service_mend(request: SignedIn, pk: int) -> HttpResponse:
    """Edit the details of a service that go stale, in its card; without htmx, redirect to the whole form."""
    service = get_service(request, pk)
    demand(request, "partners.edit_service", service)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("partners:service_edit", pk=pk)
    if request.method == "POST" and "keep" in request.POST:
        return swap_own(request, service)
    form = MendForm(
        request.POST if request.method == "POST" else None,
        initial=facts_of(service),
        version=version_of(service, SERVICE_LINKS),
        service=service,
    )
    context: dict[str, Any] = {}
    if form.is_bound and form.is_valid():
        confirm = form.cleaned_data["confirm"]
        try:
            saved = save(
                form,
                lambda: update_service(
                    service, facts=form.facts, confirm=confirm, version=form.version, by=request.user, at=timezone.now()
                ),
            )
        except ChangedMeanwhile:
            facts = facts_of(get_service(request, pk))
            saved, context = None, conflict_context(form, service, SERVICE_LINKS, facts)
        if saved:
            return _mended(request, pk, confirm=confirm)
    context |= {"form": form, "service": service, "partner": request.POST.get("partner") or request.GET.get("partner")}
    return render(request, "partners/upkeep/_mend_form.html", context)


def _mended(request: SignedIn, pk: int, *, confirm: bool) -> HttpResponse:
    service = get_service(request, pk)
    if confirm:
        words = _("%(service)s is saved and confirmed.") % {"service": service.name}
        return swap_own(request, service, is_done=True, said=_("Saved and confirmed today"), aloud=words, step=-1)
    words = _("%(service)s is saved. Are the other details still correct?") % {"service": service.name}
    return swap_own(request, service, said=_("Saved. Are the other details still correct?"), aloud=words)


# ---------------------------------------------------------------- Asking by email
@idempotent
def partnership_ask(request: SignedIn, pk: int) -> HttpResponse:
    """Show who would be asked about which services, then ask."""
    partnership = get_partnership(request, pk)
    demand(request, "partners.ask_to_confirm", partnership)
    page = reverse("partners:partnership_detail", args=[pk])
    if request.method == "POST":
        try:
            asked = confirmation_requests.ask_to_confirm(partnership, by=request.user, at=timezone.now())
        except Refused as problem:
            say_refused(request, problem)
        else:
            names = join_words(one.name for one in asked)
            say_done(request, _("Request sent to %(names)s.") % {"names": names})
        return back(request, page)
    services = list(confirmation_requests.services_to_ask(partnership, timezone.now()))
    context = {
        "title": _("Ask %(partner)s to confirm its services?") % {"partner": partnership.organization.name},
        "crumbs": partnership_breadcrumbs(partnership),
        "here": _("Request confirmation"),
        "consequences": _what_follows(partnership, services),
        "act": _("Send request"),
        "keep": _("Cancel"),
        "safe": True,
        "cancel_url": page,
    }
    return render(request, "layouts/confirm.html", context)


def _what_follows(partnership: Partnership, services: list[Service]) -> list[str]:
    people = confirmation_requests.recipients_of(partnership)
    last = confirmation_requests.last_asked(partnership)
    if last and (again := confirmation_requests.may_ask_again_on(last.asked_at, timezone.now())):
        days = {"day": shortday(last.asked_at), "next_day": shortday(again)}
        return [_("The partner was asked on %(day)s. You can ask again on %(next_day)s.") % days]
    if not services:
        return [_("The partner has already confirmed all its services.")]
    if not people:
        return [
            _("The partner has no manager with an account, and no main representative with an email address. Add one.")
        ]
    sent = ngettext(
        "An email about %(number)s service to confirm goes to %(people)s.",
        "An email about %(number)s services to confirm goes to %(people)s.",
        len(services),
    )
    names = join_words(f"{person.name} ({person.email})" for person in people)
    return [
        sent % {"number": len(services), "people": names},
        _("Its link works without signing in, for these services only. Links from earlier emails stop working."),
    ]


@require_POST
@idempotent
def service_ask_picked(request: SignedIn, slug: str) -> HttpResponse:
    """Ask the partners of all picked services by email; partners asked in the last week are skipped."""
    area = enter_area(request, slug)
    demand(request, "partners.ask_to_confirm", area)
    picks = whole_numbers(request.POST.getlist("pick"))
    ask_partners(request, Partnership.objects.current().filter(area=area, services__in=picks).distinct())
    if not picks:
        messages.warning(request, _("Select at least one service first."))
    return redirect("partners:service_list", slug=slug)
