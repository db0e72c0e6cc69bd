"""The programs that the law brings together: the reference list, and who carries each."""

from django.db.models import Count, Q
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from onestop.lists import list_page
from partners.filters.programs import ProgramFilters
from partners.models import Partnership, Program
from partners.rules import may
from partners.seats import enter_area
from partners.standing import coverage_of
from partners.tables.partnerships import status_chip
from partners.tables.programs import ProgramTable


def program_list(request: HttpRequest) -> HttpResponseBase:
    """Show all programs by law, with how many partners carry each in the areas that the person sees."""
    seen = Partnership.objects.visible_to(request.user).current().values("pk")
    carried = Count("partnership_links", filter=Q(partnership_links__partnership__in=seen))
    return list_page(
        request,
        key="programs",
        title="Programs",
        queryset=Program.objects.annotate(carried=carried),
        filters=ProgramFilters,
        table=ProgramTable,
        template="partners/program_list.html",
    )


def coverage(request: HttpRequest, slug: str) -> HttpResponse:
    """Show which required programs have a partner in an area, and which have none."""
    area = enter_area(request, slug)
    rows = coverage_of(area)
    required = [row for row in rows if row.program.is_required]
    context = {
        "title": "Coverage",
        "area": area,
        "rows": required,
        "additional": [row for row in rows if not row.program.is_required and (row.partners or row.prospects)],
        "covered": sum(1 for row in required if row.partners),
        "required": len(required),
        "may_add": may(request.user, "partners.add_partner", area),
    }
    return render(request, "partners/coverage.html", context)


def program_detail(request: HttpRequest, code: str) -> HttpResponse:
    """Show what a program is, its law, and the partners that carry it in the areas that the person sees."""
    program = get_object_or_404(Program, code=code)
    partners = (
        Partnership.objects.visible_to(request.user)
        .current()
        .filter(program_links__program=program)
        .select_related("organization", "area")
        .with_people()
        .order_by(Lower("area__name"), Lower("organization__name"), "pk")
    )
    context = {
        "title": program.name,
        "crumbs": [("Programs", reverse("partners:program_list"))],
        "program": program,
        "partners": [(partnership, status_chip(partnership)) for partnership in partners],
    }
    return render(request, "partners/program_detail.html", context)
