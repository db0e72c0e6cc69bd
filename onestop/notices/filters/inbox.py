"""The filters of the inbox."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onestop.notices.inbox import State
from onestop.notices.notice_types import all_notice_types
from onestop.ui.lists import Filters

SHOWN = [(state.value, state.label) for state in (State.UNREAD, State.LATER, State.READ)]


class InboxFilters(Filters):
    """The filters of a user's inbox."""

    q = django_filters.CharFilter(label=_("Search"), method="search")
    shown = django_filters.ChoiceFilter(label=_("Show"), empty_label=_("All"), choices=SHOWN, method="as_shown")
    kind = django_filters.ChoiceFilter(label=_("Type"), empty_label=_("All types"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [kind for kind in all_notice_types() if kind.in_inbox and kind.is_for(self.request.user)]
        self.filters["kind"].extra["choices"] = [(kind.code, kind.label) for kind in kinds]

    def search(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Filter notices that contain each of the words."""
        for word in words.split()[:8]:
            queryset = queryset.filter(Q(subject__icontains=word) | Q(text__icontains=word) | Q(why__icontains=word))
        return queryset

    def as_shown(self, queryset: QuerySet, name: str, code: str) -> QuerySet:
        """Filter by state."""
        now = timezone.now()
        if code == State.READ:
            return queryset.exclude(read_at=None)
        narrowed: QuerySet = queryset.put_off(now) if code == State.LATER else queryset.unread(now)  # type: ignore[attr-defined]
        return narrowed
