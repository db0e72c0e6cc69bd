"""Filters of the partners with services to confirm."""

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onestop.ui.lists import Filters
from partners.filters.services import SPANISH, has_spanish
from partners.models import Service

WHEN = [("never", _("Some never confirmed")), ("lapsed", _("Confirmed before"))]


class StaleFilters(Filters):
    """Filter by the partner's name, whether services were ever confirmed, and their Spanish texts."""

    q = django_filters.CharFilter(label=_("Partner or service"), method="search")
    confirmed = django_filters.ChoiceFilter(
        label=_("Confirmations"), empty_label=_("Any"), choices=WHEN, method="by_confirmation"
    )
    spanish = django_filters.ChoiceFilter(
        label=_("Spanish text"), empty_label=_("Any"), choices=SPANISH, method="by_spanish"
    )

    def search(self, queryset: Any, name: str, words: str) -> Any:
        """Keep partners whose name, services or people contain the words."""
        return queryset.matching(words.strip())

    def by_confirmation(self, queryset: Any, name: str, when: str) -> Any:
        """Keep partners with, or without, services that were never confirmed."""
        return queryset.filter(services_never__gt=0) if when == "never" else queryset.filter(services_never=0)

    def by_spanish(self, queryset: Any, name: str, code: str) -> Any:
        """Keep partners with a service whose Spanish text is missing, or behind, or not confirmed."""
        services = Service.objects.current().filter(has_spanish(code, timezone.localdate()))
        return queryset.filter(Exists(services.filter(partnership=OuterRef("pk"))))
