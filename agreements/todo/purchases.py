"""Purchases of service as to-do items: of whoever approves money, of the provider, and of the purchaser.

Each item is about one purchase, so that a person with a hundred invoices has one item for each provider.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, DecimalField, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.models import (
    Authorization,
    CeilingException,
    DueReport,
    Invoice,
    InvoiceLine,
    MoneyApprover,
    ServiceDelivery,
)
from onestop.accounts.models import User
from onestop.ui.presentation import money
from onestop.ui.small_queries import SmallQuery
from onestop.ui.todo import NOW, SOON, TodoItem, TodoPart
from onestop.ui.written_queries import Row, written_once
from partners.models import LocalArea
from partners.todo.lines import NAMED, see_all

PAY_SOON = timedelta(days=7)
ENDS_SOON = timedelta(days=30)
MONEY: Any = DecimalField(max_digits=14, decimal_places=2)
PURCHASER = "agreement__purchase_terms__purchaser__partnership"
PROVIDER = "agreement__purchase_terms__provider__partnership"


def items_of_approver(user: User, area: LocalArea, today: date) -> list[TodoPart]:
    """Return the invoices that a person may approve: not those that they made, sent or entered deliveries of."""
    return [_part(_to_approve(area.pk, user.pk), area, _approve_item(today))]


def items_of_provider(area: LocalArea, partnerships: frozenset[int], today: date) -> list[TodoPart]:
    """Return the late reports of the partners that a person manages, and what they delivered without invoicing it."""
    return [
        _part(_late_reports(area.pk, partnerships, today), area, _report_item),
        _part(_not_invoiced(area.pk, partnerships, today.replace(day=1)), area, _submit_item),
    ]


def items_of_purchaser(area: LocalArea, partnerships: frozenset[int], today: date) -> list[TodoPart]:
    """Return the authorizations that end or are used up, and the invoices to pay, of what a person's partners buy."""
    return [
        _part(_to_pay(area.pk, partnerships, today), area, _pay_item(today)),
        _part(_ending(area.pk, partnerships, today), area, _ending_item(today)),
        _part(_used_up(area.pk, partnerships, today), area, _used_up_item),
    ]


def _part(rows: Any, area: LocalArea, item: Callable[[Row], TodoItem]) -> TodoPart:
    """Return the first items, and one line for the rest."""

    def answer(found: list[Row]) -> Iterator[TodoItem]:
        items = [item(row) for row in found]
        yield from items[:NAMED]
        if rest := items[NAMED:]:
            what = ngettext(
                "%(number)d more purchase needs attention", "%(number)d more purchases need attention", len(rest)
            ) % {"number": len(rest)}
            page = reverse("agreements:purchase_list", args=[area.slug])
            yield see_all(rest[0].kind, what, page, _("View the purchases"))

    return SmallQuery(rows, answer)


def _item(
    row: Row, kind: str, icon: str, what: str, why: str, do: str, *, part: str = "ledger", due: date | None = None
) -> TodoItem:
    page = reverse("agreements:purchase_detail", args=[row["agreement"]])
    return TodoItem(kind, icon, what, why, f"{page}#{part}", do, due_on=due)


def _by_agreement(rows: QuerySet, **sums: Any) -> QuerySet[Any, Any]:
    grouped = rows.order_by().values("agreement", purchase=F("agreement__number"))
    return grouped.annotate(how_many=Count("pk"), **sums)


# ---------------------------------------------------------------- Approve
@written_once
def _to_approve(area: int, user: int) -> QuerySet[Any, Any]:
    place = Q(area=OuterRef("agreement__area")) | Q(partnership=OuterRef(PURCHASER))
    right = MoneyApprover.objects.holding().filter(place, user=user)
    entered = InvoiceLine.objects.filter(invoice=OuterRef("pk"), delivery__by=user)
    rows = Invoice.objects.filter(agreement__area=area, status=Invoice.Status.SUBMITTED)
    of_others = rows.exclude(made_by=user).exclude(submitted_by=user)
    found = _by_agreement(of_others.filter(Exists(right), ~Exists(entered)), amount=Sum("total"), due=Min("due_on"))
    return found.order_by("due", "purchase")


def _approve_item(today: date) -> Callable[[Row], TodoItem]:
    def item(row: Row) -> TodoItem:
        what = ngettext(
            "Approve %(how_many)d invoice of %(purchase)s",
            "Approve %(how_many)d invoices of %(purchase)s",
            row["how_many"],
        )
        why = _("%(amount)s in all.") % {"amount": money(row["amount"])}
        kind = NOW if row["due"] <= today + PAY_SOON else SOON
        return _item(row, kind, "cash-coin", what % row, why, _("Review the invoices"), part="invoices", due=row["due"])

    return item


# ---------------------------------------------------------------- The provider
@written_once
def _late_reports(area: int, partnerships: frozenset[int], today: date) -> QuerySet[Any, Any]:
    rows = DueReport.objects.filter(agreement__area=area, status__in=DueReport.OWED, due_on__lt=today)
    of_ours = rows.filter(**{f"{PROVIDER}__in": partnerships})
    return _by_agreement(of_ours, due=Min("due_on")).order_by("due", "purchase")


def _report_item(row: Row) -> TodoItem:
    what = ngettext(
        "%(how_many)d report for %(purchase)s is late",
        "%(how_many)d reports for %(purchase)s are late",
        row["how_many"],
    )
    why = _("Payment may wait for it.")
    return _item(row, NOW, "file-earmark-x", what % row, why, _("View late reports"), part="reports", due=row["due"])


@written_once
def _not_invoiced(area: int, partnerships: frozenset[int], month: date) -> QuerySet[Any, Any]:
    sent = InvoiceLine.objects.filter(delivery=OuterRef("pk"), is_live=True).exclude(invoice__status="draft")
    rows = ServiceDelivery.objects.filter(agreement__area=area, withdrawn_at=None, happened_on__lt=month)
    of_ours = rows.filter(~Exists(sent), **{f"{PROVIDER}__in": partnerships})
    return _by_agreement(of_ours, amount=Sum("amount"), first=Min("happened_on")).order_by("first", "purchase")


def _submit_item(row: Row) -> TodoItem:
    what = _("Submit an invoice for %(purchase)s") % row
    why = _("%(amount)s was delivered before this month and is on no submitted invoice.")
    return _item(row, SOON, "receipt", what, why % {"amount": money(row["amount"])}, _("View the ledger"))


# ---------------------------------------------------------------- The purchaser
@written_once
def _to_pay(area: int, partnerships: frozenset[int], today: date) -> QuerySet[Any, Any]:
    rows = Invoice.objects.filter(
        agreement__area=area, kind=Invoice.Kind.INVOICE, status=Invoice.Status.APPROVED, due_on__lte=today + PAY_SOON
    ).filter(**{f"{PURCHASER}__in": partnerships})
    return _by_agreement(rows, amount=Sum("total"), due=Min("due_on")).order_by("due", "purchase")


def _pay_item(today: date) -> Callable[[Row], TodoItem]:
    def item(row: Row) -> TodoItem:
        what = ngettext(
            "Pay %(how_many)d invoice of %(purchase)s", "Pay %(how_many)d invoices of %(purchase)s", row["how_many"]
        )
        why = _("%(amount)s in all.") % {"amount": money(row["amount"])}
        kind = NOW if row["due"] < today else SOON
        return _item(row, kind, "cash-stack", what % row, why, _("View the invoices"), part="invoices", due=row["due"])

    return item


def _bought(area: int, partnerships: frozenset[int]) -> QuerySet[Any, Any]:
    rows = Authorization.objects.filter(agreement__area=area, status=Authorization.Status.OPEN)
    return rows.filter(**{f"{PURCHASER}__in": partnerships})


@written_once
def _ending(area: int, partnerships: frozenset[int], today: date) -> QuerySet[Any, Any]:
    rows = _bought(area, partnerships).filter(last_on__lte=today + ENDS_SOON)
    return _by_agreement(rows, due=Min("last_on")).order_by("due", "purchase")


def _ending_item(today: date) -> Callable[[Row], TodoItem]:
    def item(row: Row) -> TodoItem:
        what = ngettext(
            "%(how_many)d authorization of %(purchase)s ends soon or has ended",
            "%(how_many)d authorizations of %(purchase)s end soon or have ended",
            row["how_many"],
        )
        why = _("Close it, or reissue what is left.")
        kind = NOW if row["due"] < today else SOON
        return _item(row, kind, "hourglass-split", what % row, why, _("Review the authorizations"), due=row["due"])

    return item


@written_once
def _used_up(area: int, partnerships: frozenset[int], today: date) -> QuerySet[Any, Any]:
    delivered = _sum(ServiceDelivery.objects.filter(withdrawn_at=None), "amount")
    units = _sum(ServiceDelivery.objects.filter(withdrawn_at=None), "units")
    allowed = F("amount") + _sum(CeilingException.objects.all(), "amount")
    rows = _bought(area, partnerships).filter(last_on__gte=today)
    gone = rows.annotate(delivered=delivered, delivered_units=units, allowed=allowed).filter(
        Q(delivered__gte=F("allowed")) | Q(units__isnull=False, delivered_units__gte=F("units"))
    )
    return _by_agreement(gone).order_by("purchase")


def _used_up_item(row: Row) -> TodoItem:
    what = ngettext(
        "%(how_many)d authorization of %(purchase)s is used up",
        "%(how_many)d authorizations of %(purchase)s are used up",
        row["how_many"],
    )
    why = _("Nothing more can be delivered. Amend or close it.")
    return _item(row, SOON, "battery", what % row, why, _("Review the authorizations"))


def _sum(rows: QuerySet, column: str) -> Any:
    grouped = rows.filter(authorization=OuterRef("pk")).order_by().values("authorization").annotate(sum=Sum(column))
    return Coalesce(Subquery(grouped.values("sum")), 0, output_field=MONEY)
