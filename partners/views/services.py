"""The services of an area: list, detail, add, edit, history."""

from typing import Any

from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.saving import conflict_context, save, say_done
from onestop.editing.versions import ChangedMeanwhile, version_of
from onestop.history.pages import history_page
from onestop.ui.lists import BulkAction, Export, list_page
from partners.context.breadcrumbs import service_breadcrumbs
from partners.context.freshness import reminded_in
from partners.context.lookups import get_partnership, get_service
from partners.context.managed import keeps_some_service, managed_partnerships
from partners.context.notice_log import notice_log
from partners.filters.partnerships import shows_archived
from partners.filters.services import ServiceFilters
from partners.forms.services import ServiceForm, WhoseServiceForm
from partners.glossary.term_matcher import lexicon_of
from partners.importing import export
from partners.models import LocalArea, Partnership, Proposal, Service, ServiceText
from partners.network.counts import count_services
from partners.network.current_area import enter_area
from partners.rules import demand, may
from partners.seats import seats_of
from partners.tables.services import ServiceTable, ServiceTableToRead
from partners.upkeep.confirmation_requests import said_by
from partners.upkeep.freshness import freshness_of
from partners.upkeep.services import SERVICE_LINKS, add_service, facts_of, update_service


def service_list(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Show the services of an area's partners."""
    area = enter_area(request, slug)
    services = Service.objects.visible_to(request.user).filter(partnership__area=area, partnership__archived_at=None)
    edits = keeps_some_service(request, area)
    notes_of = None if may(request.user, "partners.import_data", area) else seats_of(request.user).partnership_ids
    counts = count_services(area, today=timezone.localdate())
    return list_page(
        request,
        key=f"services:{area.slug}",
        title=_("Services"),
        queryset=services.select_related("partnership__organization")
        .with_program_names()
        .annotate(spanish_is_behind=ServiceText.objects.behind().of_each())
        .order_by(Lower("name")),
        filters=ServiceFilters,
        table=ServiceTable if edits else ServiceTableToRead,
        given=lambda rows: {"reminded": reminded_in(request, area, stale_partners(rows))},
        template="partners/upkeep/service_list.html",
        export=Export(export.service_export_header, lambda rows: export.service_export_rows(rows, notes_of)),
        total=counts.listed,
        bulk_actions=[
            BulkAction(_("Confirm"), reverse("partners:service_verify_picked", args=[slug]), icon="check-lg"),
            *ask_them(request, area),
            BulkAction(_("Archive"), reverse("partners:service_archive_picked", args=[slug]), icon="archive"),
        ]
        if edits
        else (),
        context={
            "area": area,
            "counted": counts.in_words(area, archived=shows_archived(request)),
            "number": counts.number,
            "stale": counts.stale,
            "own": managed_partnerships(request, area),
            "may_import": may(request.user, "partners.import_data", area),
            "may_choose": may(request.user, "partners.add_partner", area),
        },
        area=area,
    )


def stale_partners(services: list[Service]) -> set[int]:
    """Return the partners of those services that are not confirmed."""
    today = timezone.localdate()
    return {service.partnership_id for service in services if service.is_stale(today)}


def service_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one service with its details, contact and last confirmation."""
    service, today = get_service(request, pk), timezone.localdate()
    spanish = service.texts.by_language(ServiceText.Language.SPANISH).first()
    context = {
        "title": service.name,
        "crumbs": service_breadcrumbs(service)[:1],
        "service": service,
        "partnership": service.partnership,
        "freshness": freshness_of(service, today),
        "is_fresh": not service.is_stale(today),
        "spanish": spanish,
        "spanish_freshness": freshness_of(spanish, today) if spanish else None,
        "spanish_behind": spanish.parts_behind(service) if spanish else (),
        "unsaid": unsaid(service),
        "terms": lexicon_of(request, service.partnership.area),
        "said_by": said_by(service),
        "proposals": proposals_about(request, service),
        "may_propose": may(request.user, "partners.propose_change", service),
        "sees_notes": may(request.user, "partners.view_service_notes", service.partnership),
        "may_edit": may(request.user, "partners.edit_service", service),
        "may_verify": may(request.user, "partners.verify_service", service),
        **notice_log(request, service, area=service.partnership.area),
    }
    return render(request, "partners/upkeep/service_detail.html", context)


def service_add_choose(request: SignedIn, slug: str) -> HttpResponse:
    """Let staff choose the partner of a new service."""
    area = enter_area(request, slug)
    demand(request, "partners.add_partner", area)
    partners = Partnership.objects.current().filter(area=area).select_related("organization")
    answer = request.GET if "partner" in request.GET else None
    form = WhoseServiceForm(answer, partners=partners.order_by(Lower("organization__name"), "pk"))
    if form.is_bound and form.is_valid():
        return redirect("partners:service_add", pk=form.cleaned_data["partner"].pk)
    context = {
        "title": _("Add a service"),
        "crumbs": [(_("Services"), reverse("partners:service_list", args=[area.slug]))],
        "form": form,
        "cancel_url": reverse("partners:service_list", args=[area.slug]),
        "add_partner_url": reverse("partners:partnership_add", args=[area.slug]),
    }
    return render(request, "partners/upkeep/service_add_choose.html", context)


@idempotent
def service_add(request: SignedIn, pk: int) -> HttpResponse:
    """Add a service to a partner."""
    return _add(request, get_partnership(request, pk), {}, title=_("Add a service"))


@idempotent
def service_copy(request: SignedIn, pk: int) -> HttpResponse:
    """Add a service that starts as a copy of another."""
    service = get_service(request, pk)
    facts = facts_of(service) | {"confirm": False, "is_public": False, "is_paused": False, "paused_note": ""}
    return _add(request, service.partnership, facts, title=_("Copy %(service)s") % {"service": service.name})


def _add(request: SignedIn, partnership: Partnership, facts: dict[str, Any], *, title: str) -> HttpResponse:
    demand(request, "partners.add_service", partnership)
    form = ServiceForm(request.POST or None, initial=facts, partnership=partnership, is_new=True)
    if form.is_bound and form.is_valid():
        service = save(
            form,
            lambda: add_service(
                partnership,
                facts=form.facts,
                confirm=form.cleaned_data["confirm"],
                by=request.user,
                at=timezone.now(),
            ),
        )
        if service:
            names = {"service": service.name, "partner": partnership.organization.name}
            say_done(request, _("%(service)s is added to the services of %(partner)s.") % names)
            return redirect("partners:service_detail", pk=service.pk)
    context = {
        "title": title,
        "crumbs": [
            (_("Partners"), reverse("partners:partnership_list", args=[partnership.area.slug])),
            (partnership.organization.name, reverse("partners:partnership_detail", args=[partnership.pk])),
        ],
        "partnership": partnership,
        "form": form,
        "submit": _("Add service"),
        "cancel_url": reverse("partners:partnership_detail", args=[partnership.pk]),
    }
    return render(request, "partners/upkeep/service_form.html", context)


def service_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Edit a service; it counts as confirmed only if the person confirms it too."""
    service = get_service(request, pk)
    demand(request, "partners.edit_service", service)
    form = ServiceForm(
        request.POST or None,
        initial=facts_of(service),
        version=version_of(service, SERVICE_LINKS),
        partnership=service.partnership,
    )
    context: dict[str, Any] = {}
    if form.is_bound and form.is_valid():
        try:
            done = save(
                form,
                lambda: update_service(
                    service,
                    facts=form.facts,
                    confirm=form.cleaned_data["confirm"],
                    version=form.version,
                    by=request.user,
                    at=timezone.now(),
                ),
            )
        except ChangedMeanwhile:
            saved = facts_of(get_service(request, pk))
            done, context = None, conflict_context(form, service, SERVICE_LINKS, saved)
        if done:
            say_done(request, _("Saved and confirmed.") if form.cleaned_data["confirm"] else _("Saved."))
            return redirect("partners:service_detail", pk=pk)
    context |= {
        "title": _("Edit %(service)s") % {"service": service.name},
        "crumbs": service_breadcrumbs(service),
        "here": _("Edit"),
        "service": service,
        "partnership": service.partnership,
        "form": form,
        "cancel_url": reverse("partners:service_detail", args=[pk]),
    }
    return render(request, "partners/upkeep/service_form.html", context)


def service_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the history of a service."""
    service = get_service(request, pk)
    return history_page(request, service, links=SERVICE_LINKS, crumbs=service_breadcrumbs(service))


# ---------------------------------------------------------------- Shared


def ask_them(request: HttpRequest, area: LocalArea) -> list[BulkAction]:
    """Return the action for staff that asks partners by email to confirm their services."""
    if not may(request.user, "partners.ask_to_confirm", area):
        return []
    return [BulkAction(_("Request confirmation"), reverse("partners:service_ask_picked", args=[area.slug]), "envelope")]


def proposals_about(request: HttpRequest, service: Service) -> list[Proposal]:
    """Return the open proposals about a service that the person may see, oldest first."""
    rows = Proposal.objects.visible_to(request.user).open().filter(service=service)
    return list(rows.order_by("proposed_at", "pk"))


def unsaid(service: Service) -> list[str]:
    """Return the labels of the details that a job seeker needs and that are not provided yet."""
    needed = ("description", "audience", "eligibility", "how_to_get_in", "documents", "cost", "hours")
    labels = {name: str(Service._meta.get_field(name).verbose_name) for name in needed}  # type: ignore[union-attr]
    missing = [labels[name] for name in needed if not getattr(service, name)]
    if not (service.phone or service.email or service.website):
        missing.append(_("contact"))
    return missing
