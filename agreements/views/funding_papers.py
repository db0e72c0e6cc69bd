"""A budget outside of the portal: as a workbook with live formulas, as CSV, as a PDF exhibit."""

from collections.abc import Iterator
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agreements.funding.shares_table import share_rows
from agreements.funding.workbook import write_workbook
from agreements.funding.workbook_data import workbook_data_of
from agreements.funding_context import get_budget
from agreements.models import FundingBudget
from agreements.papers import pdfs
from onestop.accounts.requests import SignedIn
from onestop.files.document_pages import show_what_waits
from onestop.files.documents import AlreadyWaiting
from onestop.ui.spreadsheets import XLSX_TYPE, response


def budget_workbook(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Download the shares of a budget as a workbook with live formulas."""
    budget = get_budget(request, pk)
    file = write_workbook(workbook_data_of(budget))
    return FileResponse(file, as_attachment=True, filename=f"{_name_of(budget)}.xlsx", content_type=XLSX_TYPE)


def budget_csv(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Download the shares of a budget as CSV: a row for each period, pool and partner, with its fraction."""
    budget = get_budget(request, pk)
    header = [
        _("Period"), _("First day"), _("Last day"), _("Cost pool"), _("Center"), _("Category"), _("Shared by"),
        _("Partner"), _("Weight"), _("Of weight"), _("Of amount"), _("Share"),
    ]  # fmt: skip
    return response("csv", name=_name_of(budget), header=header, rows=_csv_rows(budget))


def _csv_rows(budget: FundingBudget) -> Iterator[list[Any]]:
    for row in share_rows(budget):
        yield [
            str(row.period), row.period.first_on, row.period.last_on, row.pool.name,
            row.pool.center.name if row.pool.center else "", row.pool.get_category_display(), row.pool.base.name,
            str(row.payer), row.weight, row.of_weight, row.of_amount, row.amount,
        ]  # fmt: skip


@require_POST
def exhibit_ask(request: SignedIn, pk: int) -> HttpResponse:
    """Request a PDF of the budget as an exhibit of its agreement."""
    budget = get_budget(request, pk)
    try:
        return redirect(pdfs.ask_for_exhibit(budget, by=request.user, at=timezone.now()))
    except AlreadyWaiting as problem:
        return show_what_waits(request, problem)


def _name_of(budget: FundingBudget) -> str:
    """Return "riverbend-ifa-27-01-2026-cost-shares"."""
    agreement = budget.agreement
    words = (agreement.area.slug, agreement.number, str(budget.first_on.year), "cost-shares")
    return slugify("-".join(words))
