"""Partners of an area: list, detail, add, edit, archive, restore, history."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, Q, QuerySet
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from onestop.accounts.requests import author
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import conflict_context, save, say_done
from onestop.editing.versions import ChangedMeanwhile, version_of
from onestop.history.pages import history_page
from onestop.history.reading import changes_of
from onestop.ui.lists import BulkAction, Export, list_page
from partners.context.breadcrumbs import partnership_breadcrumbs
from partners.context.freshness import upkeep_of
from partners.context.lookups import get_partnership
from partners.context.notice_log import notice_log
from partners.context.people import with_rights
from partners.coverage.decisions import contradicted_by
from partners.filters.partnerships import PartnershipFilters, shows_archived
from partners.forms.partnerships import NewPartnerForm, PartnerForm, facts_of
from partners.glossary.term_matcher import lexicon_of
from partners.importing.export import partner_export_header, partner_export_rows
from partners.models import Center, LocalArea, Organization, Partnership, Presence, Program
from partners.network.counts import count_partners
from partners.network.current_area import enter_area
from partners.network.panels import panels_of
from partners.network.partnerships import (
    PARTNER_LINKS,
    add_partner,
    archive_partner,
    organizations_like,
    restore_partner,
    update_partner,
)
from partners.network.summary import add_counts, program_counts, with_counts
from partners.people.roster import knows_accounts, roster_of
from partners.people.single_person_risk import risks_of, with_dependence
from partners.rules import demand, may
from partners.schedule import weeks
from partners.tables.partnerships import PartnershipTable, status_chip
from partners.upkeep.freshness import freshness_of

HISTORY_LINKS = ("program_links", "services", "representatives", "own_locations", "presences", "absences")
LATELY = 5


def partnership_list(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Show the partners of an area."""
    area = enter_area(request, slug)
    partners = Partnership.objects.visible_to(request.user).filter(area=area)
    partners = partners.select_related("organization").with_programs()
    today, counts = timezone.localdate(), count_partners(area)
    # Counting the people of all partners is only needed to filter or sort by these counts.
    counted_later = not any(request.GET.get(name) for name in ("attention", "sort", "export"))
    return list_page(
        request,
        key=f"partners:{area.slug}",
        title=_("Partners"),
        queryset=(partners if counted_later else with_counts(partners, today)).order_by(Lower("organization__name")),
        filters=PartnershipFilters,
        table=PartnershipTable,
        given=(lambda rows: add_counts(rows, today)) if counted_later else None,
        template="partners/network/partnership_list.html",
        export=Export(partner_export_header, partner_export_rows),
        total=counts.listed,
        bulk_actions=steps_with_selected(request, area),
        context={
            "area": area,
            "counted": counts.in_words(area, archived=shows_archived(request)),
            "programs": program_counts(area),
            "may_add": may(request.user, "partners.add_partner", area),
            "may_import": may(request.user, "partners.import_data", area),
        },
    )


def steps_with_selected(request: HttpRequest, area: LocalArea) -> list[BulkAction]:
    """Return what the person may do with selected partners."""
    write = BulkAction(_("Write to them"), reverse("partners:partnership_write_picked", args=[area.slug]), "envelope")
    ask = BulkAction(_("Ask to confirm"), reverse("partners:partnership_ask_picked", args=[area.slug]), "patch-check")
    archive = BulkAction(_("Archive"), reverse("partners:partnership_archive_picked", args=[area.slug]), "archive")
    return [
        write,
        *([ask] if may(request.user, "partners.ask_to_confirm", area) else []),
        *([archive] if may(request.user, "partners.add_partner", area) else []),
    ]


def partnership_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one partner with its services, people, hours on site and recent changes."""
    partnership = get_partnership(request, pk)
    today = timezone.localdate()
    services = list(partnership.services.current().order_by(Lower("name"), "pk"))
    week = week_of_partner(request, partnership, today)
    roster = roster_of(partnership, request.user)
    return render(
        request,
        "partners/network/partnership_detail.html",
        {
            "title": partnership.organization.name,
            "crumbs": partnership_breadcrumbs(partnership)[:1],
            "partnership": partnership,
            "organization": partnership.organization,
            "status": status_chip(partnership),
            "carried": (carried := [link.program for link in partnership.carried]),  # type: ignore[attr-defined]
            "is_additional": not any(program.is_required for program in carried),
            "services": [(service, freshness_of(service, today)) for service in services],
            "roster": roster,
            "risks": with_rights(
                request, risks_of(with_dependence(Partnership.objects.filter(pk=pk)).get(), request.user)
            ),
            "upkeep": upkeep_of(request, partnership, services),
            "knows_accounts": knows_accounts(partnership, request.user),
            "locations": partnership.organization.locations.current()
            .filter(Q(partnership=None) | Q(partnership=partnership))
            .order_by(Lower("name"), "pk"),
            "elsewhere": Partnership.objects.visible_to(request.user)
            .current()
            .filter(organization=partnership.organization)
            .exclude(pk=partnership.pk)
            .select_related("area")
            .order_by(Lower("area__name"), "pk"),
            "week": week,
            "rows": (rows := week.by_center(centers_of_partner(partnership))),
            "agenda": week.agenda(rows),
            "weekly_hours": weeks.hours_in_words(partnership.presences.in_use().holding(today, today)),
            "changes": changes_of(partnership, history_links(request, partnership))[:LATELY],
            "panels": panels_of(partnership, request.user, today=today),
            "terms": lexicon_of(request, partnership.area),
            **notice_log(request, partnership, area=partnership.area),
            "may": {
                "edit": may(request.user, "partners.edit_partnership", partnership),
                "govern": may(request.user, "partners.govern_partnership", partnership),
                "service": may(request.user, "partners.add_service", partnership),
                "representative": may(request.user, "partners.add_representative", partnership),
                "invite": may(request.user, "partners.give_partnership", partnership),
                "presence": may(request.user, "partners.keep_presence", partnership),
                "location": may(request.user, "partners.add_local_location", partnership),
            },
        },
    )


def week_of_partner(request: HttpRequest, partnership: Partnership, today: date) -> weeks.Week:
    """Return the week of a partner's hours on site."""
    presences = Presence.objects.visible_to(request.user).filter(partnership=partnership)
    return weeks.week_of(partnership.area, today, today=today, presences=presences)


def centers_of_partner(partnership: Partnership) -> QuerySet[Center]:
    """Return the centers in which a partner has hours."""
    hours = partnership.presences.current().values("center")
    return Center.objects.current().filter(pk__in=hours).order_by(Lower("name"), "pk")


@idempotent
def partnership_add(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a partner: an organization that the state knows, shown before it is used, or a new one."""
    area = enter_area(request, slug)
    demand(request, "partners.add_partner", area)
    asked_for = Program.objects.filter(code=request.GET.get("program", "")).values_list("pk", flat=True)
    form = NewPartnerForm(request.POST or None, area=area, initial={"programs": list(asked_for)})
    known = known_organizations(request, form) if form.is_bound else []
    problem = None
    if form.is_bound and form.is_valid():
        chosen = next((organization for organization in known if form.uses(organization)), None)
        if chosen and "use" not in request.POST and not is_partner_in(chosen, area):
            message = _(
                "%(state)s already has an organization with this name. Check that it is the one you mean, then add it."
            )
            form.add_error("use", message % {"state": area.state.name})
    if form.is_bound and form.is_valid():
        try:
            partnership = add_partner(
                area,
                organization=chosen,
                organization_facts=None if chosen else form.organization_facts,
                facts=form.facts,
                programs=form.cleaned_data["programs"],
                by=author(request),
                at=timezone.now(),
            )
        except Refused as refusal:
            problem = refusal
            refusal.show_in(form)
        else:
            names = {"partner": partnership.organization.name, "area": area.name}
            say_done(request, _("%(partner)s is now a partner in %(area)s.") % names)
            warn_of_contradictions(request, partnership)
            return redirect("partners:partnership_detail", pk=partnership.pk)
    context = {
        "title": _("Add a partner"),
        "crumbs": [(_("Partners"), reverse("partners:partnership_list", args=[area.slug]))],
        "area": area,
        "form": form,
        "problem": problem,
        "submit": _("Add partner"),
        "cancel_url": reverse("partners:partnership_list", args=[area.slug]),
    }
    return render(request, "partners/network/partnership_add.html", context)


def is_partner_in(organization: Organization, area: LocalArea) -> bool:
    """Return whether an organization from known_organizations is already a partner of the area."""
    return any(partnership.area_id == area.pk for partnership in organization.partnerships.all())


def known_organizations(request: HttpRequest, form: NewPartnerForm) -> list[Organization]:
    """Return organizations of the state with a name like the entered one, and let the form ask which is meant."""
    name = request.POST.get("name", "").strip()
    partnerships = Partnership.objects.current().filter(area=form.area)
    known = list(
        organizations_like(name, form.area.state).prefetch_related(Prefetch("partnerships", partnerships))
        if name
        else ()
    )
    if known:
        form.ask_which(known)
    return known


def partnership_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit a partner; its managers do not get the fields that only staff decide."""
    partnership = get_partnership(request, pk)
    demand(request, "partners.edit_partnership", partnership)
    decides = may(request.user, "partners.govern_partnership", partnership)
    keeps_organization = may(request.user, "partners.edit_organization", partnership.organization)
    form = PartnerForm(
        request.POST or None,
        initial=facts_of(partnership),
        version=version_of(partnership, PARTNER_LINKS),
        decides=decides,
        keeps_organization=keeps_organization,
    )
    context: dict[str, Any] = {}
    if form.is_bound and form.is_valid():
        try:
            done = save(
                form,
                lambda: update_partner(
                    partnership,
                    organization_facts=form.organization_facts,
                    facts=form.facts,
                    programs=form.cleaned_data.get("programs"),
                    version=form.version,
                    by=author(request),
                    at=timezone.now(),
                ),
            )
        except ChangedMeanwhile:
            done, context = (
                None,
                conflict_context(form, partnership, PARTNER_LINKS, facts_of(get_partnership(request, pk))),
            )
        if done:
            say_done(request, _("Saved."))
            warn_of_contradictions(request, done)
            return redirect("partners:partnership_detail", pk=pk)
    context |= {
        "title": _("Edit %(partner)s") % {"partner": partnership.organization.name},
        "crumbs": partnership_breadcrumbs(partnership),
        "here": _("Edit"),
        "partnership": partnership,
        "form": form,
        "cancel_url": reverse("partners:partnership_detail", args=[pk]),
    }
    return render(request, "partners/network/partnership_form.html", context)


def partnership_archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, then archive a partner."""
    partnership = get_partnership(request, pk)
    demand(request, "partners.govern_partnership", partnership)
    if request.method == "POST":
        archive_partner(partnership, by=author(request), at=timezone.now())
        undo = reverse("partners:partnership_restore", args=[pk])
        say_done(request, _("%(partner)s is archived.") % {"partner": partnership.organization.name}, undo=undo)
        return redirect("partners:partnership_list", slug=partnership.area.slug)
    context = {
        "title": _("Archive %(partner)s?") % {"partner": partnership.organization.name},
        "consequences": consequences(partnership),
        "act": _("Archive partner"),
        "cancel_url": reverse("partners:partnership_detail", args=[pk]),
    }
    return render(request, "layouts/confirm.html", context)


def consequences(partnership: Partnership) -> list[str]:
    """Return what happens when a partner is archived, in sentences."""
    services = partnership.services.current().count()
    people = partnership.representatives.current().count()
    hidden = ngettext(
        "%(number)d service will be hidden from the directory and from lists.",
        "%(number)d services will be hidden from the directory and from lists.",
        services,
    )
    ended = ngettext(
        "%(number)d person will no longer represent it.", "%(number)d people will no longer represent it.", people
    )
    return [
        *([hidden % {"number": services}] if services else []),
        *([ended % {"number": people}] if people else []),
        _("People keep their accounts, but can no longer open this area through this partner."),
        _("Nothing is deleted. One-Stop staff can restore the partner with its history."),
    ]


@require_POST
def partnership_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Restore an archived partner."""
    partnership = get_partnership(request, pk)
    demand(request, "partners.govern_partnership", partnership)
    restore_partner(partnership, by=author(request), at=timezone.now())
    say_done(request, _("%(partner)s is restored.") % {"partner": partnership.organization.name})
    return redirect("partners:partnership_detail", pk=pk)


def partnership_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the history of a partner."""
    partnership = get_partnership(request, pk)
    return history_page(
        request, partnership, links=history_links(request, partnership), crumbs=partnership_breadcrumbs(partnership)
    )


def history_links(request: HttpRequest, partnership: Partnership) -> tuple[str, ...]:
    """Return the links of a partner's history; the organization only for those who may read its history."""
    if may(request.user, "partners.view_organization_history", partnership.organization):
        return (*HISTORY_LINKS, "organization")
    return HISTORY_LINKS


# ---------------------------------------------------------------- Shared
def warn_of_contradictions(request: HttpRequest, partnership: Partnership) -> None:
    """Warn of programs of a partner that are recorded as not carried out in its area."""
    for warning in contradicted_by(partnership):
        messages.warning(request, warning)
