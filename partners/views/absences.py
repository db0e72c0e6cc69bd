"""Absences of partners and closings of centers: add, remove, restore."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.saving import save, say_done
from partners.context.breadcrumbs import partner_schedule_breadcrumbs, weeks_breadcrumb
from partners.context.lookups import get_absence, get_center, get_partnership
from partners.forms.presences import AbsenceForm, open_centers
from partners.models import Absence, Center, LocalArea, Partnership
from partners.rules import demand
from partners.schedule import presences


@idempotent
def absence_add(request: SignedIn, pk: int) -> HttpResponse:
    """Record the absence of a partner from a center, or from all centers."""
    partnership = get_partnership(request, pk)
    demand(request, "partners.keep_presence", partnership)
    form = AbsenceForm(
        request.POST or None, centers=open_centers(partnership.area), initial={"center": request.GET.get("center")}
    )
    if absence := _recorded(request, form, partnership=partnership):
        values = {"partner": partnership.organization.name, "days": absence.days_in_words}
        words = _("%(partner)s is away from all centers: %(days)s.") % values
        if absence.center:
            words = _("%(partner)s is away from %(center)s: %(days)s.") % (values | {"center": absence.center.name})
        return _done(request, absence, words, partnership.area)
    context = {
        "title": _("Record an absence of %(partner)s") % {"partner": partnership.organization.name},
        "crumbs": partner_schedule_breadcrumbs(partnership),
        "here": _("Record an absence"),
        "form": form,
        "submit": _("Record the absence"),
        "intro": _("The partner is not on site on these days, whatever the schedule shows. The front desk sees it."),
        "cancel_url": reverse("partners:presence_board", args=[partnership.area.slug]),
    }
    return render(request, "layouts/form.html", context)


@idempotent
def absence_close(request: SignedIn, pk: int) -> HttpResponse:
    """Record the closing of a center."""
    center = get_center(request, pk)
    demand(request, "partners.close_center", center)
    form = AbsenceForm(request.POST or None, centers=None)
    if absence := _recorded(request, form, center=center):
        values = {"center": center.name, "days": absence.days_in_words}
        return _done(request, absence, _("%(center)s is closed: %(days)s.") % values, center.area)
    context = {
        "title": _("Record a closing of %(center)s") % {"center": center.name},
        "crumbs": [weeks_breadcrumb(center.area), (center.name, reverse("partners:center_detail", args=[pk]))],
        "here": _("Record a closing"),
        "form": form,
        "submit": _("Record the closing"),
        "intro": _("No partner is on site on these days. Enter weekly opening hours on the center's own page."),
        "cancel_url": reverse("partners:presence_board", args=[center.area.slug]),
    }
    return render(request, "layouts/form.html", context)


@require_POST
def absence_take_back(request: SignedIn, pk: int) -> HttpResponse:
    """Remove an absence or closing: the schedule applies again."""
    absence = get_absence(request, pk)
    presences.take_back_absence(absence, by=request.user, at=timezone.now())
    values = {"center": absence.center, "partner": absence.partnership, "days": absence.days_in_words}
    words = _("Absence of %(partner)s removed: %(days)s.") % values
    if absence.is_closing:
        words = _("Closing of %(center)s removed: %(days)s.") % values
    say_done(request, words, undo=reverse("partners:absence_restore", args=[pk]))
    return redirect("partners:presence_board", slug=request.area.slug)  # type: ignore[attr-defined]


@require_POST
def absence_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore a removed absence or closing."""
    absence = get_absence(request, pk)
    presences.restore_absence(absence, by=request.user, at=timezone.now())
    say_done(request, _("Restored: %(absence)s.") % {"absence": absence})
    return redirect("partners:presence_board", slug=request.area.slug)  # type: ignore[attr-defined]


def _recorded(
    request: SignedIn, form: AbsenceForm, *, partnership: Partnership | None = None, center: Center | None = None
) -> Absence | None:
    if not (form.is_bound and form.is_valid()):
        return None
    who: dict[str, Any] = {"partnership": partnership, "center": center}
    absence: Absence | None = save(
        form, lambda: presences.note_absence(**who | form.facts, by=request.user, at=timezone.now())
    )
    return absence


def _done(request: HttpRequest, absence: Absence, words: str, area: LocalArea) -> HttpResponse:
    say_done(request, words, undo=reverse("partners:absence_take_back", args=[absence.pk]))
    week = reverse("partners:presence_board", args=[area.slug])
    return redirect(f"{week}?week={absence.first_on.isoformat()}")
