"""The reference list of programs, and the partners of each."""

from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from onestop.ui.lists import list_page
from partners.filters.programs import ProgramFilters
from partners.models import Partnership, Program, ProgramDecision
from partners.network.current_area import visible_areas
from partners.tables.programs import ProgramTable


def program_list(request: HttpRequest) -> HttpResponseBase:
    """Show all programs in the order of the law, with the number of partners in the areas the person may see."""
    seen = Partnership.objects.visible_to(request.user).active().values("pk")
    carried = Count("partnership_links", filter=Q(partnership_links__partnership__in=seen))
    decided = ProgramDecision.objects.visible_to(request.user).current().filter(program=OuterRef("pk"))
    return list_page(
        request,
        key="programs",
        title=_("Programs"),
        queryset=Program.objects.annotate(carried=carried, is_decided=Exists(decided)),
        filters=ProgramFilters,
        table=ProgramTable,
        template="partners/coverage/program_list.html",
    )


def program_detail(request: HttpRequest, code: str) -> HttpResponse:
    """Show a program, its law, and its partners in the areas the person may see."""
    program = get_object_or_404(Program, code=code)
    partners = (
        Partnership.objects.visible_to(request.user)
        .active()
        .filter(program_links__program=program)
        .select_related("organization", "area")
        .with_people()
        .order_by(Lower("area__name"), Lower("organization__name"), "pk")
    )
    context = {
        "title": program.name,
        "crumbs": [(_("Programs"), reverse("partners:program_list"))],
        "program": program,
        "areas": visible_areas(request.user),
        "partners": partners,
    }
    return render(request, "partners/coverage/program_detail.html", context)
