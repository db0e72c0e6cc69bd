"""What of an area's network rests on one person alone, partner by partner and function by function."""

from django.db.models.functions import Lower
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from onestop.ui.lists import Export, list_page
from partners.filters.single_person_risk import SinglePersonFilters
from partners.network.current_area import enter_area
from partners.network.summary import active_partners
from partners.people.single_person_risk import Function, alone_of, number_of_single_persons, single_persons
from partners.rules import demand
from partners.tables.single_person_risk import SinglePersonTable, row_of


def single_person_list(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Show each function of each partner that one person alone has."""
    area = enter_area(request, slug)
    demand(request, "partners.view_single_persons", area)
    asked = request.GET.get("function", "")
    functions = [asked] if asked in Function.values else []
    partners = active_partners(area)
    rows = single_persons(partners, functions)
    return list_page(
        request,
        key=f"single-persons:{area.slug}",
        title="Resting on one person",
        queryset=rows.order_by(Lower("organization__name"), "function"),
        filters=SinglePersonFilters,
        table=SinglePersonTable,
        template="partners/people/single_person_list.html",
        export=Export(
            ("Partner", "Function", "The one person", "What stops", "Last signed in"),
            lambda found: (
                row_of(alone, request.user)
                for partner in found
                for alone in alone_of(partner, request.user)
                if alone.function == partner.function
            ),
        ),
        context={"area": area, "number": number_of_single_persons(partners)},
    )
