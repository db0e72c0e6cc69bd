"""Filters of the list of practices."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from onestop.editing.typed_lists import said_in
from onestop.ui.lists import Filters
from partners.filters.partnerships import ArchivedFilter
from partners.models import LocalArea, Partnership, Practice, Program

ADOPTED = [("yes", _("Adopted by others")), ("no", _("Not adopted yet"))]


class PracticeFilters(Filters):
    """Filter the practices of an area."""

    q = django_filters.CharFilter(label=_("Search practices"), method="search")
    topic = django_filters.ChoiceFilter(label=_("Topic"), empty_label=_("Any topic"), method="about")
    program = django_filters.ChoiceFilter(label=_("Program"), empty_label=_("Any program"), method="of_program")
    partner = django_filters.ChoiceFilter(label=_("Partner"), empty_label=_("Any partner"), method="of_partner")
    adopted = django_filters.ChoiceFilter(
        label=_("Adopted by others"), empty_label=_("Any"), choices=ADOPTED, method="as_adopted"
    )
    archived = ArchivedFilter()

    more = ("archived",)

    def __init__(self, *args: Any, area: LocalArea, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = Practice.objects.current().filter(area=area)
        programs = Program.objects.filter(practice_links__practice__in=here).distinct().order_by("position")
        partners = Partnership.objects.current().filter(area=area).order_by(Lower("organization__name"), "pk")
        self.filters["topic"].extra["choices"] = [(topic, topic) for topic in said_in(here, "topics")]
        self.filters["program"].extra["choices"] = list(programs.values_list("code", "short_name"))
        self.filters["partner"].extra["choices"] = list(partners.values_list("pk", "organization__name"))

    def search(self, queryset: Any, name: str, words: str) -> QuerySet:
        """Keep practices that contain each of the words."""
        return queryset.matching(words)

    def about(self, queryset: QuerySet, name: str, topic: str) -> QuerySet:
        """Keep practices with a topic."""
        return queryset.filter(topics__contains=[topic])

    def of_program(self, queryset: QuerySet, name: str, code: str) -> QuerySet:
        """Keep practices about a program."""
        return queryset.filter(pk__in=Practice.objects.filter(program_links__program__code=code).values("pk"))

    def of_partner(self, queryset: Any, name: str, pk: str) -> QuerySet:
        """Keep practices in which a partner took part, or that it adopted."""
        return queryset.of_partner(pk)

    def as_adopted(self, queryset: QuerySet, name: str, answer: str) -> QuerySet:
        """Keep practices that others adopted, or that no one did."""
        return queryset.filter(adopted__gt=0) if answer == "yes" else queryset.filter(adopted=0)
