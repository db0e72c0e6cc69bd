"""The filters of incoming mail."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from onestop.notices.models import InboundMail
from onestop.ui.lists import Filters

SHOWN = [
    ("unread", _("Not read")),
    ("done", _("Done")),
    ("automatic", _("Automatic replies")),
]


class InboundFilters(Filters):
    """The filters of incoming mail."""

    q = django_filters.CharFilter(label=_("Search in subjects and senders"), method="search")
    shown = django_filters.ChoiceFilter(label=_("Show"), empty_label=_("All"), choices=SHOWN, method="as_shown")

    def search(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Filter mail whose subject or sender contains each of the words."""
        for word in words.split()[:8]:
            hits = Q(subject__icontains=word) | Q(sender__icontains=word) | Q(sender_name__icontains=word)
            queryset = queryset.filter(hits)
        return queryset

    def as_shown(self, queryset: QuerySet, name: str, code: str) -> QuerySet:
        """Filter by what became of it."""
        if code == "automatic":
            return queryset.filter(is_automatic=True)
        if code == "done":
            return queryset.filter(state=InboundMail.State.DONE)
        narrowed: QuerySet = queryset.unread()  # type: ignore[attr-defined]
        return narrowed
