"""What a list of practices can be narrowed down by."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.db.models.functions import Lower

from onestop.editing.typed_lists import said_in
from onestop.ui.lists import Filters
from partners.filters.partnerships import ArchivedFilter
from partners.models import LocalArea, Partnership, Practice, Program

ADOPTED = [("yes", "Others do it too"), ("no", "Nobody else yet")]


class PracticeFilters(Filters):
    """The filters of an area's practices."""

    q = django_filters.CharFilter(label="A word in it", method="search")
    topic = django_filters.ChoiceFilter(label="Topic", empty_label="Any topic", method="about")
    program = django_filters.ChoiceFilter(label="Program", empty_label="Any program", method="of_program")
    partner = django_filters.ChoiceFilter(label="Partner", empty_label="Any partner", method="of_partner")
    adopted = django_filters.ChoiceFilter(
        label="Done by others", empty_label="Any", choices=ADOPTED, method="as_adopted"
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
        """Narrow down to practices in which each of the words stands somewhere."""
        return queryset.matching(words)

    def about(self, queryset: QuerySet, name: str, topic: str) -> QuerySet:
        """Narrow down to a topic."""
        return queryset.filter(topics__contains=[topic])

    def of_program(self, queryset: QuerySet, name: str, code: str) -> QuerySet:
        """Narrow down to what is about a program."""
        return queryset.filter(pk__in=Practice.objects.filter(program_links__program__code=code).values("pk"))

    def of_partner(self, queryset: Any, name: str, pk: str) -> QuerySet:
        """Narrow down to what a partner took part in, or has taken over."""
        return queryset.of_partner(pk)

    def as_adopted(self, queryset: QuerySet, name: str, answer: str) -> QuerySet:
        """Narrow down to what others do too, or nobody yet."""
        return queryset.filter(adopted__gt=0) if answer == "yes" else queryset.filter(adopted=0)
