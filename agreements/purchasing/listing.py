"""The purchases of an area with their sums, as the list and the page of a partner show them: one query."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, DecimalField, ExpressionWrapper, F, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from agreements.models import (
    Authorization,
    CeilingException,
    DueReport,
    Invoice,
    InvoiceLine,
    ServiceDelivery,
)

MONEY: Any = DecimalField(max_digits=14, decimal_places=2)


def with_sums(agreements: QuerySet, today: date) -> QuerySet:
    """Annotate what the lists show of purchases; the sums are those of ``ledger_of``.

    ``authorized`` is without what was released by closing or canceling, so it is ``delivered`` plus ``left``.
    """
    of_open = {"authorization__status": Authorization.Status.OPEN}
    opened = _sum(Authorization.objects.filter(status=Authorization.Status.OPEN))
    excepted = _sum(CeilingException.objects.filter(**of_open))
    delivered = ServiceDelivery.objects.filter(withdrawn_at=None)
    live = InvoiceLine.objects.exclude(invoice__status__in=["draft", "rejected"])
    waiting = Invoice.objects.filter(status=Invoice.Status.SUBMITTED)
    late = DueReport.objects.filter(status__in=DueReport.OWED, due_on__lt=today)
    rows = agreements.annotate(
        delivered=_sum(delivered),
        approved=_sum(live.filter(invoice__status__in=Invoice.APPROVED_OR_PAID)),
        paid=_sum(live.filter(invoice__status=Invoice.Status.PAID)),
        left=_minus(opened + excepted, _sum(delivered.filter(**of_open))),
        waiting=_count(waiting),
        late=_count(late),
    )
    return rows.annotate(authorized=ExpressionWrapper(F("delivered") + F("left"), output_field=MONEY))


def _minus(one: Any, other: Any) -> Any:
    return ExpressionWrapper(one - other, output_field=MONEY)


def _sum(rows: QuerySet) -> Any:
    """Return the sum of the amounts of an agreement's rows; 0 without any."""
    grouped = rows.filter(agreement=OuterRef("pk")).order_by().values("agreement").annotate(sum=Sum("amount"))
    return Coalesce(Subquery(grouped.values("sum")), Decimal("0.00"), output_field=MONEY)


def _count(rows: QuerySet) -> Any:
    grouped = rows.filter(agreement=OuterRef("pk")).order_by().values("agreement").annotate(number=Count("pk"))
    return Coalesce(Subquery(grouped.values("number")), 0, output_field=IntegerField())
