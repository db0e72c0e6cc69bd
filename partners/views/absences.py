"""Days away: a partner does not come, a center is closed; noting it, and taking it back."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from onestop.accounts.requests import SignedIn
from onestop.editing.saving import save, say_done
from partners.context.breadcrumbs import partner_schedule_breadcrumbs, weeks_breadcrumb
from partners.context.lookups import get_absence, get_center, get_partnership
from partners.forms.presences import AbsenceForm, open_centers
from partners.models import Absence, Center, LocalArea, Partnership
from partners.rules import demand
from partners.schedule import presences


def absence_add(request: SignedIn, pk: int) -> HttpResponse:
    """Note that a partner is away from a center, or from all of them."""
    partnership = get_partnership(request, pk)
    demand(request, "partners.keep_presence", partnership)
    form = AbsenceForm(
        request.POST or None, centers=open_centers(partnership.area), initial={"center": request.GET.get("center")}
    )
    if absence := _noted(request, form, partnership=partnership):
        where = absence.center.name if absence.center else "all centers"
        words = f"{partnership.organization.name} is away from {where}: {absence.days_in_words}."
        return _done(request, absence, words, partnership.area)
    context = {
        "title": f"{partnership.organization.name} is away",
        "crumbs": partner_schedule_breadcrumbs(partnership),
        "here": "Days away",
        "form": form,
        "submit": "Note these days",
        "intro": "Nobody comes on these days in spite of the schedule. The front desk sees it at once.",
        "cancel_url": reverse("partners:presence_board", args=[partnership.area.slug]),
    }
    return render(request, "layouts/form.html", context)


def absence_close(request: SignedIn, pk: int) -> HttpResponse:
    """Note that a whole center is closed."""
    center = get_center(request, pk)
    demand(request, "partners.close_center", center)
    form = AbsenceForm(request.POST or None, centers=None)
    if absence := _noted(request, form, center=center):
        return _done(request, absence, f"{center.name} is closed: {absence.days_in_words}.", center.area)
    context = {
        "title": f"{center.name} is closed",
        "crumbs": [weeks_breadcrumb(center.area), (center.name, reverse("partners:center_detail", args=[pk]))],
        "here": "Closed",
        "form": form,
        "submit": "Note these days",
        "intro": "No partner comes on these days. Weekly opening hours belong on the center's own page.",
        "cancel_url": reverse("partners:presence_board", args=[center.area.slug]),
    }
    return render(request, "layouts/form.html", context)


@require_POST
def absence_take_back(request: SignedIn, pk: int) -> HttpResponse:
    """Let everybody come by the schedule again."""
    absence = get_absence(request, pk)
    presences.take_back_absence(absence, by=request.user, at=timezone.now())
    words = "The center is open" if absence.is_closing else f"{absence.partnership} comes"
    undo = reverse("partners:absence_restore", args=[pk])
    say_done(request, f"{words} by the schedule: {absence.days_in_words}.", undo=undo)
    return redirect("partners:presence_board", slug=request.area.slug)  # type: ignore[attr-defined]


@require_POST
def absence_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Let days away count again that were taken back."""
    absence = get_absence(request, pk)
    presences.restore_absence(absence, by=request.user, at=timezone.now())
    say_done(request, f"{absence}: noted again.")
    return redirect("partners:presence_board", slug=request.area.slug)  # type: ignore[attr-defined]


def _noted(
    request: SignedIn, form: AbsenceForm, *, partnership: Partnership | None = None, center: Center | None = None
) -> Absence | None:
    if not (form.is_bound and form.is_valid()):
        return None
    who: dict[str, Any] = {"partnership": partnership, "center": center}
    noted: Absence | None = save(
        form, lambda: presences.note_absence(**who | form.facts, by=request.user, at=timezone.now())
    )
    return noted


def _done(request: HttpRequest, absence: Absence, words: str, area: LocalArea) -> HttpResponse:
    say_done(request, words, undo=reverse("partners:absence_take_back", args=[absence.pk]))
    week = reverse("partners:presence_board", args=[area.slug])
    return redirect(f"{week}?week={absence.first_on.isoformat()}")
