"""Filters of the glossary."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from onestop.ui.lists import Filters
from partners.filters.partnerships import ArchivedFilter
from partners.models import LocalArea, Partnership, Program, Term, Usage

STATES = [
    ("open", _("Any pending approval")),
    ("approved", _("Approved")),
    ("changed", _("Approved, change pending")),
    ("waiting", _("New, pending approval")),
    ("sent_back", _("Sent back")),
]


class TermFilters(Filters):
    """Filter the terms of an area."""

    q = django_filters.CharFilter(label=_("Search terms and definitions"), method="search")
    state = django_filters.ChoiceFilter(label=_("Status"), empty_label=_("Any"), choices=STATES, method="in_state")
    system = django_filters.ChoiceFilter(label=_("Used by"), empty_label=_("Anyone"), method="said_by")
    letter = django_filters.CharFilter(
        label=_("Begins with"), max_length=1, lookup_expr="istartswith", field_name="name"
    )
    archived = ArchivedFilter()

    more = ("letter", "archived")

    def __init__(self, *args: Any, area: LocalArea, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        usages = Usage.objects.filter(term__area=area)
        partners = Partnership.objects.filter(pk__in=usages.values("partnership")).order_by(Lower("organization__name"))
        programs = Program.objects.filter(pk__in=usages.values("program")).order_by("position")
        others = usages.exclude(system="").order_by(Lower("system")).values_list("system", flat=True)
        self.filters["system"].extra["choices"] = [
            *((f"partner-{pk}", name) for pk, name in partners.values_list("pk", "organization__name")),
            *((f"program-{pk}", name) for pk, name in programs.values_list("pk", "short_name")),
            *((f"system-{name}", name) for name in dict.fromkeys(others)),
        ]

    def search(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Keep terms that contain each of the words, also in usages."""
        for word in words.split()[:8]:
            used = Usage.objects.filter(Q(wording__icontains=word) | Q(meaning__icontains=word)).values("term")
            own = Q(name__icontains=word) | Q(abbreviation__icontains=word) | Q(definition__icontains=word)
            queryset = queryset.filter(own | Q(agreed_name__icontains=word) | Q(pk__in=used))
        return queryset

    def in_state(self, queryset: QuerySet, name: str, state: str) -> QuerySet:
        """Keep terms with a status."""
        draft = queryset.filter(status=Term.Status.DRAFT)
        if state == "approved":
            return queryset.filter(status=Term.Status.APPROVED)
        if state == "sent_back":
            return draft.exclude(sent_back_because="")
        waiting = draft.filter(sent_back_because="")
        if state == "open":
            return waiting
        return waiting.exclude(approved_at=None) if state == "changed" else waiting.filter(approved_at=None)

    def said_by(self, queryset: QuerySet, name: str, whose: str) -> QuerySet:
        """Keep terms with a usage of a partner, a program or another system."""
        kind, _dash, which = whose.partition("-")
        column = {"partner": "partnership", "program": "program", "system": "system"}[kind]
        return queryset.filter(pk__in=Usage.objects.filter(**{column: which}).values("term"))
