"""Filters of the list of trainings."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meetings.models import Training, TrainingTeacher
from onestop.ui.lists import Filters
from partners.models import LocalArea, Partnership, Program

COMING, PAST = "coming", "past"
WHEN = ((COMING, _("Coming")), (PAST, _("Past")))
MOST_WORDS = 8
SEARCHED = ("title", "training__topic", "training__learning", "training__for_whom", "training__teacher_name")


class TrainingFilters(Filters):
    """Filter trainings by words, by when they are, by program, and by who teaches."""

    q = django_filters.CharFilter(label=_("Topic or words"), method="search")
    when = django_filters.ChoiceFilter(label=_("When"), empty_label=_("Any time"), choices=WHEN, method="by_time")
    program = django_filters.ChoiceFilter(label=_("Program"), empty_label=_("Any program"), method="about")
    teacher = django_filters.ChoiceFilter(label=_("Taught by"), empty_label=_("Anyone"), method="taught_by")
    first = django_filters.DateFilter(label=_("From"), field_name="starts_at", lookup_expr="date__gte")
    last = django_filters.DateFilter(label=_("Until"), field_name="starts_at", lookup_expr="date__lte")

    more = ("first", "last")

    def __init__(self, *args: Any, area: LocalArea, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = Training.objects.of(area)
        programs = Program.objects.filter(training_links__training__in=here).distinct().order_by("position")
        teachers = Partnership.objects.filter(training_links__training__in=here).distinct()
        named = teachers.order_by(Lower("organization__name"), "pk").values_list(
            "pk", "organization__name", Lower("organization__name")
        )
        self.filters["program"].extra["choices"] = [
            (code, name) for code, name, _position in programs.values_list("code", "short_name", "position")
        ]
        self.filters["teacher"].extra["choices"] = [(pk, name) for pk, name, _order in named]

    def search(self, queryset: QuerySet, name: str, words: str) -> QuerySet:
        """Keep trainings with each of the words."""
        for word in words.split()[:MOST_WORDS]:
            found = Q()
            for column in SEARCHED:
                found |= Q(**{f"{column}__icontains": word})
            queryset = queryset.filter(found)
        return queryset

    def by_time(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Keep those to come, the next one first, or those that are over."""
        at = timezone.now()
        if value == COMING:
            return queryset.filter(ends_at__gt=at).order_by("starts_at", "pk")
        return queryset.filter(ends_at__lte=at)

    def about(self, queryset: QuerySet, name: str, code: str) -> QuerySet:
        """Keep trainings about a program."""
        found = Training.objects.filter(program_links__program__code=code)
        return queryset.filter(training__in=found.values("pk"))

    def taught_by(self, queryset: QuerySet, name: str, pk: str) -> QuerySet:
        """Keep trainings at which a partner teaches."""
        found = TrainingTeacher.objects.filter(partnership__pk=pk)
        return queryset.filter(training__in=found.values("training"))
