"""The co-location schedule: the week of an area, the front desk page, and the list of all hours."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from onestop.ui.lists import Export, address_with, applied_filters, list_page
from partners.filters.presences import PresenceFilters, WeekFilters
from partners.forms.presences import open_centers
from partners.importing.export import presence_export_header, presence_export_rows
from partners.models import Center, LocalArea, Presence
from partners.network.current_area import enter_area
from partners.rules import may
from partners.schedule import weeks
from partners.schedule.closings import Closing
from partners.seats import seats_of
from partners.tables.presences import PresenceTable

FARTHEST = timedelta(days=5 * 366)  # weeks farther away are not shown


def presence_board(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the partners in each center in a week, who is there now, and who is away."""
    area = enter_area(request, slug)
    now = timezone.localtime()
    today, seen = now.date(), Presence.objects.visible_to(request.user)
    bar = WeekFilters(request.GET, queryset=seen, request=request, area=area)
    chosen = bar.qs if bar.is_valid() else seen
    week = weeks.week_of(area, asked_day(request, today), today=today, presences=chosen)
    rows = week.by_center(centers_of(request, area))
    narrowed = any(request.GET.get(name) for name in ("partner", "program"))
    rows = [row for row in rows if not (narrowed and row.is_empty)]
    is_now = week.first <= today <= week.last
    context = {
        "title": _("On site this week") if is_now else _("On site"),
        "area": area,
        "week": week,
        "rows": rows,
        "agenda": week.agenda(rows),
        "filter": bar,
        "applied": [
            one for one in applied_filters(bar, request.GET) if str(one.label) != str(bar.filters["week"].label)
        ],
        "here": who_is_here(week, area, now, rows, chosen) if is_now else None,
        "now": now,
        "is_now": is_now,
        "weeks": neighbors(request, week.first),
        "absences": [
            (absence, may(request.user, "partners.take_back_absence", absence))
            for absence in weeks.coming_absences(area, today)
        ],
        "may_close": may(request.user, "partners.close_center", area),
        "may_import": may(request.user, "partners.import_data", area),
        "keeps": keeps_hours(request, area),
        "export_urls": export_urls(request, area),
    }
    return render(request, "partners/schedule/presence_board.html", context)


def presence_print(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a week for print at the front desk: one page per center, in large type, with phone numbers."""
    area = enter_area(request, slug)
    today = timezone.localdate()
    week = weeks.week_of(
        area, asked_day(request, today), today=today, presences=Presence.objects.visible_to(request.user)
    )
    centers = centers_of(request, area)
    context = {
        "title": _("Front desk page"),
        "crumbs": [(_("On site this week"), reverse("partners:presence_board", args=[slug]))],
        "here": _("Front desk page"),
        "area": area,
        "week": week,
        "sheets": [(center, week.by_partner(center), week.columns(center)) for center in centers],
        "weeks": neighbors(request, week.first),
        "today": today,
    }
    return render(request, "partners/schedule/presence_print.html", context)


def presence_list(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Show all hours of the area's partners in its centers."""
    area = enter_area(request, slug)
    rows = Presence.objects.visible_to(request.user).filter(partnership__area=area)
    return list_page(
        request,
        key=f"presences:{area.slug}",
        title=_("Hours on site"),
        queryset=rows.select_related("partnership__organization", "center").order_by(
            "weekday", "starts_at", Lower("partnership__organization__name")
        ),
        filters=PresenceFilters,
        table=PresenceTable,
        template="partners/schedule/presence_list.html",
        export=Export(presence_export_header, presence_export_rows),
        context={
            "area": area,
            "number": rows.in_use().count(),
            "crumbs": [(_("On site this week"), reverse("partners:presence_board", args=[slug]))],
            "keeps": keeps_hours(request, area),
            "may_import": may(request.user, "partners.import_data", area),
        },
        area=area,
    )


# ---------------------------------------------------------------- Shared
def asked_day(request: HttpRequest, today: date) -> date:
    """Return a day of the requested week; today if the request is invalid or too far away."""
    try:
        asked = date.fromisoformat(request.GET.get("week", ""))
    except ValueError:
        return today
    return asked if abs(asked - today) < FARTHEST else today


def neighbors(request: HttpRequest, first: date) -> dict[str, str]:
    """Return the addresses of the previous, this and the next week, with the same filters."""
    around = {"before": first - timedelta(days=7), "after": first + timedelta(days=7)}
    addresses = {name: address_with(request, week=day.isoformat()) for name, day in around.items()}
    return addresses | {"this": address_with(request, week=None)}


def centers_of(request: HttpRequest, area: LocalArea) -> list[Center]:
    """Return the centers whose rows the page shows: all, or the requested one."""
    centers = list(open_centers(area))
    asked = request.GET.get("center", "")
    return [center for center in centers if str(center.pk) == asked] or centers


@dataclass(frozen=True)
class Here:
    """Who is in a center now, and later today; or why nobody is, if it is closed."""

    center: Any
    now: list[weeks.OnSite]
    later: list[weeks.OnSite]
    closing: Closing | None


def who_is_here(week: weeks.Week, area: LocalArea, now: datetime, rows: list[weeks.Row], seen: Any) -> list[Here]:
    """Return for each center who is there now, and who is there later today."""
    today, at = now.date(), now.time()
    people = weeks.on_site_today(area, today, at, presences=seen)
    by_center = [(row.thing, [one for one in people if one.center_id == row.thing.pk]) for row in rows]
    return [
        Here(
            center,
            [one for one in here if one.is_there(at)],
            [one for one in here if not one.is_there(at)],
            week.closings.on(center.pk, today),
        )
        for center, here in by_center
    ]


def keeps_hours(request: HttpRequest, area: LocalArea) -> bool:
    """Whether the person manages hours of some partner here: staff of all, managers of their own."""
    if may(request.user, "partners.close_center", area):
        return True
    return area.pk in seats_of(request.user).managed_area_ids


def export_urls(request: HttpRequest, area: LocalArea) -> list[tuple[str, str]]:
    """Return the export addresses of the shown hours, in the list of all hours."""
    address = reverse("partners:presence_list", args=[area.slug])
    kept = {name: request.GET[name] for name in ("center", "partner", "program") if request.GET.get(name)}
    return [
        (kind, f"{address}{address_with(request, **{'week': None, 'export': kind} | kept)}") for kind in ("csv", "xlsx")
    ]
