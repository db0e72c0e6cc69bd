"""Filters of the list of authorizations."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from agreements.models import Agreement
from agreements.purchasing.authorization_reading import STATES
from onestop.ui.lists import Filters


class AuthorizationFilters(Filters):
    """Filter the authorizations of an agreement. The rows have their ``state``."""

    q = django_filters.CharFilter(label=_("Number or reference"), method="search")
    state = django_filters.ChoiceFilter(label=_("State"), empty_label=_("Any state"), choices=STATES)
    line = django_filters.ChoiceFilter(label=_("Service"), empty_label=_("Any service"), field_name="line_id")

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines = agreement.service_lines.order_by("position", "pk")
        self.filters["line"].extra["choices"] = [(str(line.pk), str(line)) for line in lines]

    def search(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Keep authorizations that contain each of the words."""
        for word in words.split():
            queryset = queryset.filter(Q(number__icontains=word) | Q(reference__icontains=word))
        return queryset
