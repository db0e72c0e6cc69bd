"""Filters of the list of groups."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from meetings.models import Group, GroupMember
from onestop.ui.lists import Filters

ARCHIVED = [("archived", _("Archived"))]


class GroupFilters(Filters):
    """Filter the groups of an area."""

    q = django_filters.CharFilter(label=_("Group or member"), method="search")
    kind = django_filters.ChoiceFilter(label=_("Kind"), empty_label=_("Any kind"), choices=Group.Kind.choices)
    shown = django_filters.ChoiceFilter(
        label=_("Shown"), empty_label=_("Current"), choices=ARCHIVED, method="by_state", null_label=None
    )

    def search(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Keep groups whose name or a member's name contains the words."""
        members = GroupMember.objects.current().filter(name__icontains=words)
        return queryset.filter(name__icontains=words) | queryset.filter(pk__in=members.values("group"))

    def by_state(self, queryset: QuerySet, name: str, state: Any) -> QuerySet:
        """Keep archived groups."""
        return queryset.exclude(archived_at=None)

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Leave archived groups out unless they are asked for."""
        rows = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("shown") else rows.filter(archived_at=None)
