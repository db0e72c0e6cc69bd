"""Filters of the partners with services to confirm."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from onestop.ui.lists import Filters

WHEN = [("never", _("Some never confirmed")), ("lapsed", _("Confirmed before"))]


class StaleFilters(Filters):
    """Filter by the partner's name, and by whether services were ever confirmed."""

    q = django_filters.CharFilter(label=_("Partner or service"), method="search")
    confirmed = django_filters.ChoiceFilter(
        label=_("Confirmations"), empty_label=_("Any"), choices=WHEN, method="by_confirmation"
    )

    def search(self, queryset: Any, name: str, words: str) -> Any:
        """Keep partners whose name, services or people contain the words."""
        return queryset.matching(words.strip())

    def by_confirmation(self, queryset: Any, name: str, when: str) -> Any:
        """Keep partners with, or without, services that were never confirmed."""
        return queryset.filter(services_never__gt=0) if when == "never" else queryset.filter(services_never=0)
