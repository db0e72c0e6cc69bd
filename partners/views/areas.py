"""The page of a local area: detail, edit, history."""

from typing import Any

from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from onestop.accounts.requests import SignedIn
from onestop.editing.saving import conflict_context, save, say_done
from onestop.editing.versions import ChangedMeanwhile, version_of
from onestop.history.pages import history_page
from partners.context.breadcrumbs import area_breadcrumbs
from partners.forms.areas import TIME_ZONES, AreaForm, facts_of
from partners.models import LocalArea, Membership, Role
from partners.network import areas
from partners.network.current_area import enter_area
from partners.rules import demand, may


def area_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a local area with its board, state, time zone, centers and staff."""
    area = enter_area(request, slug)
    staff = Membership.objects.current().filter(area=area, role=Role.STAFF).select_related("user")
    context = {
        "title": area.name,
        "area": area,
        "time_zone": dict(TIME_ZONES).get(area.time_zone, area.time_zone),
        "month": MONTHS[area.program_year_month],
        "now": timezone.now(),
        "staff": [seat.user for seat in staff.filter(user__is_active=True).order_by(Lower("user__name"), "pk")],
        "centers": area.centers.filter(archived_at=None).order_by(Lower("name"), "pk"),
        "may_edit": may(request.user, "partners.edit_area", area),
    }
    return render(request, "partners/network/area_detail.html", context)


def area_edit(request: SignedIn, slug: str) -> HttpResponse:
    """Edit a local area."""
    area = enter_area(request, slug)
    demand(request, "partners.edit_area", area)
    form = AreaForm(request.POST or None, initial=facts_of(area), version=version_of(area), area=area)
    context: dict[str, Any] = {}
    if form.is_bound and form.is_valid():
        try:
            done = save(
                form,
                lambda: areas.update_area(
                    area, facts=form.cleaned_data, version=form.version, by=request.user, at=timezone.now()
                ),
            )
        except ChangedMeanwhile:
            done, context = None, conflict_context(form, area, (), facts_of(LocalArea.objects.get(pk=area.pk)))
        if done:
            say_done(request, _("Saved."))
            return redirect("partners:area_detail", slug=slug)
    context |= {
        "title": _("Edit %(area)s") % {"area": area.name},
        "crumbs": area_breadcrumbs(area),
        "here": _("Edit"),
        "area": area,
        "form": form,
        "cancel_url": reverse("partners:area_detail", args=[slug]),
    }
    return render(request, "partners/network/area_form.html", context)


def area_history(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the history of a local area."""
    area = enter_area(request, slug)
    return history_page(request, area, crumbs=area_breadcrumbs(area))
