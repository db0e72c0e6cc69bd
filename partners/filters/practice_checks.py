"""Filters of the list of quality checks."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onestop.ui.lists import Filters
from partners.models import AdoptionCheck, LocalArea, Partnership
from partners.practices import checked
from partners.seats import seats_of

STATES = (
    (checked.DUE, _("Due")),
    (checked.PLANNED, _("Planned for later")),
    (checked.NONE, _("No further check planned")),
)
MINE = "mine"


class CheckFilters(Filters):
    """Filter adopted practices by words, by when they are checked, by their last check, and by partner."""

    q = django_filters.CharFilter(label=_("Practice or partner"), method="search")
    state = django_filters.ChoiceFilter(label=_("Next check"), empty_label=_("Any"), choices=STATES, method="by_state")
    whose = django_filters.ChoiceFilter(
        label=_("Whose"), empty_label=_("All partners"), choices=[(MINE, _("My organization's"))], method="of_whom"
    )
    partner = django_filters.ChoiceFilter(label=_("Partner"), empty_label=_("Any partner"), field_name="partnership")
    result = django_filters.ChoiceFilter(
        label=_("Last check"), empty_label=_("Any result"), choices=AdoptionCheck.Result.choices,
        field_name="last_result",
    )  # fmt: skip
    helps = django_filters.ChoiceFilter(
        label=_("Helps"), empty_label=_("Any"), choices=AdoptionCheck.Helps.choices, field_name="last_helps"
    )

    def __init__(self, *args: Any, area: LocalArea, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        partners = Partnership.objects.filter(adoptions__practice__area=area).distinct()
        named = partners.order_by(Lower("organization__name"), "pk").values_list(
            "pk", "organization__name", Lower("organization__name")
        )
        self.filters["partner"].extra["choices"] = [(pk, name) for pk, name, _order in named]

    def search(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Keep adoptions with each of the words in the practice or the partner."""
        for word in words.split():
            by_partner = Q(partnership__organization__name__icontains=word)
            queryset = queryset.filter(Q(practice__title__icontains=word) | by_partner)
        return queryset

    def by_state(self, queryset: Any, name: str, state: str) -> QuerySet:
        """Keep what is due, planned for later, or not planned."""
        found: QuerySet = checked.in_state(queryset, state, timezone.localdate())
        return found

    def of_whom(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Keep what the partners of the person adopted."""
        user = self.request.user if self.request else None
        return queryset.filter(partnership__in=seats_of(user).partnership_ids)
