"""Filters of the resource map."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from meetings.models import Need
from meetings.needs.resource_map import CHIPS, ORDER, current_answers
from onestop.ops.request_numbers import whole_number
from onestop.ui.lists import Filters
from partners.models import LocalArea, Service

PROGRAM, SOURCE = "program-", "source-"


class NeedFilters(Filters):
    """Filter the needs of an area by words, state, kind, group, funding source and partner."""

    q = django_filters.CharFilter(label=_("Search needs"), method="search")
    state = django_filters.ChoiceFilter(
        label=_("State"), empty_label=_("Any state"), choices=[(key, CHIPS[key][1]) for key in ORDER],
        method="keep_all",
    )  # fmt: skip
    kind = django_filters.ChoiceFilter(label=_("Kind"), empty_label=_("Any kind"), choices=Need.Kind.choices)
    group = django_filters.ChoiceFilter(
        label=_("Group served"), empty_label=_("Any group"), choices=Service.Group.choices, field_name="groups_served"
    )
    funding = django_filters.ChoiceFilter(label=_("Funding source"), empty_label=_("Any source"), method="paid_from")
    partner = django_filters.ChoiceFilter(label=_("Partner"), empty_label=_("Any partner"), method="met_by")

    def __init__(self, *args: Any, area: LocalArea, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = current_answers().filter(need__area=area, need__archived_at=None).order_by()
        found = list(
            here.values_list(
                "program", "program__short_name", "source", "partnership", "partnership__organization__name"
            )
        )
        programs = {f"{PROGRAM}{pk}": name for pk, name, *_rest in found if pk}
        sources = {f"{SOURCE}{source.casefold()}": source for _pk, _name, source, *_rest in found if source}
        partners = {pk: name for *_rest, pk, name in found}
        self.filters["funding"].extra["choices"] = _by_name(programs) + _by_name(sources)
        self.filters["partner"].extra["choices"] = _by_name(partners)

    @property
    def states(self) -> list[str]:
        """The states that are asked for; they are known only once the map is read."""
        state = self.form.cleaned_data.get("state") if self.form.is_valid() else ""
        return [state] if state else []

    def search(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Keep needs with each of the words, also in what partners say of them."""
        for word in words.split():
            said = current_answers().filter(
                Q(note__icontains=word) | Q(source__icontains=word)
                | Q(partnership__organization__name__icontains=word)
            )  # fmt: skip
            queryset = queryset.filter(
                Q(name__icontains=word) | Q(note__icontains=word) | Q(pk__in=said.order_by().values("need"))
            )
        return queryset

    def keep_all(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Keep all needs: their state is computed when the map is read."""
        return queryset

    def paid_from(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Keep needs that are met from a program or another source."""
        if value.startswith(PROGRAM):
            paid = current_answers().filter(program=whole_number(value.removeprefix(PROGRAM)))
        else:
            paid = current_answers().annotate(name=Lower("source")).filter(name=value.removeprefix(SOURCE))
        return queryset.filter(pk__in=paid.order_by().values("need"))

    def met_by(self, queryset: QuerySet, name: str, pk: Any) -> QuerySet:
        """Keep needs that a partner meets."""
        return queryset.filter(pk__in=current_answers().filter(partnership=pk).order_by().values("need"))


def _by_name(choices: dict[Any, str]) -> list[tuple[Any, str]]:
    return sorted(choices.items(), key=lambda choice: choice[1].casefold())
