"""The pages behind an emailed link that asks to confirm services. Opening them changes nothing; their buttons do."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST

from onestop.accounts import emailed_links
from onestop.accounts.views.link_pages import LinkPage, author_of
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import conflict_context, save
from onestop.editing.versions import ChangedMeanwhile, version_of
from onestop.ops.languages import in_languages
from onestop.ops.request_numbers import whole_number
from partners.context.cards import seen_in, swap, wants_card
from partners.forms.upkeep import LinkProposalForm
from partners.models import ConfirmationRequest, Service
from partners.upkeep import cards, confirmation_requests, proposals, services


@in_languages
@never_cache
@ensure_csrf_cookie  # htmx takes its token from the cookie before a form of the page requests it
@login_not_required
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Show the services to confirm to the recipient of the link, and record the answers."""
    asked, refusal = PAGE.open(request, token)
    if asked is None:
        return refusal
    if request.method == "POST":
        return _answer(request, token, asked)
    now = timezone.now()
    context = _about(asked) | {
        "title": _("Confirm services of %(partner)s") % {"partner": asked.partnership.organization.name},
        "token": token,
        "cards": [
            _card(token, asked, service) for service in confirmation_requests.services_to_ask(asked.partnership, now)
        ],
        "done": [_card(token, asked, service, is_done=True) for service in _confirmed_today(asked)],
        "written": asked.proposals.open().select_related("service").order_by("pk"),
    }
    return render(request, "partners/upkeep/confirm.html", context | {"left": len(context["cards"])})


@require_POST
@login_not_required
def confirm_opened(request: HttpRequest, token: str) -> HttpResponse:
    """Record that a person has opened the page; a mail scanner that only fetches it does not get here."""
    asked, refusal = PAGE.open(request, token)
    if asked is None:
        return refusal
    emailed_links.note_opened(asked, by=author_of(asked), at=timezone.now())
    return HttpResponse(status=204)


@in_languages
@never_cache
@login_not_required
@idempotent
def confirm_change(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    """Let somebody without an account propose changes; the managers of the service decide."""
    asked, refusal = PAGE.open(request, token)
    if asked is None:
        return refusal
    service = get_object_or_404(Service.objects.current(), pk=pk, partnership=asked.partnership_id)
    service.partnership = asked.partnership
    if author_of(asked):
        return redirect("partners:service_edit", pk=pk)
    form = LinkProposalForm(
        request.POST or None,
        initial=services.facts_of(service),
        version=version_of(service, services.SERVICE_LINKS),
        partnership=asked.partnership,
    )
    context: dict[str, Any] = _about(asked)
    if form.is_bound and form.is_valid():
        try:
            proposal = save(form, lambda: _write(asked, service, form))
        except ChangedMeanwhile:
            facts = services.facts_of(Service.objects.get(pk=pk))
            proposal = None
            context |= conflict_context(form, service, services.SERVICE_LINKS, facts)
        if proposal:
            names = {"service": service.name, "decider": _decider(asked)}
            messages.success(request, _("Your changes to %(service)s were sent to %(decider)s.") % names)
            return redirect("partners:confirm", token=token)
    title = _("Report changes to %(service)s") % {"service": service.name}
    context |= {"title": title, "token": token, "form": form, "service": service}
    return render(request, "partners/upkeep/confirm_change.html", context)


def _write(asked: ConfirmationRequest, service: Service, form: LinkProposalForm) -> Any:
    return proposals.propose_by_link(
        asked,
        service,
        facts=form.facts,
        note=form.cleaned_data["note"],
        version=form.version,
        by=author_of(asked),
        at=timezone.now(),
    )


# ---------------------------------------------------------------- Shared
def _about(asked: ConfirmationRequest) -> dict[str, Any]:
    return {
        "asked": asked,
        "partnership": asked.partnership,
        "has_account": author_of(asked) is not None,
        "contact": confirmation_requests.contact_of(asked),
        "decider": _decider(asked),
    }


PAGE = LinkPage(
    ConfirmationRequest,
    about=_about,
    zone=lambda asked: asked.partnership.area.zone,
    over="partners/upkeep/confirm_over.html",
    unknown="partners/upkeep/confirm_unknown.html",
)


def _decider(asked: ConfirmationRequest) -> str:
    return str(asked.asked_by or _("One-Stop staff of %(area)s") % {"area": asked.partnership.area.name})


def _card(
    token: str, asked: ConfirmationRequest, service: Service, *, is_done: bool = False, said: str = ""
) -> cards.Card:
    return cards.link_card(service, token, has_account=author_of(asked) is not None, is_done=is_done, said=said)


def _confirmed_today(asked: ConfirmationRequest) -> list[Service]:
    today = services.today_there(asked.partnership, timezone.now())
    rows = Service.objects.current().filter(
        link_confirmations__request=asked, verified_on=today, verified_by=author_of(asked)
    )
    return list(rows.order_by("name", "pk"))


def _answer(request: HttpRequest, token: str, asked: ConfirmationRequest) -> HttpResponse:
    try:
        if "undo" in request.POST:
            return _undo(request, token, asked)
        seen = seen_in(request)
        confirmed = confirmation_requests.confirm_by_link(asked, seen=seen, by=author_of(asked), at=timezone.now())
    except Refused as problem:
        messages.error(request, str(problem))
        return redirect("partners:confirm", token=token)
    return _show_result(request, token, asked, confirmed, asked_for=len(seen))


def _show_result(
    request: HttpRequest, token: str, asked: ConfirmationRequest, confirmed: list[Service], *, asked_for: int
) -> HttpResponse:
    left = confirmation_requests.services_to_ask(asked.partnership, timezone.now())
    if wants_card(request) and len(confirmed) == 1:
        card = _card(token, asked, confirmed[0], is_done=True)
        words = _("%(service)s is confirmed.") % {"service": confirmed[0].name}
        return swap(request, card, left=left.count(), aloud=words)
    if wants_card(request):
        return _swap_unconfirmed(request, token, asked, left.count())
    number = len(confirmed)
    if number:
        words = ngettext("%(number)s service is confirmed.", "%(number)s services are confirmed.", number)
        messages.success(request, words % {"number": number})
    if not number and not left.exists():
        messages.info(request, _("All services were already confirmed."))
    elif number < asked_for:
        messages.warning(request, _("Some services changed while you were reading. Review the remaining ones again."))
    return redirect("partners:confirm", token=token)


def _swap_unconfirmed(request: HttpRequest, token: str, asked: ConfirmationRequest, left: int) -> HttpResponse:
    """Return the card of a service that was not confirmed: somebody else has just confirmed or changed it."""
    rows = Service.objects.current().filter(partnership=asked.partnership_id)
    service = get_object_or_404(rows, pk=next(iter(seen_in(request)), 0))
    if service.is_stale(services.today_there(asked.partnership, timezone.now())):
        words = _("This service was just changed. Review it again.")
        return swap(request, _card(token, asked, service, said=words), left=left, aloud=words)
    card = _card(token, asked, service, is_done=True, said=_("Already confirmed"))
    words = _("%(service)s was already confirmed.") % {"service": service.name}
    return swap(request, replace(card, undo_url=""), left=left, aloud=words)


def _undo(request: HttpRequest, token: str, asked: ConfirmationRequest) -> HttpResponse:
    pk = whole_number(request.POST.get("pick"))
    service = get_object_or_404(Service.objects.current(), pk=pk, partnership=asked.partnership_id)
    confirmation_requests.take_back_by_link(asked, service=service, by=author_of(asked), at=timezone.now())
    words = _("Confirmation undone: %(service)s.") % {"service": service.name}
    if not wants_card(request):
        messages.success(request, words)
        return redirect("partners:confirm", token=token)
    service.refresh_from_db()
    left = confirmation_requests.services_to_ask(asked.partnership, timezone.now()).count()
    return swap(request, _card(token, asked, service), left=left, aloud=words)
