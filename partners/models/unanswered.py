"""What people look for in the directory and do not find, counted by day, without a trace of who asked."""

from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, Max, OuterRef, Q, Subquery, Sum, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy as _

from onestop.history.tracking import tracked
from partners.models.places import LocalArea
from partners.models.services import Service
from partners.seats import seats_of


class UnansweredQuestionQuerySet(models.QuerySet):
    """Unanswered questions, by who may see them, and by day."""

    def visible_to(self, user: Any) -> Self:
        """Return those of areas where the user is staff, or of the user's state; of no area for operators only."""
        seats = seats_of(user)
        if seats.everything:
            return self
        return self.filter(Q(area_id__in=seats.staff_area_ids) | Q(area__state_id__in=seats.state_ids))

    def since(self, day: date) -> Self:
        """Return those of a day and later."""
        return self.filter(day__gte=day)

    def open(self) -> Self:
        """Return those that staff have not answered, or that were asked in vain again after they had."""
        answers = SearchAnswer.objects.filter(area=OuterRef("area"), words=OuterRef("words"))
        nobody = Q(kind=SearchAnswer.Kind.NOBODY)
        return self.exclude(Exists(answers.filter(nobody | Q(answered_on__gte=OuterRef("day")))))

    def answered(self, *kinds: str) -> Self:
        """Return those to whose words staff have given an answer of one of these kinds."""
        answers = SearchAnswer.objects.filter(area=OuterRef("area"), words=OuterRef("words"), kind__in=kinds)
        return self.filter(Exists(answers))

    def one_for_words(self) -> Self:
        """Return the last row of the same words, with how often (``times``) and when (``last_day``) they were asked.

        Filters that come later filter the days and areas that are counted.
        """
        same: dict[str, Any] = {"partition_by": [F("words")]}
        return self.annotate(
            times=Window(Sum("number"), **same),
            last_day=Window(Max("day"), **same),
            place=Window(RowNumber(), **same, order_by=[F("day").desc(), F("pk").desc()]),
        ).filter(place=1)

    def with_answers(self) -> Self:
        """Annotate each row with the kind of answer that staff gave to its words (``answer_kind``)."""
        answers = SearchAnswer.objects.filter(area=OuterRef("area"), words=OuterRef("words"))
        return self.annotate(answer_kind=Subquery(answers.values("kind")[:1]))


class UnansweredQuestion(models.Model):
    """Words that were typed on a day in an area (or nowhere in particular), and how often nothing good was found.

    It has no person, no address and no time of day: a number is all that is kept.
    """

    class Kind(models.TextChoices):
        NOTHING = "nothing", _("Nothing was found")
        PARTLY = "partly", _("Only services with some of the words")

    day = models.DateField()
    area = models.ForeignKey(LocalArea, models.CASCADE, null=True, related_name="unanswered_questions")
    words = models.CharField(max_length=80, help_text=_("In lower case, without accents and small words."))
    language = models.CharField(max_length=10, default="en", help_text=_("Of the page."))
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.NOTHING)
    number = models.PositiveIntegerField(_("times asked"), default=1)

    objects = UnansweredQuestionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["area", "day", "words", "language", "kind"],
                nulls_distinct=False,
                name="unanswered_question_is_counted_once_a_day",
            ),
        ]

    def __str__(self) -> str:
        return self.words


@tracked()
class SearchAnswer(models.Model):
    """What the staff of an area did about words that people look for and do not find.

    Words that got a keyword or a term are listed again if they are asked in vain on a later day. Words for which the
    area has nobody stay hidden, until staff undo it.
    """

    class Kind(models.TextChoices):
        KEYWORD = "keyword", _("Keyword of a service")
        TERM = "term", _("Glossary term")
        NOBODY = "nobody", _("Nobody offers it")

    area = models.ForeignKey(LocalArea, models.PROTECT, related_name="search_answers")
    words = models.CharField(_("words"), max_length=80)
    kind = models.CharField(_("answer"), max_length=10, choices=Kind)
    service = models.ForeignKey(Service, models.PROTECT, null=True, blank=True, related_name="search_answers")
    note = models.CharField(_("note"), max_length=300, blank=True)
    answered_on = models.DateField(_("answered on"))
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area", "words"], name="search_is_answered_once_in_its_area"),
            models.CheckConstraint(
                condition=Q(kind="keyword", service__isnull=False) | (~Q(kind="keyword") & Q(service=None)),
                name="search_answer_by_keyword_names_the_service",
            ),
        ]

    def __str__(self) -> str:
        return self.words
