"""Attendance over time: of one group, by partner, by seat and by meeting."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meetings.context.lookups import get_group
from meetings.context.pages import group_breadcrumbs
from meetings.turnout.chart import export_header, export_rows, say_turnout, turnout_chart
from meetings.turnout.reading import PERIODS, since_months, turnouts_of
from onestop.ops.request_numbers import whole_number
from onestop.ui import spreadsheets
from onestop.ui.lists import address_with

USUAL = 12  # months


def group_attendance(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show who came to the meetings of a group in the last months, or return it as a file."""
    group, at = get_group(request, pk), timezone.now()
    asked = whole_number(request.GET.get("months"))
    months = asked if asked in PERIODS else USUAL
    [turnout] = turnouts_of([group], since=since_months(months, at=at), at=at)
    if request.GET.get("export") in spreadsheets.FORMATS:
        return spreadsheets.response(
            request.GET["export"],
            name=f"{slugify(f'attendance {group.name}')}-{timezone.localdate():%Y-%m-%d}",
            header=export_header(turnout),
            rows=export_rows(turnout),
            sheet=_("Attendance"),
        )
    context = {
        "title": _("Attendance of %(group)s") % {"group": group.name},
        "crumbs": group_breadcrumbs(group),
        "here": _("Attendance"),
        "group": group,
        "turnout": turnout,
        "say": say_turnout(turnout),
        "chart": turnout_chart(turnout),
        "periods": [
            (
                ngettext("Last %(months)d month", "Last %(months)d months", each) % {"months": each},
                address_with(request, months=each),
                each == months,
            )
            for each in PERIODS
        ],
        "exports": [(kind, address_with(request, export=kind)) for kind in spreadsheets.FORMATS],
    }
    return render(request, "meetings/turnout/group_attendance.html", context)
