"""The Spanish text of a service: beside the English, write, confirm, withdraw, history."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onestop.accounts.requests import SignedIn
from onestop.editing.refusals import Refused
from onestop.editing.saving import save_edit, say_done, say_refused
from onestop.editing.versions import version_of
from onestop.history.pages import history_page
from partners.context.breadcrumbs import service_breadcrumbs
from partners.context.lookups import get_service
from partners.forms.service_texts import ServiceTextForm
from partners.glossary.spanish_terms import spanish_terms
from partners.glossary.term_matcher import lexicon_of
from partners.models import Service, ServiceText
from partners.rules import demand, may
from partners.upkeep.freshness import freshness_of
from partners.upkeep.service_texts import (
    TEXT_LINKS,
    Beside,
    beside,
    confirm_text,
    facts_of_text,
    look_of_text,
    withdraw_text,
    write_text,
)


def spanish_text(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the Spanish text of a service beside the English."""
    service = get_service(request, pk)
    text = _text_of(service)
    parts = beside(service, text)
    context = {
        "title": _("Spanish text of %(service)s") % {"service": service.name},
        "crumbs": service_breadcrumbs(service),
        "here": _("Spanish text"),
        "service": service,
        "partnership": service.partnership,
        "text": text,
        "parts": parts,
        "behind": [part for part in parts if part.is_behind],
        "missing": [part for part in parts if part.is_missing],
        "freshness": freshness_of(text, timezone.localdate()) if text else None,
        "look": look_of_text(text, service) if text else "",
        "may_edit": may(request.user, "partners.edit_service", service),
        "may_verify": may(request.user, "partners.verify_service", service),
    }
    return render(request, "partners/upkeep/service_spanish.html", context)


def spanish_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Write the Spanish text of a service; it counts as confirmed only if the person confirms it too."""
    service = get_service(request, pk)
    demand(request, "partners.edit_service", service)
    text = _text_of(service)
    parts = beside(service, text)
    form = ServiceTextForm(
        request.POST or None,
        initial=facts_of_text(text),
        version=version_of(service, TEXT_LINKS),
        beside=parts,
        terms=_terms(request, service, parts),
    )
    saved, context = save_edit(
        form,
        lambda: write_text(
            service,
            facts=form.facts,
            confirm=form.cleaned_data["confirm"],
            version=form.version,
            by=request.user,
            at=timezone.now(),
        ),
        service,
        lambda: facts_of_text(_text_of(service)),
        TEXT_LINKS,
    )
    if saved:
        say_done(request, _("Saved and confirmed.") if form.cleaned_data["confirm"] else _("Saved."))
        return redirect("partners:service_spanish", pk=pk)
    context |= {
        "title": _("Edit the Spanish text of %(service)s") % {"service": service.name},
        "crumbs": _crumbs(service),
        "here": _("Edit"),
        "service": service,
        "partnership": service.partnership,
        "form": form,
        "cancel_url": reverse("partners:service_spanish" if text else "partners:service_detail", args=[pk]),
    }
    return render(request, "partners/upkeep/service_spanish_form.html", context)


@require_POST
def spanish_verify(request: SignedIn, pk: int) -> HttpResponse:
    """Confirm that the Spanish text of a service says what the English says, as the person has read both."""
    service = get_service(request, pk)
    demand(request, "partners.verify_service", service)
    if text := _text_of(service):
        try:
            confirm_text(text, seen=request.POST.get("seen", ""), by=request.user, at=timezone.now())
        except Refused as problem:
            say_refused(request, problem)
        else:
            say_done(request, _("The Spanish text of %(service)s is confirmed.") % {"service": service.name})
    return redirect("partners:service_spanish", pk=pk)


def spanish_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    """Ask, then delete the Spanish text of a service."""
    service = get_service(request, pk)
    demand(request, "partners.edit_service", service)
    text = _text_of(service)
    if text is None:
        return redirect("partners:service_spanish", pk=pk)
    if request.method == "POST":
        try:
            withdraw_text(text, by=request.user, at=timezone.now())
        except Refused as problem:
            say_refused(request, problem)
        else:
            say_done(request, _("The Spanish text of %(service)s is withdrawn.") % {"service": service.name})
        return redirect("partners:service_detail", pk=pk)
    context = {
        "title": _("Withdraw the Spanish text of %(service)s?") % {"service": service.name},
        "crumbs": _crumbs(service),
        "here": _("Withdraw"),
        "consequences": [
            _("Spanish pages then show this service in English."),
            _("The history keeps the text, so that you can copy it from there."),
        ],
        "act": _("Withdraw the Spanish text"),
        "cancel_url": reverse("partners:service_spanish", args=[pk]),
    }
    return render(request, "layouts/confirm.html", context)


def spanish_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the history of a service with that of its Spanish text, also of one that was withdrawn."""
    service = get_service(request, pk)
    name = _("the Spanish text of %(service)s") % {"service": service.name}
    return history_page(request, service, links=TEXT_LINKS, name=name, crumbs=_crumbs(service))


# ---------------------------------------------------------------- Shared
def _text_of(service: Service) -> ServiceText | None:
    return service.texts.by_language(ServiceText.Language.SPANISH).first()


def _crumbs(service: Service) -> list[tuple[str, str]]:
    page = reverse("partners:service_spanish", args=[service.pk])
    return [*service_breadcrumbs(service), (_("Spanish text"), page)]


def _terms(request: HttpRequest, service: Service, parts: list[Beside]) -> dict[str, list[tuple[str, str]]]:
    """Return the terms with a Spanish wording in each part, as the area has agreed on them."""
    lexicon = lexicon_of(request, service.partnership.area)
    return spanish_terms(lexicon, {part.name: part.english for part in parts})
