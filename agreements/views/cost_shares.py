"""The budgets of an area: the current ones, drafts, and those of past years."""

from django.db.models import Count, Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.context import list_breadcrumbs
from agreements.filters.cost_shares import CostShareFilters
from agreements.funding.budget_totals import totals_of
from agreements.models import Agreement, FundingBudget
from agreements.tables.cost_shares import CostShareTable
from onestop.ui.lists import list_page
from partners.network.current_area import enter_area
from partners.rules import may


def cost_shares(request: HttpRequest, slug: str) -> HttpResponseBase:
    """List the budgets of an area that the person may see, the newest first."""
    area = enter_area(request, slug)
    today = timezone.localdate()
    budgets = FundingBudget.objects.visible_to(request.user).filter(agreement__area=area)
    paying = Count("payers", filter=Q(payers__archived_at=None))
    rows = budgets.select_related("agreement").annotate(number_of_payers=paying)
    years = budgets.order_by("-first_on__year").values_list("first_on__year", flat=True).distinct()
    ifas = Agreement.objects.visible_to(request.user).of(area).filter(kind=Agreement.Kind.IFA)
    return list_page(
        request,
        key=f"cost-shares:{area.slug}",
        title=_("Cost shares"),
        queryset=rows.order_by("-first_on", "agreement__number", "pk"),
        filters=CostShareFilters,
        table=CostShareTable,
        template="agreements/funding/cost_share_list.html",
        given=lambda page: {"totals": totals_of(page, today=today)},
        context={
            "area": area,
            "crumbs": list_breadcrumbs(slug),
            "ifas": list(ifas.exclude(status=Agreement.Status.WITHDRAWN).order_by("-effective_on", "number")[:5]),
            "may_keep": may(request.user, "agreements.keep_budget", area),
        },
        years=list(years),
    )
