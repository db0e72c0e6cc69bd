"""The filters of words that people look for and do not find."""

from datetime import timedelta
from typing import Any

import django_filters
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onestop.ui.lists import Filters
from partners.models import SearchAnswer, UnansweredQuestion

TIMES = [("28", _("Last 4 weeks")), ("84", _("Last 12 weeks"))]
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
ANSWERS = [
    ("nobody", _("Nobody offers it")),
    ("done", _("Keyword or term added")),
    ("all", _("All, with and without an answer")),
]
AREAS = [("2", _("2 or more areas")), ("3", _("3 or more areas")), ("5", _("5 or more areas"))]


class UnansweredFilters(Filters):
    """Filter by words, time, what was found, language of the page, and what staff did."""

    q = django_filters.CharFilter(field_name="words", lookup_expr="icontains", label=_("Words"))
    since = django_filters.ChoiceFilter(
        label=_("Time"), empty_label=_("Last 12 months"), choices=TIMES, method="of_the_last_days"
    )
    kind = django_filters.ChoiceFilter(
        label=_("What was found"), empty_label=_("Any"), choices=UnansweredQuestion.Kind.choices
    )
    language = django_filters.ChoiceFilter(label=_("Language"), empty_label=_("Any language"), choices=LANGUAGES)
    answer = django_filters.ChoiceFilter(
        label=_("Answer"), empty_label=_("Without an answer"), choices=ANSWERS, method="by_answer"
    )

    def of_the_last_days(self, queryset: Any, name: str, days: str) -> Any:
        """Count only the last days."""
        return queryset.since(timezone.localdate() - timedelta(days=int(days) - 1))

    def by_answer(self, queryset: Any, name: str, answer: str) -> Any:
        """Keep words by the answer of staff; without a choice the list is of those that have none."""
        kinds = SearchAnswer.Kind
        if answer == "nobody":
            return queryset.answered(kinds.NOBODY)
        return queryset.answered(kinds.KEYWORD, kinds.TERM) if answer == "done" else queryset

    def filter_queryset(self, queryset: Any) -> Any:
        """Filter; without a choice of answers, leave out what staff have answered."""
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("answer") else found.open()


class StateUnansweredFilters(UnansweredFilters):
    """The same for a state, and by in how many areas the words were asked."""

    areas = django_filters.ChoiceFilter(
        label=_("Asked in"), empty_label=_("Any number of areas"), choices=AREAS, method="of_areas"
    )

    def of_areas(self, queryset: QuerySet, name: str, least: str) -> QuerySet:
        """Keep words that were asked in at least so many areas of the state."""
        same = UnansweredQuestion.objects.filter(words=OuterRef("words"), area__state=OuterRef("area__state"))
        number = same.order_by().values("words").annotate(number=Count("area", distinct=True)).values("number")
        return queryset.alias(areas_of_words=Subquery(number)).filter(areas_of_words__gte=int(least))
