"""What an inbox can be narrowed down by."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone

from onestop.lists import Filters
from onestop.notices import inbox
from onestop.notices.kinds import all_kinds

SHOWN = [("unread", "Unread"), ("snoozed", "Put off until later"), ("read", "Read")]


class InboxFilters(Filters):
    """The filters of a person's inbox."""

    q = django_filters.CharFilter(label="Words in it", method="search")
    shown = django_filters.ChoiceFilter(label="Show", empty_label="Everything", choices=SHOWN, method="as_shown")
    kind = django_filters.ChoiceFilter(label="What", empty_label="Anything")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["kind"].extra["choices"] = [(kind.code, kind.label) for kind in all_kinds() if kind.in_inbox]

    def search(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Narrow down to notices in which each of the words stands."""
        for word in words.split()[:8]:
            queryset = queryset.filter(Q(subject__icontains=word) | Q(text__icontains=word))
        return queryset

    def as_shown(self, queryset: QuerySet, name: str, code: str) -> QuerySet:
        """Narrow down by what the person has done with it."""
        now = timezone.now()
        if code == "read":
            return queryset.exclude(read_at=None)
        if code == "snoozed":
            return queryset.filter(snoozed_until__gt=now)
        return queryset.filter(pk__in=inbox.unread_of(self.request.user, at=now).values("pk"))
