"""Paying by funding agreements as to-do items: contributions to approve, invoices to issue, to pay, or overdue."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.funding.contributions import entered_by
from agreements.funding.open_invoices import unpaid
from agreements.models import Contribution, FundingBudget, FundingInvoice, MoneyApprover
from onestop.ui.presentation import money
from onestop.ui.small_queries import SmallQuery
from onestop.ui.todo import NOW, SOON, TodoItem, TodoPart
from onestop.ui.written_queries import Row, written_once
from partners.models import LocalArea
from partners.todo.lines import NAMED, see_all

AHEAD = timedelta(days=14)
YEAR = timedelta(days=365)
MOST = 50


# ---------------------------------------------------------------- Who may approve money
def to_approve(user: Any, area: LocalArea) -> list[TodoPart]:
    """Return the contributions of each budget that wait for the approval of a person who may give it."""
    return [SmallQuery(_to_approve(user.pk, area.pk), _approve_items)]


@written_once
def _to_approve(user: int, area: int) -> QuerySet[Any, Any]:
    holds = MoneyApprover.objects.holding().filter(user=user, area=OuterRef("agreement__area"))
    waiting = Contribution.objects.current().filter(status=Contribution.Status.ENTERED, agreement__area=area)
    rows = waiting.exclude(entered_by(user)).filter(Exists(holds))
    counted = rows.order_by().values("period__budget", "agreement__number").annotate(number=Count("pk"))
    return counted.order_by("agreement__number", "period__budget")[:MOST]


def _approve_items(rows: list[Row]) -> Iterator[TodoItem]:
    for row in rows:
        what = ngettext(
            "%(number)d contribution by %(agreement__number)s waits for your approval",
            "%(number)d contributions by %(agreement__number)s wait for your approval",
            row["number"],
        )
        why = _("They count once their value and evidence are accepted (2 CFR 200.306).")
        url = f"{reverse('agreements:contribution_list', args=[row['period__budget']])}?status=entered"
        yield TodoItem(SOON, "cash-coin", what % row, why, url, _("Review contributions"))


# ---------------------------------------------------------------- The staff
def of_staff(area: LocalArea, today: date) -> list[TodoPart]:
    """Return the budgets whose months are not invoiced yet, and those with overdue invoices."""
    return [
        SmallQuery(_to_issue(area.pk, today), _issue_items),
        SmallQuery(_overdue(area.pk, today), _overdue_items),
    ]


@written_once
def _to_issue(area: int, today: date) -> QuerySet[Any, Any]:
    """Return adopted budgets of the running year without an invoice that covers today."""
    covering = FundingInvoice.objects.filter(
        budget=OuterRef("pk"), voided_at=None, first_on__lte=today, last_on__gte=today
    )
    rows = FundingBudget.objects.filter(
        agreement__area=area, status=FundingBudget.Status.ADOPTED, first_on__lte=today, first_on__gt=today - YEAR
    )
    found = rows.filter(~Exists(covering)).order_by("agreement__number", "pk")
    return found.values("pk", agreement_number=F("agreement__number"))[:MOST]


def _issue_items(rows: list[Row]) -> Iterator[TodoItem]:
    for row in rows:
        what = _("Invoices by %(agreement_number)s are not issued for these months") % row
        why = _("Partners pay their shares by invoice. Review the amounts and issue all at once.")
        url = reverse("agreements:funding_invoice_list", args=[row["pk"]])
        do_url = reverse("agreements:funding_invoices_issue", args=[row["pk"]])
        yield TodoItem(SOON, "receipt", what, why, url, _("Review and issue invoices"), do_url)


@written_once
def _overdue(area: int, today: date) -> QuerySet[Any, Any]:
    rows = unpaid(FundingInvoice.objects.filter(agreement__area=area, due_on__lt=today))
    counted = rows.order_by().values("budget", agreement_number=F("agreement__number"))
    return counted.annotate(number=Count("pk"), since=Min("due_on")).order_by("agreement_number", "budget")[:MOST]


def _overdue_items(rows: list[Row]) -> Iterator[TodoItem]:
    for row in rows:
        what = ngettext(
            "%(number)d invoice by %(agreement_number)s is overdue",
            "%(number)d invoices by %(agreement_number)s are overdue",
            row["number"],
        )
        why = _("Those who pay are reminded twice. Record payments that have arrived.")
        url = f"{reverse('agreements:funding_invoice_list', args=[row['budget']])}?standing=overdue"
        yield TodoItem(SOON, "receipt", what % row, why, url, _("View overdue invoices"), due_on=row["since"])


# ---------------------------------------------------------------- Who pays
def to_pay(partnerships: frozenset[int], area: LocalArea, today: date) -> list[TodoPart]:
    """Return the invoices to partners that are overdue, or due in two weeks."""
    return [SmallQuery(_to_pay(partnerships, area.pk, today + AHEAD), _pay_items(today))]


@written_once
def _to_pay(partnerships: frozenset[int], area: int, until: date) -> QuerySet[Any, Any]:
    rows = unpaid(
        FundingInvoice.objects.filter(payer__partnership__in=partnerships, agreement__area=area, due_on__lte=until)
    )
    found = rows.order_by("due_on", "pk")
    facts = {"partner": F("payer__partnership__organization__name")}
    return found.values("pk", "budget", "number", "due_on", "left", **facts)[:MOST]


def _pay_items(today: date) -> Callable[[list[Row]], Iterator[TodoItem]]:
    def items(rows: list[Row]) -> Iterator[TodoItem]:
        for row in rows[:NAMED]:
            is_late = row["due_on"] < today
            words = {**row, "left": money(row["left"])}
            what = _("Pay %(left)s of invoice %(number)s") % words
            why = _("The share of %(partner)s of the costs of the One-Stop center.") % words
            url = reverse("agreements:funding_invoice_detail", args=[row["pk"]])
            kind = NOW if is_late else SOON
            yield TodoItem(kind, "receipt", what, why, url, _("View the invoice"), due_on=row["due_on"])
        if rest := rows[NAMED:]:
            number = len(rest)
            what = ngettext("%(n)d more invoice to pay", "%(n)d more invoices to pay", number) % {"n": number}
            kind = NOW if rest[0]["due_on"] < today else SOON
            url = reverse("agreements:funding_invoice_list", args=[rest[0]["budget"]])
            yield see_all(kind, what, url, _("View the invoices"))

    return items
