"""The statement of a partner for a program year on one page: what it bears, why, what it gave, and what is left."""

from datetime import datetime

from django.db import transaction
from django.template.loader import render_to_string

from agreements.funding.partner_years import PartnerYear
from agreements.funding.sheets import Change
from agreements.models import AgreementPdf, FundingBudget
from agreements.papers.pdfs import ask_for
from onestop.accounts.models import User


@transaction.atomic
def ask_for_statement(
    budget: FundingBudget, year: PartnerYear, change: Change | None, *, by: User, at: datetime
) -> AgreementPdf:
    """Request a PDF of the statement of a partner, unless the same is ready or in progress.

    :raises AlreadyWaiting: if the person is waiting for another PDF.
    """
    html = statement_html(budget, year, change, at=at)
    return ask_for(budget.agreement, AgreementPdf.Kind.STATEMENT, html, by=by, at=at)


def statement_html(budget: FundingBudget, year: PartnerYear, change: Change | None, *, at: datetime) -> str:
    """Return the statement as a whole page of HTML."""
    context = {
        "agreement": budget.agreement,
        "budget": budget,
        "payer": year.payer,
        "year": year,
        "change": change,
        "today": at.astimezone(budget.agreement.area.zone).date(),
    }
    return render_to_string("agreements/paper/statement_paper.html", context)
