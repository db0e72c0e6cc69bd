"""Keeping services right: confirming all of a partner's, mending one in place, asking a partner by e-mail."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from onestop.accounts.requests import SignedIn, back
from onestop.editing.refusals import Refused
from onestop.editing.saving import conflict_context, save, say_done, say_refused
from onestop.editing.versions import ChangedMeanwhile, version_of
from onestop.ops.request_numbers import whole_numbers
from onestop.ui.presentation import shortday
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
    """Show all services of a partner that wait for a "still right", with their answers; and take it for all at once."""
    partnership = get_partnership(request, pk)
    demand(request, "partners.add_service", partnership)
    now = timezone.now()
    if request.method == "POST":
        return _confirm_all(request, partnership)
    services = list(confirmation_requests.services_to_ask(partnership, now))
    for service in services:
        service.partnership = partnership
    context = {
        "title": f"Is what {partnership.organization.name} offers still right?",
        "crumbs": partnership_breadcrumbs(partnership),
        "here": "Confirm",
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
        say_done(request, f"{number} service{' is' if number == 1 else 's are'} confirmed today.", undo=undo)
    if len(confirmed) < len(asked):
        messages.warning(request, "Something was changed while you were reading. Look at what is left once more.")
        return redirect("partners:partnership_confirm", pk=partnership.pk)
    if not asked:
        messages.info(request, "Nothing was left to confirm.")
    return back(request, reverse("partners:partnership_detail", args=[partnership.pk]))


# ---------------------------------------------------------------- Mending in place
def service_mend(request: SignedIn, pk: int) -> HttpResponse:
    """Put right in its card what goes stale of a service; without htmx the whole form does."""
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
        words = f"{service.name} is saved and confirmed."
        return swap_own(request, service, is_done=True, said="Saved and confirmed today", aloud=words, step=-1)
    asks = "Saved. Is the rest still right, too?"
    return swap_own(request, service, said=asks, aloud=f"{service.name}: {asks}")


# ---------------------------------------------------------------- Asking by e-mail
def partnership_ask(request: SignedIn, pk: int) -> HttpResponse:
    """Say who would be asked about what, then ask."""
    partnership = get_partnership(request, pk)
    demand(request, "partners.ask_to_confirm", partnership)
    page = reverse("partners:partnership_detail", args=[pk])
    if request.method == "POST":
        try:
            asked = confirmation_requests.ask_to_confirm(partnership, by=request.user, at=timezone.now())
        except Refused as problem:
            say_refused(request, problem)
        else:
            say_done(request, f"The question is on its way to {' and '.join(one.name for one in asked)}.")
        return back(request, page)
    services = list(confirmation_requests.services_to_ask(partnership, timezone.now()))
    context = {
        "title": f"Ask {partnership.organization.name} to confirm?",
        "crumbs": partnership_breadcrumbs(partnership),
        "here": "Ask them to confirm",
        "consequences": _what_follows(partnership, services),
        "act": "Send the question",
        "keep": "Not now",
        "safe": True,
        "cancel_url": page,
    }
    return render(request, "layouts/confirm.html", context)


def _what_follows(partnership: Partnership, services: list[Service]) -> list[str]:
    people = confirmation_requests.recipients_of(partnership)
    names = " and ".join(f"{person.name} ({person.email})" for person in people)
    number = "1 service" if len(services) == 1 else f"{len(services)} services"
    said = [
        f"{names} gets an e-mail about {number} to confirm." if len(people) == 1 else f"{names} each get an e-mail."
    ]
    if not people:
        said = ["Nobody can be asked: they have no manager with an account, and no main representative by e-mail."]
    if not services:
        said = ["They have confirmed all their services; there is nothing to ask."]
    last = confirmation_requests.last_asked(partnership)
    if again := confirmation_requests.may_ask_again_on(last, timezone.now()):
        said = [f"They were asked on {shortday(last.asked_at)}. You can ask again on {shortday(again)}."]  # type: ignore[union-attr]
    elif people and services:
        said.append("Its link works without signing in, for their services only. A link that was sent before ends.")
    return said


@require_POST
def service_ask_picked(request: SignedIn, slug: str) -> HttpResponse:
    """Ask the partners of all picked services by e-mail; those who were asked lately are left alone."""
    area = enter_area(request, slug)
    demand(request, "partners.ask_to_confirm", area)
    picks = whole_numbers(request.POST.getlist("pick"))
    partners = Partnership.objects.current().filter(area=area, services__in=picks).distinct().order_by("pk")
    asked, refused = [], []
    for partnership in partners.select_related("organization"):
        try:
            confirmation_requests.ask_to_confirm(partnership, by=request.user, at=timezone.now())
        except Refused as problem:
            refused.append(str(problem))
        else:
            asked.append(partnership.organization.name)
    if asked:
        say_done(request, f"The question is on its way to {', '.join(asked)}.")
    for words in refused[:5]:
        messages.warning(request, words)
    if not picks:
        messages.warning(request, "Nothing was picked: tick the services first.")
    return redirect("partners:service_list", slug=slug)
