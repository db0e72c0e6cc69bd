"""Hours of a partner in a center: choose the partner, add, detail, edit, archive, restore, history."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import conflict_context, save, say_done
from onestop.editing.versions import ChangedMeanwhile, version_of
from onestop.history.pages import history_page
from onestop.ops.request_numbers import whole_number
from partners.context.breadcrumbs import partner_schedule_breadcrumbs, presence_breadcrumbs, weeks_breadcrumb
from partners.context.lookups import get_partnership, get_presence
from partners.forms.presences import PresenceForm, WhoseHoursForm, facts_of
from partners.models import LocalArea, Partnership, Presence
from partners.network.current_area import enter_area
from partners.rules import demand, may
from partners.schedule import presences
from partners.seats import seats_of
from partners.tables.presences import state_chip

SHOWN_DAYS = 4  # next days that the page of hours shows
LOOKED_AHEAD = 126


def presence_choose(request: SignedIn, slug: str, away: bool = False) -> HttpResponse:
    """Choose the partner of new hours or of an absence; redirect the manager of a single partner."""
    area = enter_area(request, slug)
    partners = kept_partners(request, area)
    if not partners.exists():
        demand(request, "partners.close_center", area)
    answer = request.GET if "partner" in request.GET else None
    form = WhoseHoursForm(answer, partners=partners, initial={"center": request.GET.get("center", "")})
    chosen = form.cleaned_data["partner"] if form.is_bound and form.is_valid() else None
    is_staff = may(request.user, "partners.close_center", area)
    if chosen is None and not is_staff and len(known := list(partners[:2])) == 1:
        chosen = known[0]
    if chosen:
        address = reverse(f"partners:{'absence' if away else 'presence'}_add", args=[chosen.pk])
        center = whole_number(request.GET.get("center"))
        return redirect(address if center is None else f"{address}?center={center}")
    context = {
        "title": _("Record an absence") if away else _("Add hours on site"),
        "crumbs": [weeks_breadcrumb(area)],
        "form": form,
        "area": area,
        "may_add_partner": may(request.user, "partners.add_partner", area),
        "cancel_url": weeks_breadcrumb(area)[1],
    }
    return render(request, "partners/schedule/presence_choose.html", context)


@idempotent
def presence_add(request: SignedIn, pk: int) -> HttpResponse:
    """Add hours of a partner in a center, on several weekdays at once."""
    partnership = get_partnership(request, pk)
    demand(request, "partners.keep_presence", partnership)
    initial = {"center": request.GET.get("center"), "weekdays": request.GET.getlist("day")}
    form = PresenceForm(request.POST or None, area=partnership.area, several=True, initial=initial)
    if form.is_bound and form.is_valid():
        made = save(
            form,
            lambda: presences.add_presences(
                partnership,
                weekdays=form.cleaned_data["weekdays"],
                facts=form.facts,
                by=request.user,
                at=timezone.now(),
            ),
        )
        if made:
            values = {
                "partner": partnership.organization.name,
                "center": made[0].center.name,
                "days": presences.days_in_words([presence.weekday for presence in made]),
            }
            say_done(request, _("%(partner)s is at %(center)s on %(days)s.") % values)
            return redirect(f"{reverse('partners:partnership_detail', args=[pk])}#on-site")
    context = {
        "title": _("Add hours on site"),
        "crumbs": partner_schedule_breadcrumbs(partnership),
        "partnership": partnership,
        "form": form,
        "submit": _("Add hours"),
        "cancel_url": reverse("partners:partnership_detail", args=[pk]),
    }
    return render(request, "partners/schedule/presence_form.html", context)


def presence_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show hours of a partner in a center, with the next days."""
    presence = get_presence(request, pk)
    today = timezone.localdate()
    context = {
        "title": str(presence),
        "crumbs": [weeks_breadcrumb(presence.partnership.area)],
        "presence": presence,
        "partnership": presence.partnership,
        "center": presence.center,
        "state": state_chip(presence),
        "next_days": next_days(presence, today),
        "may_edit": may(request.user, "partners.keep_presence", presence),
    }
    return render(request, "partners/schedule/presence_detail.html", context)


def next_days(presence: Presence, today: date) -> list[tuple[date, Any]]:
    """Return the next days of these hours, each with the absence that cancels them, if any."""
    days = (today + timedelta(days=number) for number in range(LOOKED_AHEAD))
    falling = [day for day in days if presence.falls_on(day)][:SHOWN_DAYS]
    if not falling:
        return []
    absences = presences.absences_of(presence, falling[0], falling[-1])
    return [(day, next((one for one in absences if one.covers(presence, day)), None)) for day in falling]


def presence_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Edit hours of a partner in a center."""
    presence = get_presence(request, pk)
    demand(request, "partners.keep_presence", presence)
    form = PresenceForm(
        request.POST or None,
        area=presence.partnership.area,
        several=False,
        kept=presence.center,
        initial=facts_of(presence),
        version=version_of(presence),
    )
    context: dict[str, Any] = {}
    if form.is_bound and form.is_valid():
        try:
            done = save(
                form,
                lambda: presences.update_presence(
                    presence, facts=form.facts, version=form.version, by=request.user, at=timezone.now()
                ),
            )
        except ChangedMeanwhile:
            done, context = None, conflict_context(form, presence, (), facts_of(get_presence(request, pk)))
        if done:
            say_done(request, _("Saved."))
            return redirect("partners:presence_detail", pk=pk)
    context |= {
        "title": _("Edit hours on site"),
        "crumbs": presence_breadcrumbs(presence),
        "here": _("Edit"),
        "partnership": presence.partnership,
        "presence": presence,
        "form": form,
        "cancel_url": reverse("partners:presence_detail", args=[pk]),
    }
    return render(request, "partners/schedule/presence_form.html", context)


@require_POST
def presence_archive(request: SignedIn, pk: int) -> HttpResponse:
    """Archive hours, with undo."""
    presence = get_presence(request, pk)
    demand(request, "partners.keep_presence", presence)
    presences.archive_presence(presence, by=request.user, at=timezone.now())
    words = _("Hours of %(partner)s at %(center)s archived: %(hours)s.") % names_of(presence)
    say_done(request, words, undo=reverse("partners:presence_restore", args=[pk]))
    return redirect("partners:presence_board", slug=presence.partnership.area.slug)


@require_POST
def presence_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore archived hours."""
    presence = get_presence(request, pk)
    demand(request, "partners.keep_presence", presence)
    try:
        presences.restore_presence(presence, by=request.user, at=timezone.now())
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        say_done(request, _("Hours of %(partner)s at %(center)s restored: %(hours)s.") % names_of(presence))
    return redirect("partners:presence_detail", pk=pk)


def presence_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the history of hours."""
    presence = get_presence(request, pk)
    return history_page(
        request,
        presence,
        name=f"{presence.partnership.organization.name}: {presence}",
        crumbs=presence_breadcrumbs(presence),
    )


# ---------------------------------------------------------------- Shared


def names_of(presence: Presence) -> dict[str, str]:
    """Return the names of hours for messages about them."""
    partner, center = presence.partnership.organization.name, presence.center.name
    return {"partner": partner, "center": center, "hours": str(presence)}


def kept_partners(request: HttpRequest, area: LocalArea) -> QuerySet[Partnership]:
    """Return the partners of an area whose hours the person manages, by name."""
    partners = Partnership.objects.visible_to(request.user).current().filter(area=area).select_related("organization")
    if not may(request.user, "partners.close_center", area):
        partners = partners.filter(pk__in=seats_of(request.user).managed_partnership_ids)
    return partners.order_by(Lower("organization__name"), "pk")
