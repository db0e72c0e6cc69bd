"""Filters of the list of projects."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from meetings.models import Goal, Project, ProjectPartner
from onestop.ui.lists import Filters
from partners.filters.partnerships import ArchivedFilter
from partners.models import LocalArea, Partnership

MOST_WORDS = 8


class ProjectFilters(Filters):
    """Filter the projects of an area."""

    q = django_filters.CharFilter(label=_("Name or purpose"), method="search")
    framework = django_filters.ChoiceFilter(
        label=_("Carried out"), empty_label=_("In any way"), choices=Project.Framework.choices
    )
    commitment = django_filters.ChoiceFilter(
        label=_("Commitment"), empty_label=_("Any"), choices=Partnership.Commitment.choices, method="with_commitment"
    )
    partner = django_filters.ChoiceFilter(label=_("Partner"), empty_label=_("Any partner"), method="of_partner")
    status = django_filters.ChoiceFilter(label=_("Status"), empty_label=_("Any status"), choices=Project.Status.choices)
    goal = django_filters.ChoiceFilter(label=_("Goal"), empty_label=_("Any goal"), method="for_goal")
    archived = ArchivedFilter()

    more = ("goal", "archived")

    def __init__(self, *args: Any, area: LocalArea, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        partners = Partnership.objects.current().filter(area=area).order_by(Lower("organization__name"), "pk")
        goals = Goal.objects.filter(projects__area=area).distinct().order_by("name", "pk")
        self.filters["partner"].extra["choices"] = list(partners.values_list("pk", "organization__name"))
        self.filters["goal"].extra["choices"] = list(goals.values_list("pk", "name"))

    def search(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Keep projects that contain each of the words."""
        for word in words.split()[:MOST_WORDS]:
            queryset = queryset.filter(Q(name__icontains=word) | Q(purpose__icontains=word))
        return queryset

    def with_commitment(self, queryset: QuerySet, name: str, code: str) -> QuerySet:
        """Keep projects in which some partner takes part so closely."""
        return queryset.filter(pk__in=ProjectPartner.objects.filter(commitment=code).values("project"))

    def of_partner(self, queryset: Any, name: str, pk: str) -> QuerySet:
        """Keep projects that a partner leads, or in which it takes part."""
        return queryset.of_partner(pk)

    def for_goal(self, queryset: QuerySet, name: str, pk: str) -> QuerySet:
        """Keep projects that serve a goal."""
        return queryset.filter(goal=pk)
