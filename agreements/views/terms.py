"""The agreements of an area by state, on a timeline, and as a sheet for the State's monitor; the areas of a state."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from agreements.context import list_breadcrumbs
from agreements.models import Agreement, AgreementQuerySet
from agreements.tables.compliance import area_header, area_rows, state_header, state_rows
from agreements.terms.board import board_of
from agreements.terms.compliance import areas_in, compliance_of, compliances_of
from agreements.terms.timeline import timeline_of
from onestop.ui import spreadsheets
from onestop.ui.lists import address_with
from partners.models import LocalArea, State
from partners.network.current_area import enter_area
from partners.rules import demand, may


def board(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the agreements of an area by state."""
    area = enter_area(request, slug)
    context = {
        "title": _("Agreements by state"),
        "crumbs": list_breadcrumbs(slug),
        "area": area,
        "columns": board_of(_agreements_of(request, area), timezone.localdate()),
    }
    return render(request, "agreements/board.html", context)


def timeline(request: HttpRequest, slug: str) -> HttpResponse:
    """Show terms, reviews, overlaps and gaps of executed agreements, and the clocks that run."""
    area = enter_area(request, slug)
    context = {
        "title": _("Timeline of agreements"),
        "crumbs": list_breadcrumbs(slug),
        "area": area,
        "known": timeline_of(_agreements_of(request, area), timezone.localdate()),
        "may_record": may(request.user, "agreements.record_terms", area),
    }
    return render(request, "agreements/timeline.html", context)


def compliance(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Show which required partner has signed which MOU, and whether it is in force and complete."""
    area = enter_area(request, slug)
    demand(request, "agreements.view_compliance", area)
    today = timezone.localdate()
    sheet = compliance_of(area, Agreement.objects.visible_to(request.user), today)
    if request.GET.get("export") in spreadsheets.FORMATS:
        name = f"{slugify(f'compliance {area.name}')}-{today:%Y-%m-%d}"
        return spreadsheets.response(
            request.GET["export"], name=name, header=area_header(), rows=area_rows(sheet), sheet=_("Compliance")
        )
    context = {
        "title": _("Compliance sheet"),
        "crumbs": list_breadcrumbs(slug),
        "area": area,
        "sheet": sheet,
        "exports": [(kind, address_with(request, export=kind)) for kind in spreadsheets.FORMATS],
    }
    return render(request, "agreements/compliance.html", context)


def state_compliance(request: HttpRequest, code: str) -> HttpResponseBase:
    """Show for each area of a state how many required partners an MOU in force covers, and what lapsed or ends."""
    state = get_object_or_404(State.objects.visible_to(request.user), code=code)
    demand(request, "partners.view_state", state)
    today = timezone.localdate()
    sheets = compliances_of(areas_in(state.pk), Agreement.objects.visible_to(request.user), today)
    if request.GET.get("export") in spreadsheets.FORMATS:
        name = f"{slugify(f'agreements {state.name}')}-{today:%Y-%m-%d}"
        return spreadsheets.response(
            request.GET["export"], name=name, header=state_header(), rows=state_rows(sheets), sheet=_("Agreements")
        )
    context = {
        "title": _("Agreements in %(state)s") % {"state": state.name},
        "state": state,
        "today": today,
        "sheets": sheets,
        "exports": [(kind, address_with(request, export=kind)) for kind in spreadsheets.FORMATS],
        "lapsed": sum(sheet.lapsed_days > 0 for sheet in sheets),
        "without": sum(sheet.without for sheet in sheets),
    }
    return render(request, "agreements/state_compliance.html", context)


def _agreements_of(request: HttpRequest, area: LocalArea) -> AgreementQuerySet:
    """Return the agreements of an area, also those of another one in which it takes part, that the person may see."""
    regional = Agreement.objects.filter(further_areas__area=area).values("pk")
    return Agreement.objects.visible_to(request.user).filter(Q(area=area) | Q(pk__in=regional))
