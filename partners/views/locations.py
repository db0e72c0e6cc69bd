"""Partner locations: list, detail, add, edit, archive, restore, history."""

from typing import Any

from django.db.models import Q
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
from onestop.editing.saving import conflict_context, save, say_done
from onestop.editing.versions import ChangedMeanwhile, version_of
from onestop.history.pages import history_page
from onestop.ui.lists import list_page
from partners.context.breadcrumbs import location_breadcrumbs, organization_breadcrumbs
from partners.context.lookups import get_location, get_organization
from partners.filters.locations import LocationFilters
from partners.forms.locations import LocationForm, facts_of
from partners.models import Location, Organization, Partnership, Service
from partners.network.current_area import enter_area
from partners.network.places import add_location, archive_location, restore_location, update_location
from partners.rules import demand, may
from partners.tables.locations import LocationTable


def location_list(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Show the locations of an area's partners."""
    area = enter_area(request, slug)
    partners = Partnership.objects.visible_to(request.user).current().filter(area=area)
    # Include locations of the partnership here and of the whole organization, not of a partnership elsewhere.
    places = Location.objects.visible_to(request.user).filter(
        Q(partnership=None) | Q(partnership__area=area), organization__in=partners.values("organization")
    )
    return list_page(
        request,
        key=f"locations:{area.slug}",
        title=_("Locations"),
        queryset=places.select_related("organization").order_by(Lower("organization__name"), Lower("name")),
        filters=LocationFilters,
        table=LocationTable,
        template="partners/network/location_list.html",
        context={"area": area, "number": places.current().count()},
    )


def location_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one location with its address, accessibility and services."""
    location = get_location(request, pk)
    services = Service.objects.visible_to(request.user).current().filter(locations=location)
    may_edit = may(request.user, "partners.edit_location", location)
    may_add_room = may_edit and not location.is_archived
    context = {
        "title": location.name,
        "crumbs": organization_breadcrumbs(location.organization),
        "location": location,
        "services": services.select_related("partnership__area").order_by(Lower("name"), "pk"),
        "rooms": location.rooms.current().order_by(Lower("name"), "pk"),
        "add_room_url": reverse("partners:location_room_add", args=[pk]) if may_add_room else "",
        "may_edit": may_edit,
    }
    return render(request, "partners/network/location_detail.html", context)


@idempotent
def location_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a location to an organization: to its partnership in the current area, or to the whole organization."""
    organization = get_organization(request, pk)
    demand(request, "partners.add_location", organization)
    partnership = kept_partnership(request, organization)
    if partnership is None:
        demand(request, "partners.add_shared_location", organization)
    form = LocationForm(request.POST or None, initial={"state_code": organization.state.code})
    if form.is_bound and form.is_valid():
        location = save(
            form,
            lambda: add_location(
                organization, partnership=partnership, facts=form.facts, by=author(request), at=timezone.now()
            ),
        )
        if location:
            say_done(request, _("%(location)s is added.") % {"location": location.name})
            return redirect("partners:location_detail", pk=location.pk)
    intro = _(
        "Add an office of %(organization)s outside the One-Stop centers where people get services. It will belong to "
        "the whole organization."
    )
    names = {"organization": organization.name}
    if partnership:
        intro = _(
            "Add an office of %(organization)s outside the One-Stop centers where people get services. It will belong "
            "to its partnership in %(area)s."
        )
        names["area"] = partnership.area.name
    context = {
        "title": _("Add a location"),
        "crumbs": organization_breadcrumbs(organization),
        "form": form,
        "intro": intro % names,
        "submit": _("Add location"),
        "cancel_url": reverse("partners:organization_detail", args=[pk]),
    }
    return render(request, "editing/conflict_form.html", context)


def location_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit a location."""
    location = get_location(request, pk)
    demand(request, "partners.edit_location", location)
    form = LocationForm(request.POST or None, initial=facts_of(location), version=version_of(location))
    context: dict[str, Any] = {}
    if form.is_bound and form.is_valid():
        try:
            done = save(
                form,
                lambda: update_location(
                    location, facts=form.facts, version=form.version, by=author(request), at=timezone.now()
                ),
            )
        except ChangedMeanwhile:
            done, context = None, conflict_context(form, location, (), facts_of(get_location(request, pk)))
        if done:
            say_done(request, _("Saved."))
            return redirect("partners:location_detail", pk=pk)
    context |= {
        "title": _("Edit %(location)s") % {"location": location.name},
        "crumbs": location_breadcrumbs(location),
        "here": _("Edit"),
        "form": form,
        "cancel_url": reverse("partners:location_detail", args=[pk]),
    }
    return render(request, "editing/conflict_form.html", context)


def location_archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, then archive a location."""
    location = get_location(request, pk)
    demand(request, "partners.edit_location", location)
    if request.method == "POST":
        archive_location(location, by=author(request), at=timezone.now())
        undo = reverse("partners:location_restore", args=[pk])
        say_done(request, _("%(location)s is archived.") % {"location": location.name}, undo=undo)
        return redirect("partners:organization_detail", pk=location.organization_id)
    number = location.services.current().count()
    hidden = ngettext(
        "%(number)d service is offered there. It will not show this location until the location is restored.",
        "%(number)d services are offered there. They will not show this location until the location is restored.",
        number,
    )
    context = {
        "title": _("Archive %(location)s?") % {"location": location.name},
        "consequences": [
            *([hidden % {"number": number}] if number else []),
            _("Nothing is deleted. The location can be restored with its history."),
        ],
        "act": _("Archive location"),
        "cancel_url": reverse("partners:location_detail", args=[pk]),
    }
    return render(request, "layouts/confirm.html", context)


@require_POST
def location_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Restore an archived location."""
    location = get_location(request, pk)
    demand(request, "partners.edit_location", location)
    restore_location(location, by=author(request), at=timezone.now())
    say_done(request, _("%(location)s is restored.") % {"location": location.name})
    return redirect("partners:location_detail", pk=pk)


def location_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the history of a location."""
    location = get_location(request, pk)
    return history_page(request, location, crumbs=location_breadcrumbs(location))


# ---------------------------------------------------------------- Shared


def kept_partnership(request: HttpRequest, organization: Organization) -> Partnership | None:
    """Return the partnership to which a person may add locations: in the current area, else the first they manage.

    None for those who manage the whole organization.
    """
    if may(request.user, "partners.add_shared_location", organization):
        return None
    here = getattr(request, "area", None)
    rows = Partnership.objects.current().filter(organization=organization).select_related("area").order_by("pk")
    kept = [row for row in rows if may(request.user, "partners.add_local_location", row)]
    return next((row for row in kept if row.area == here), kept[0] if kept else None)
