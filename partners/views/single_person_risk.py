"""Single-person dependencies of an area, by partner and function."""

from django.db.models.functions import Lower
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from onestop.ui.lists import Export, list_page
from partners.filters.single_person_risk import SinglePersonFilters
from partners.models import LocalArea
from partners.network.current_area import enter_area
from partners.network.summary import active_partners
from partners.people.single_person_risk import Function, alone_of, number_of_single_persons, single_persons
from partners.rules import demand
from partners.tables.single_person_risk import SinglePersonTable, row_of

HEADER = (
    gettext_lazy("Partner"),
    gettext_lazy("Function"),
    gettext_lazy("Only person"),
    gettext_lazy("If this person leaves"),
    gettext_lazy("Last signed in"),
)


def single_person_list(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Show each function of each partner that only one person has."""
    area = enter_area(request, slug)
    demand(request, "partners.view_single_persons", area)
    function = request.GET.get("function", "")
    functions = [function] if function in Function.values else []
    partners = active_partners(area)
    rows = single_persons(partners, functions)
    return list_page(
        request,
        key=f"single-persons:{area.slug}",
        title=_("Single-person dependencies"),
        queryset=rows.order_by(Lower("organization__name"), "function"),
        filters=SinglePersonFilters,
        table=SinglePersonTable,
        template="partners/people/single_person_list.html",
        export=Export(
            HEADER,
            lambda found: (
                row_of(alone, request.user)
                for partner in found
                for alone in alone_of(partner, request.user)
                if alone.function == partner.function
            ),
        ),
        context={"area": area, "summary": _summary(area, **number_of_single_persons(partners))},
    )


def _summary(area: LocalArea, *, alone: int, risks: int) -> str:
    dependencies = ngettext("%(number)d single-person dependency", "%(number)d single-person dependencies", risks) % {
        "number": risks
    }
    names = {"dependencies": dependencies, "number": alone, "area": area.name}
    return (
        ngettext(
            "%(dependencies)s at %(number)d partner in %(area)s.",
            "%(dependencies)s at %(number)d partners in %(area)s.",
            alone,
        )
        % names
    )
