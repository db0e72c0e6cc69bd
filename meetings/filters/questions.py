"""Filters of the list of questions."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meetings.models import Question
from onestop.ui.lists import Filters
from partners.models import LocalArea, Partnership, Program

OPEN, OVERDUE, MINE, FOR_ME = "open", "overdue", "mine", "for_me"
STATES = (
    (OPEN, _("Open")),
    (OVERDUE, _("Overdue")),
    (Question.Status.REPLIED, Question.Status.REPLIED.label),
    (Question.Status.ANSWERED, Question.Status.ANSWERED.label),
    (Question.Status.WITHDRAWN, Question.Status.WITHDRAWN.label),
)
WHOSE = ((MINE, _("Asked by my organization")), (FOR_ME, _("Asked of my organization")))


class QuestionFilters(Filters):
    """Filter the questions of an area by words, state, whose they are, partner and program."""

    q = django_filters.CharFilter(label=_("Search questions and answers"), method="search")
    state = django_filters.ChoiceFilter(label=_("State"), empty_label=_("Any state"), choices=STATES, method="by_state")
    whose = django_filters.ChoiceFilter(label=_("Whose"), empty_label=_("All"), choices=WHOSE, method="of_whom")
    partner = django_filters.ChoiceFilter(label=_("Partner"), empty_label=_("Any partner"), method="of_partner")
    program = django_filters.ChoiceFilter(label=_("Program"), empty_label=_("Any program"), method="of_program")

    def __init__(self, *args: Any, area: LocalArea, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user = self.request.user if self.request else None
        here = Question.objects.visible_to(user).filter(area=area).order_by()
        concerned = Q(pk__in=here.values("asker")) | Q(pk__in=here.values("to_partnership"))
        partners = Partnership.objects.filter(concerned).order_by(Lower("organization__name"), "pk")
        programs = Program.objects.filter(question_links__question__in=here.values("pk")).distinct()
        self.filters["partner"].extra["choices"] = list(partners.values_list("pk", "organization__name"))
        self.filters["program"].extra["choices"] = list(programs.order_by("position").values_list("code", "short_name"))

    def search(self, queryset: Any, name: str, words: str) -> QuerySet:
        """Keep questions with each of the words."""
        found: QuerySet = queryset.matching(words)
        return found

    def by_state(self, queryset: Any, name: str, state: str) -> QuerySet:
        """Keep questions in a state."""
        kept = {OPEN: queryset.open(), OVERDUE: queryset.overdue(timezone.localdate())}
        found: QuerySet = kept[state] if state in kept else queryset.filter(status=state)
        return found

    def of_whom(self, queryset: Any, name: str, whose: str) -> QuerySet:
        """Keep what the person's organizations asked, or what they are asked."""
        user = self.request.user if self.request else None
        found: QuerySet = queryset.asked_by(user) if whose == MINE else queryset.asked_of(user)
        return found

    def of_partner(self, queryset: QuerySet, name: str, pk: Any) -> QuerySet:
        """Keep questions that a partner asked, or is asked."""
        return queryset.filter(Q(asker=pk) | Q(to_partnership=pk))

    def of_program(self, queryset: QuerySet, name: str, code: str) -> QuerySet:
        """Keep questions about a program."""
        return queryset.filter(pk__in=Question.objects.filter(program_links__program__code=code).values("pk"))
