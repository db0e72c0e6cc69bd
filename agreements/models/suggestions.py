"""Wording that somebody suggests for a clause."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agreements.models.clauses import LONGEST_CLAUSE, Clause
from onestop.history.tracking import tracked


class SuggestionQuerySet(models.QuerySet):
    """Suggestions, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return the suggestions for clauses of agreements that the user sees."""
        return self.filter(clause__in=Clause.objects.visible_to(user).values("pk"))

    def open(self) -> Self:
        """Return suggestions without a decision."""
        return self.filter(status=Suggestion.Status.OPEN)


@tracked(parent="clause")
class Suggestion(models.Model):
    """Another text for a clause, with the reason; the clause stays as it is until the staff accept it."""

    class Status(models.TextChoices):
        OPEN = "open", _("Pending")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    clause = models.ForeignKey(Clause, models.CASCADE, related_name="suggestions")
    before = models.TextField(_("text when it was suggested"), blank=True, max_length=LONGEST_CLAUSE)
    text = models.TextField(_("suggested text"), max_length=LONGEST_CLAUSE)
    note = models.CharField(_("reason"), max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("suggested by"))
    at = models.DateTimeField(_("suggested"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True)

    objects = SuggestionQuerySet.as_manager()
    history_silent = ("at", "by", "before")

    class Meta:
        verbose_name = _("suggested wording")
        constraints = [
            models.CheckConstraint(
                condition=Q(status="open", decided_at=None, decided_by=None)
                | ~Q(status="open") & Q(decided_at__isnull=False, decided_by__isnull=False),
                name="suggestion_is_dated_when_decided",
            ),
            models.CheckConstraint(
                condition=~Q(status="declined") | ~Q(answer=""), name="suggestion_is_declined_with_a_reason"
            ),
            models.UniqueConstraint(
                fields=["clause", "by"], condition=Q(status="open"), name="person_suggests_once_for_a_clause"
            ),
        ]

    def __str__(self) -> str:
        return self.note

    def get_absolute_url(self) -> str:
        """Return the address of the clause on the page of its agreement."""
        return self.clause.get_absolute_url()
