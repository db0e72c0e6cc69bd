"""Reviews of agreements, which move the date of the next one."""

from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agreements.models.agreements import Agreement
from onestop.editing.archiving import Archivable, ArchivedQuerySet
from onestop.history.tracking import tracked
from onestop.ui.presentation import shortday

LONGEST_PERIOD = timedelta(days=3 * 366)  # the verb holds the 3 years to the day


class ReviewQuerySet(ArchivedQuerySet):
    """Reviews, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return the reviews of agreements that the user sees."""
        return self.filter(agreement__in=Agreement.objects.visible_to(user).values("pk"))

    def latest_first(self) -> Self:
        """Return the last review first."""
        return self.order_by("-held_on", "-pk")


@tracked(parent="agreement")
class Review(Archivable):
    """One review of an agreement, and when the next one is due (20 CFR 678.500(b)(6)). One by mistake is archived."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="reviews")
    held_on = models.DateField(_("reviewed on"))
    next_on = models.DateField(_("next review by"))
    who = models.CharField(_("who took part"), max_length=300)
    note = models.TextField(_("what was found"), blank=True, max_length=2000)
    substantial_changes = models.BooleanField(
        _("substantial changes"), default=False,
        help_text=_("After substantial changes the MOU is renewed (20 CFR 678.500(b)(6))."),
    )  # fmt: skip
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by")
    )
    at = models.DateTimeField(_("recorded"))

    objects = ReviewQuerySet.as_manager()
    history_silent = ("at", "by")

    class Meta:
        verbose_name = _("review")
        constraints = [
            models.CheckConstraint(condition=~Q(who=""), name="review_says_who_took_part"),
            models.CheckConstraint(
                condition=Q(next_on__gt=F("held_on"), next_on__lte=F("held_on") + LONGEST_PERIOD),
                name="next_review_is_within_three_years",
            ),
            models.UniqueConstraint(
                fields=["agreement", "held_on"], condition=Q(archived_at=None), name="agreement_is_reviewed_once_a_day"
            ),
        ]
        indexes = [models.Index(fields=["agreement", "-held_on"], name="review_by_agreement")]

    def __str__(self) -> str:
        return gettext("Review of %(day)s") % {"day": shortday(self.held_on)}
