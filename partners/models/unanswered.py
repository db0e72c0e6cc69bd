"""What people look for in the directory and do not find, counted by day, without a trace of who asked."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.models.places import LocalArea
from partners.seats import seats_of


class UnansweredQuestionQuerySet(models.QuerySet):
    """Unanswered questions, by who may see them, and by day."""

    def visible_to(self, user: Any) -> Self:
        """Return those asked in areas where the user is staff; those asked nowhere in particular for operators."""
        seats = seats_of(user)
        return self if seats.everything else self.filter(area_id__in=seats.staff_area_ids)

    def since(self, day: date) -> Self:
        """Return those of a day and later."""
        return self.filter(day__gte=day)


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
