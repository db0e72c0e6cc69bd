"""Filters of the list of plans."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from meetings.models import SharedPlan
from onestop.ui.lists import Filters

ARCHIVED = [("archived", _("Archived"))]


class PlanFilters(Filters):
    """Filter plans by words, status, and whether they are archived."""

    q = django_filters.CharFilter(label=_("Plan or goal"), method="search")
    status = django_filters.ChoiceFilter(
        label=_("Status"), empty_label=_("Any status"), choices=SharedPlan.Status.choices
    )
    shown = django_filters.ChoiceFilter(
        label=_("Shown"), empty_label=_("Current"), choices=ARCHIVED, method="by_state", null_label=None
    )

    def search(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Keep plans with the words in their name, or in that of a goal."""
        of_goals = SharedPlan.objects.filter(goals__archived_at=None, goals__name__icontains=words)
        return queryset.filter(Q(name__icontains=words) | Q(pk__in=of_goals.values("pk")))

    def by_state(self, queryset: QuerySet, name: str, state: Any) -> QuerySet:
        """Keep archived plans."""
        return queryset.exclude(archived_at=None)

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Leave archived plans out unless they are asked for."""
        rows = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("shown") else rows.filter(archived_at=None)
