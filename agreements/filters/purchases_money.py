"""Filters of deliveries, reports and invoices of a purchase."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agreements.models import Agreement, DueReport, Invoice
from agreements.purchasing.looks import DELIVERIES, FREE, LATE, REPORTS, WITHDRAWN
from onestop.ui.lists import Filters


class _OfAgreement(Filters):
    """Filters that offer the authorizations of an agreement."""

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = agreement.authorizations.order_by("number")
        self.filters["authorization"].extra["choices"] = list(rows.values_list("pk", "number"))


class DeliveryFilters(_OfAgreement):
    """Filter deliveries. Needs with_invoices."""

    authorization = django_filters.ChoiceFilter(label=_("Authorization"), empty_label=_("Any authorization"))
    state = django_filters.ChoiceFilter(
        label=_("State"), empty_label=_("Any state"), method="stands",
        choices=[(look.code, look.word) for look in DELIVERIES.values()],
    )  # fmt: skip
    first = django_filters.DateFilter(label=_("From"), field_name="happened_on", lookup_expr="gte")
    last = django_filters.DateFilter(label=_("Until"), field_name="happened_on", lookup_expr="lte")

    def stands(self, queryset: QuerySet, name: str, state: str) -> QuerySet:
        """Keep deliveries in a state."""
        if state == WITHDRAWN:
            return queryset.filter(withdrawn_at__isnull=False)
        return queryset.filter(withdrawn_at=None, invoice_status=None if state == FREE else state)


class ReportFilters(_OfAgreement):
    """Filter reports."""

    authorization = django_filters.ChoiceFilter(label=_("Authorization"), empty_label=_("Any authorization"))
    state = django_filters.ChoiceFilter(
        label=_("State"), empty_label=_("Any state"), method="stands",
        choices=[(look.code, look.word) for look in REPORTS.values()],
    )  # fmt: skip

    def stands(self, queryset: QuerySet, name: str, state: str) -> QuerySet:
        """Keep reports in a state."""
        if state == LATE:
            return queryset.filter(status__in=DueReport.OWED, due_on__lt=timezone.localdate())
        return queryset.filter(status=state)


class InvoiceFilters(Filters):
    """Filter invoices and credit notes."""

    q = django_filters.CharFilter(label=_("Number"), method="search")
    status = django_filters.ChoiceFilter(label=_("Status"), empty_label=_("Any status"), choices=Invoice.Status.choices)
    kind = django_filters.ChoiceFilter(label=_("Kind"), empty_label=_("Any kind"), choices=Invoice.Kind.choices)

    def search(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Keep invoices whose number, note or payment reference contains the words."""
        found = Q(number__icontains=words) | Q(note__icontains=words) | Q(payment_reference__icontains=words)
        return queryset.filter(found)
