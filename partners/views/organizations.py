"""Organizations of a state: list, detail, edit, archive, restore, history."""

from typing import Any

from django.contrib import messages
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onestop.accounts.requests import author
from onestop.editing.refusals import Refused
from onestop.editing.saving import conflict_context, save, say_done
from onestop.editing.versions import ChangedMeanwhile, version_of
from onestop.history.pages import history_page
from onestop.ui.lists import list_page
from partners.board.offices import with_holders
from partners.context.breadcrumbs import organization_breadcrumbs
from partners.context.lookups import get_organization
from partners.filters.organizations import OrganizationFilters
from partners.forms.organizations import OrganizationForm, facts_of
from partners.models import LocalArea, Location, Office, Organization, OrganizationProposal, Partnership, State
from partners.network.partnerships import archive_organization, restore_organization, update_organization
from partners.people.roster import accounts_of
from partners.rules import demand, may
from partners.tables.organizations import OrganizationTable
from partners.tables.partnerships import status_chip


def organization_list(request: HttpRequest, code: str) -> HttpResponseBase:
    """Show all organizations of a state to those who administer it."""
    state = get_object_or_404(State.objects.visible_to(request.user), code=code.upper())
    demand(request, "partners.view_state", state)
    organizations = Organization.objects.filter(state=state).with_areas().order_by(Lower("name"))
    return list_page(
        request,
        key=f"organizations:{state.code}",
        title=_("Organizations"),
        queryset=organizations,
        filters=OrganizationFilters,
        table=OrganizationTable,
        template="partners/network/organization_list.html",
        context={"state": state},
        areas=LocalArea.objects.filter(state=state),
    )


def organization_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one organization with its areas, locations and people."""
    organization = get_organization(request, pk)
    partnerships = (
        Partnership.objects.visible_to(request.user)
        .filter(organization=organization)
        .select_related("area", "organization")
        .with_programs()
        .with_people()
        .order_by(Lower("area__name"), "pk")
    )
    places = Location.objects.visible_to(request.user).filter(organization=organization)
    context = {
        "title": organization.name,
        "organization": organization,
        "partnerships": [(partnership, status_chip(partnership)) for partnership in partnerships],
        "locations": places.current().order_by(Lower("name"), "pk"),
        "archived_locations": places.archived().order_by(Lower("name"), "pk"),
        "offices": with_holders(Office.objects.current().filter(organization=organization), timezone.localdate()),
        "accounts": accounts_of(organization, request.user),
        "proposals": OrganizationProposal.objects.visible_to(request.user)
        .open()
        .filter(organization=organization)
        .order_by("-proposed_at", "pk"),
        "may": {
            "edit": may(request.user, "partners.edit_organization", organization),
            "archive": may(request.user, "partners.archive_organization", organization),
            "location": may(request.user, "partners.add_location", organization),
            "invite": may(request.user, "partners.invite_to_organization", organization),
            "propose": may(request.user, "partners.propose_organization_change", organization),
            "offices": may(request.user, "partners.keep_organization_offices", organization),
            "history": may(request.user, "partners.view_organization_history", organization),
        },
    }
    return render(request, "partners/network/organization_detail.html", context)


def organization_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit an organization, in all areas at once."""
    organization = get_organization(request, pk)
    demand(request, "partners.edit_organization", organization)
    form = OrganizationForm(request.POST or None, initial=facts_of(organization), version=version_of(organization))
    context: dict[str, Any] = {}
    if form.is_bound and form.is_valid():
        try:
            done = save(
                form,
                lambda: update_organization(
                    organization, facts=form.facts, version=form.version, by=author(request), at=timezone.now()
                ),
            )
        except ChangedMeanwhile:
            done, context = None, conflict_context(form, organization, (), facts_of(get_organization(request, pk)))
        if done:
            say_done(request, _("Saved."))
            return redirect("partners:organization_detail", pk=pk)
    context |= {
        "title": _("Edit %(organization)s") % {"organization": organization.name},
        "crumbs": organization_breadcrumbs(organization),
        "here": _("Edit"),
        "form": form,
        "intro": _("Your changes apply in every area where it is a partner."),
        "cancel_url": reverse("partners:organization_detail", args=[pk]),
    }
    return render(request, "editing/conflict_form.html", context)


def organization_archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, then archive an organization."""
    organization = get_organization(request, pk)
    demand(request, "partners.archive_organization", organization)
    page = reverse("partners:organization_detail", args=[pk])
    if request.method == "POST":
        try:
            archive_organization(organization, by=author(request), at=timezone.now())
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            undo = reverse("partners:organization_restore", args=[pk])
            say_done(request, _("%(organization)s is archived.") % {"organization": organization.name}, undo=undo)
        return redirect(page)
    context = {
        "title": _("Archive %(organization)s?") % {"organization": organization.name},
        "consequences": [
            _("You can archive it only if it is no longer a partner in any area."),
            _("Nothing is deleted. It is restored with its locations and history if it becomes a partner again."),
        ],
        "act": _("Archive organization"),
        "cancel_url": page,
    }
    return render(request, "layouts/confirm.html", context)


@require_POST
def organization_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Restore an archived organization."""
    organization = get_organization(request, pk)
    demand(request, "partners.archive_organization", organization)
    restore_organization(organization, by=author(request), at=timezone.now())
    say_done(request, _("%(organization)s is restored.") % {"organization": organization.name})
    return redirect("partners:organization_detail", pk=pk)


def organization_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the history of an organization and its locations."""
    organization = get_organization(request, pk)
    demand(request, "partners.view_organization_history", organization)
    places = Location.objects.visible_to(request.user).filter(organization=organization)
    return history_page(request, organization, links=[places], crumbs=organization_breadcrumbs(organization))
