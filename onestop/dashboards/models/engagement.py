"""Engagement: the weights of the formula, acts that are excused, and the interests of board members."""

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onestop.history.tracking import tracked
from partners.models import LocalArea, Partnership


@tracked(parent="area")
class EngagementFormula(models.Model):
    """The weights by which an area scores its partners, from a day on. Scores name the formula; it never changes."""

    area = models.ForeignKey(LocalArea, models.PROTECT, related_name="engagement_formulas")
    number = models.PositiveIntegerField(_("version"))
    weights = models.JSONField(_("weights by kind of act"))
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("changed"))

    history_silent = ("at", "by", "number")

    class Meta:
        verbose_name = _("formula of the engagement score")
        constraints = [
            models.UniqueConstraint(fields=["area", "number"], name="formula_has_a_number_of_its_own"),
            models.CheckConstraint(condition=~Q(reason=""), name="formula_is_changed_for_a_reason"),
        ]
        triggers = [pgtrigger.Protect(name="formula_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return str(_("Version %(number)d") % {"number": self.number})


class ActExcuseQuerySet(models.QuerySet):
    """Excuses, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return the excuses of partners that the user sees."""
        return self.filter(partnership__in=Partnership.objects.visible_to(user).values("pk"))

    def standing(self) -> Self:
        """Return those that were not taken back."""
        return self.filter(ended_at=None)


@tracked(parent="partnership")
class ActExcuse(models.Model):
    """An act that a partner owed and does not have to answer for: it counts neither for nor against its score.

    ``act`` names it as the registry of acts does: its kind and the id of its object, "attended:123".
    """

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="act_excuses")
    act = models.CharField(_("act"), max_length=80)
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("excused"))
    ended_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    objects = ActExcuseQuerySet.as_manager()
    history_silent = ("at", "by")

    class Meta:
        verbose_name = _("excused act")
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="act_is_excused_for_a_reason"),
            models.UniqueConstraint(
                fields=["partnership", "act"], condition=Q(ended_at=None), name="act_is_excused_once"
            ),
        ]

    def __str__(self) -> str:
        return self.reason
