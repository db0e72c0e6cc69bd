"""Filters of the list of responsibilities."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce, Lower
from django.utils.translation import gettext_lazy as _

from agreements.models import Promise
from agreements.models.promises import PromiseQuerySet
from agreements.responsibilities.drift import State
from onestop.ops.request_numbers import whole_number
from onestop.ui.lists import Filters


class ResponsibilityFilters(Filters):
    """Filter what the parties owe. The rows have their ``state``; choices are of ``owed``, all rows of the list."""

    q = django_filters.CharFilter(label=_("Promise or party"), method="search")
    state = django_filters.ChoiceFilter(label=_("State"), empty_label=_("Any state"), choices=State.choices)
    party = django_filters.ChoiceFilter(label=_("Party"), empty_label=_("Any party"), method="of_party")
    kind = django_filters.ChoiceFilter(label=_("Kind"), empty_label=_("Any kind"), choices=Promise.Kind.choices)
    agreement = django_filters.ChoiceFilter(
        label=_("Agreement"), empty_label=_("Any agreement"), field_name="agreement_id"
    )

    def __init__(self, *args: Any, owed: PromiseQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = Lower(Coalesce("party__partnership__organization__name", "party__name"))
        parties = owed.order_by(name).values_list(
            "party__partnership", "party__partnership__organization__name", "party__name"
        )
        # A partner is a party of several agreements, each time as another row; other bodies have nothing but a name.
        named = {str(partner or body): organization or body for partner, organization, body in parties}
        self.filters["party"].extra["choices"] = list(named.items())
        agreements = owed.order_by("agreement__number").values_list("agreement", "agreement__number")
        self.filters["agreement"].extra["choices"] = list(agreements.distinct())

    def search(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Keep promises that contain each of the words."""
        for word in words.split():
            queryset = queryset.filter(
                Q(text__icontains=word)
                | Q(service__name__icontains=word)
                | Q(center__name__icontains=word)
                | Q(party__name__icontains=word)
                | Q(party__partnership__organization__name__icontains=word)
            )
        return queryset

    def of_party(self, queryset: QuerySet, name: str, party: str) -> QuerySet:
        """Keep promises of a partner, or of another body by its name."""
        if partner := whole_number(party):
            return queryset.filter(party__partnership=partner)
        return queryset.filter(party__name=party)
