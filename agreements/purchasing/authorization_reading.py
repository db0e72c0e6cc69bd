"""Read authorizations: what was delivered and approved under each, what is left, and how each stands on a day."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    CharField,
    DecimalField,
    ExpressionWrapper,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from agreements.models import Authorization, CeilingException, Invoice, InvoiceLine, ServiceDelivery

NUMBER: DecimalField = DecimalField(max_digits=14, decimal_places=2)  # dollars or units
ENDS_SOON = timedelta(days=30)
Status = Authorization.Status
OPEN, SOON, TO_COME, ENDED, USED_UP = "open", "soon", "to_come", "ended", "used_up"
STATES: list[tuple[str, str | Promise]] = [
    (OPEN, gettext_lazy("Open")),
    (SOON, gettext_lazy("Ends within 30 days")),
    (TO_COME, gettext_lazy("Not begun")),
    (USED_UP, gettext_lazy("Used up")),
    (ENDED, gettext_lazy("Ended, not closed")),
    (str(Status.CLOSED.value), Status.CLOSED.label),
    (str(Status.CANCELED.value), Status.CANCELED.label),
]


@dataclass(frozen=True)
class Standing:
    """How an authorization stands on a day, as a chip: a code of ``STATES``, its kind, word and icon."""

    code: str
    kind: str
    word: str | Promise
    icon: str = ""


LOOKS = {
    OPEN: Standing(OPEN, "good", gettext_lazy("Open")),
    SOON: Standing(SOON, "soon", gettext_lazy("Ends soon")),
    TO_COME: Standing(TO_COME, "way", gettext_lazy("Not begun"), "clock"),
    ENDED: Standing(ENDED, "soon", gettext_lazy("Ended, not closed"), "exclamation-triangle"),
    USED_UP: Standing(USED_UP, "soon", gettext_lazy("Used up"), "exclamation-triangle"),
    str(Status.CLOSED.value): Standing("closed", "rest", Status.CLOSED.label, "check-lg"),
    str(Status.CANCELED.value): Standing("canceled", "rest", Status.CANCELED.label, "slash-circle"),
}


def _of_each(rows: QuerySet[Any], what: str, aggregate: Any) -> Subquery:
    one = rows.filter(authorization=OuterRef("pk")).order_by().values("authorization")
    return Subquery(one.annotate(found=aggregate(what)).values("found"))


def _sum(rows: QuerySet[Any], what: str) -> Coalesce:
    return Coalesce(_of_each(rows, what, Sum), Value(Decimal(0)), output_field=NUMBER)


def with_delivered(rows: "QuerySet[Authorization]") -> "QuerySet[Authorization]":
    """Annotate ``delivered_units``, ``delivered_amount``, ``approved_amount`` and ``last_delivered_on`` of each.

    Amounts are dollars. What was withdrawn does not count, and corrections reduce what was delivered. ``left_amount``
    is what is not delivered, recorded exceptions included.
    """
    delivered = ServiceDelivery.objects.filter(withdrawn_at=None)
    approved = InvoiceLine.objects.filter(invoice__status__in=Invoice.APPROVED_OR_PAID)
    return rows.annotate(
        delivered_units=_sum(delivered, "units"),
        delivered_amount=_sum(delivered, "amount"),
        approved_amount=_sum(approved, "amount"),
        last_delivered_on=_of_each(delivered.filter(units__gt=0), "happened_on", Max),
        excepted_amount=_sum(CeilingException.objects.all(), "amount"),
    ).annotate(left_amount=ExpressionWrapper(F("amount") + F("excepted_amount") - F("delivered_amount"), NUMBER))


def with_state(rows: "QuerySet[Authorization]", today: date) -> "QuerySet[Authorization]":
    """Annotate ``state``, a code of ``STATES``, on rows ``with_delivered``."""
    cases = [
        When(~Q(status=Status.OPEN), then=F("status")),
        When(left_amount__lte=0, then=Value(USED_UP)),
        When(last_on__lt=today, then=Value(ENDED)),
        When(first_on__gt=today, then=Value(TO_COME)),
        When(last_on__lte=today + ENDS_SOON, then=Value(SOON)),
    ]
    return rows.annotate(state=Case(*cases, default=Value(OPEN), output_field=CharField()))


def standing_of(state: str) -> Standing:
    """Return how a state looks as a chip."""
    return LOOKS[state]


def read(rows: "QuerySet[Authorization]", pk: int, today: date) -> Any:
    """Return one authorization of these rows with what was delivered, what is left, and its state."""
    return with_state(with_delivered(rows), today).get(pk=pk)
