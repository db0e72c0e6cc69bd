"""Engagement: the weights of the formula, acts that are excused, and requests to correct them."""

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from onestop.history.tracking import tracked
from partners.models import LocalArea, Partnership
from partners.models.visibility import any_of
from partners.seats import seats_of


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


class ActCorrectionQuerySet(models.QuerySet):
    """Requests for a correction, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return the requests of the user's own partners, and of all partners where they are staff or of the state."""
        seats = seats_of(user)
        if seats.everything:
            return self
        return self.filter(
            any_of(
                partnership_id__in=seats.partnership_ids,
                partnership__area_id__in=seats.staff_area_ids,
                partnership__area__state_id__in=seats.state_ids,
            )
        )

    def open(self) -> Self:
        """Return those without an answer."""
        return self.filter(answered_at=None)


@tracked(parent="partnership")
class ActCorrection(models.Model):
    """A partner says that an act is recorded wrongly, or should not count; the staff answer."""

    class Answer(models.TextChoices):
        EXCUSED = "excused", _("Excused")
        STAYS = "stays", _("Stays as it is")

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="act_corrections")
    act = models.CharField(_("act"), max_length=80)
    what = models.CharField(_("what it is about"), max_length=300)
    text = models.CharField(_("what is wrong"), max_length=500)
    name = models.CharField(_("asked by"), max_length=150)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("asked"))
    answer = models.CharField(_("answer"), max_length=8, choices=Answer, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ActCorrectionQuerySet.as_manager()
    history_silent = ("at", "by", "answered_by")

    class Meta:
        verbose_name = _("request for a correction")
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="correction_says_what_is_wrong"),
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="") | Q(answered_at__isnull=False) & ~Q(answer="") & ~Q(reason=""),
                name="correction_is_answered_with_a_reason",
            ),
            models.UniqueConstraint(
                fields=["partnership", "act"], condition=Q(answered_at=None), name="correction_is_asked_for_once"
            ),
        ]

    def __str__(self) -> str:
        return self.what

    def get_absolute_url(self) -> str:
        """Return the address of the page where it is answered."""
        return reverse("dashboards:correction_answer", args=[self.pk])
