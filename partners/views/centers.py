"""One-Stop centers: list, detail, add, edit, archive, restore, history."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.saving import conflict_context, save, say_done
from onestop.editing.versions import ChangedMeanwhile, version_of
from onestop.history.pages import history_page
from onestop.ui.lists import Export, list_page
from partners.context.breadcrumbs import center_breadcrumbs
from partners.context.lookups import get_center
from partners.context.notice_log import notice_log
from partners.filters.centers import CenterFilters
from partners.forms.centers import CenterForm, facts_of
from partners.models import Center, CenterReview, Presence, Service
from partners.models.active import is_active_partner
from partners.network import places
from partners.network.current_area import enter_area
from partners.network.due_dates import clocks_of
from partners.rules import demand, may
from partners.schedule import weeks
from partners.tables.centers import CenterTable, clock_chip
from partners.upkeep.freshness import freshness_of


def center_list(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Show the centers of an area."""
    area = enter_area(request, slug)
    centers = Center.objects.visible_to(request.user).filter(area=area)
    of_partners = Q(is_active_partner("services__partnership"), services__archived_at=None)
    offered = Count("services", filter=of_partners, distinct=True)
    return list_page(
        request,
        key=f"centers:{area.slug}",
        title=_("Centers"),
        queryset=centers.select_related("area").annotate(services_number=offered).order_by(Lower("name")),
        filters=CenterFilters,
        table=CenterTable,
        template="partners/network/center_list.html",
        export=Export(export_header(), export_rows),
        context={
            "area": area,
            "number": centers.current().count(),
            "may_add": may(request.user, "partners.add_center", area),
        },
    )


def export_header() -> list[str]:
    """Return the header of the exported list of centers."""
    return [
        _("Center"), _("Kind"), _("Street address"), _("City"), _("State"), _("ZIP code"), _("Phone"), _("Email"),
        _("Hours"), _("Accessibility"), _("Directions"), _("Certified on"), _("Accessibility reviewed on"),
    ]  # fmt: skip


def export_rows(centers: Iterable[Center]) -> Iterator[tuple[Any, ...]]:
    """Yield the exported row of each center."""
    for center in centers:
        yield (
            center.name, center.get_kind_display(), center.street, center.city, center.state_code, center.postal_code,
            center.phone, center.email, center.hours, center.accessibility_labels, center.directions,
            center.certified_on, center.accessibility_reviewed_on,
        )  # fmt: skip


def center_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one center with its hours on site, services and reviews."""
    center = get_center(request, pk)
    today = timezone.localdate()
    services = (
        Service.objects.visible_to(request.user)
        .of_partners()
        .filter(centers=center)
        .select_related("partnership__organization")
        .order_by(Lower("partnership__organization__name"), Lower("name"), "pk")
    )
    may_edit = may(request.user, "partners.edit_center", center)
    context = {
        "title": center.name,
        "crumbs": center_breadcrumbs(center)[:1],
        "center": center,
        "clocks": [(clock, clock_chip(center, clock)) for clock in clocks_of(center, today)],
        "reviews": reviews_of(request, center),
        "week": (week := week_there(request, center, today)),
        "rows": (rows := week.by_partner(center)),
        "agenda": week.agenda(rows),
        "may_close": may(request.user, "partners.close_center", center),
        "services": [(service, freshness_of(service, today)) for service in services],
        "rooms": center.rooms.current().order_by(Lower("name"), "pk"),
        "add_room_url": reverse("partners:room_add", args=[pk]) if may_edit and not center.is_archived else "",
        "may_edit": may_edit,
        **notice_log(request, center, area=center.area),
    }
    return render(request, "partners/network/center_detail.html", context)


def week_there(request: HttpRequest, center: Center, today: date) -> weeks.Week:
    """Return the week of partners' hours in a center."""
    presences = Presence.objects.visible_to(request.user).filter(center=center)
    return weeks.week_of(center.area, today, today=today, presences=presences)


def reviews_of(request: HttpRequest, center: Center) -> list[tuple[CenterReview, bool]]:
    """Return the reviews of a center, newest first, each with whether the person may remove it."""
    keeps = may(request.user, "partners.record_review", center)
    return [(review, keeps) for review in center.reviews.current().order_by("-held_on", "-pk")]


@idempotent
def center_add(request: SignedIn, slug: str) -> HttpResponse:
    """Add a center to an area."""
    area = enter_area(request, slug)
    demand(request, "partners.add_center", area)
    form = CenterForm(request.POST or None, initial={"state_code": area.state.code})
    if form.is_bound and form.is_valid():
        facts, now = form.cleaned_data, timezone.now()
        center = save(form, lambda: places.add_center(area, facts=facts, by=request.user, at=now))
        if center:
            names = {"center": center.name, "area": area.name}
            say_done(request, _("%(center)s is added to the centers of %(area)s.") % names)
            return redirect("partners:center_detail", pk=center.pk)
    here = reverse("partners:center_list", args=[slug])
    context = {
        "title": _("Add a center"),
        "crumbs": [(_("Centers"), here)],
        "form": form,
        "submit": _("Add center"),
        "cancel_url": here,
    }
    return render(request, "partners/network/center_form.html", context)


def center_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Edit a center."""
    center = get_center(request, pk)
    demand(request, "partners.edit_center", center)
    form = CenterForm(request.POST or None, initial=facts_of(center), version=version_of(center))
    context: dict[str, Any] = {}
    if form.is_bound and form.is_valid():
        try:
            done = save(
                form,
                lambda: places.update_center(
                    center, facts=form.cleaned_data, version=form.version, by=request.user, at=timezone.now()
                ),
            )
        except ChangedMeanwhile:
            done, context = None, conflict_context(form, center, (), facts_of(get_center(request, pk)))
        if done:
            say_done(request, _("Saved."))
            return redirect("partners:center_detail", pk=pk)
    context |= {
        "title": _("Edit %(center)s") % {"center": center.name},
        "crumbs": center_breadcrumbs(center),
        "here": _("Edit"),
        "center": center,
        "form": form,
        "cancel_url": reverse("partners:center_detail", args=[pk]),
    }
    return render(request, "partners/network/center_form.html", context)


def center_archive(request: SignedIn, pk: int) -> HttpResponse:
    """Ask for confirmation, then archive a center."""
    center = get_center(request, pk)
    demand(request, "partners.edit_center", center)
    if request.method == "POST":
        places.archive_center(center, by=request.user, at=timezone.now())
        undo = reverse("partners:center_restore", args=[pk])
        say_done(request, _("%(center)s is archived.") % {"center": center.name}, undo=undo)
        return redirect("partners:center_list", slug=center.area.slug)
    number = center.services.current().count()
    hidden = ngettext(
        "%(number)d service is offered there. It will not show this center until the center is restored.",
        "%(number)d services are offered there. They will not show this center until the center is restored.",
        number,
    )
    context = {
        "title": _("Archive %(center)s?") % {"center": center.name},
        "crumbs": center_breadcrumbs(center),
        "here": _("Archive"),
        "consequences": [
            _("Archive a center when it has closed. It will be hidden from lists and from services."),
            *([hidden % {"number": number}] if number else []),
            _("Nothing is deleted. One-Stop staff can restore the center with its history."),
        ],
        "act": _("Archive center"),
        "cancel_url": reverse("partners:center_detail", args=[pk]),
    }
    return render(request, "layouts/confirm.html", context)


@require_POST
def center_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore an archived center."""
    center = get_center(request, pk)
    demand(request, "partners.edit_center", center)
    places.restore_center(center, by=request.user, at=timezone.now())
    say_done(request, _("%(center)s is restored.") % {"center": center.name})
    return redirect("partners:center_detail", pk=pk)


def center_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the history of a center."""
    center = get_center(request, pk)
    return history_page(request, center, links=("reviews", "presences", "absences"), crumbs=center_breadcrumbs(center))
