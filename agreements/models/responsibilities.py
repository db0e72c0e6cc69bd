"""What shows that a promise is kept, and since when a promise is not."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agreements.models.agreements import Agreement
from agreements.models.promises import Promise
from onestop.editing.archiving import Archivable, ArchivedQuerySet
from onestop.files.models import StoredFile
from onestop.history.tracking import tracked


class EvidenceQuerySet(ArchivedQuerySet):
    """Evidence, by who may see it."""

    def visible_to(self, user: Any) -> Self:
        """Return the evidence for promises in agreements that the user sees."""
        return self.filter(agreement__in=Agreement.objects.visible_to(user).values("pk"))


@tracked(parent="agreement")
class Evidence(Archivable):
    """One piece of evidence that a promise is kept: a date, a sentence, perhaps a number and a file."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="evidence")
    promise = models.ForeignKey(Promise, models.PROTECT, related_name="evidence", verbose_name=_("promise"))
    happened_on = models.DateField(_("date"))
    text = models.CharField(_("evidence"), max_length=500)
    quantity = models.DecimalField(_("number"), max_digits=9, decimal_places=2, null=True, blank=True)
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("file")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by")
    )
    at = models.DateTimeField(_("recorded"))

    objects = EvidenceQuerySet.as_manager()
    history_silent = ("by", "at")

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="evidence_says_what_shows_it"),
            models.CheckConstraint(
                condition=Q(quantity=None) | Q(quantity__gt=0), name="evidence_is_of_more_than_none"
            ),
        ]
        indexes = [
            models.Index(fields=["promise", "happened_on"], name="evidence_by_promise", condition=Q(archived_at=None))
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        """Return the address of the evidence on the page of its promise."""
        return f"{self.promise.get_absolute_url()}#evidence"


class DriftQuerySet(models.QuerySet):
    """Drifts."""

    def open(self) -> Self:
        """Return those of promises that are not kept now."""
        return self.filter(ended_at=None)


class Drift(models.Model):
    """A time in which a promise was not kept: the directory, the schedule or the evidence had less than promised.

    ``agreements.responsibilities.watching`` opens and ends it every day; pages compute what they show themselves.
    """

    class Reason(models.TextChoices):
        SERVICE = "service", _("The service is archived")
        PARTNER = "partner", _("No longer an active partner")
        CENTER = "center", _("The center is archived")
        HOURS = "hours", _("Fewer hours than promised")
        PERSONS = "persons", _("Fewer persons than promised")

    promise = models.ForeignKey(Promise, models.CASCADE, related_name="drifts")
    reason = models.CharField(_("reason"), max_length=10, choices=Reason)
    since = models.DateField(_("since"))
    told_at = models.DateTimeField(_("staff told"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = DriftQuerySet.as_manager()

    class Meta:
        verbose_name = _("drift")
        constraints = [
            models.UniqueConstraint(
                fields=["promise"], condition=Q(ended_at=None), name="promise_drifts_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(told_at=None) | Q(ended_at=None) | Q(told_at__lte=F("ended_at")),
                name="drift_is_told_before_it_ends",
            ),
        ]
        indexes = [models.Index(fields=["promise", "-since"], name="drift_by_promise")]

    def __str__(self) -> str:
        return str(self.get_reason_display())
