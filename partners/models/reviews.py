"""Reviews of One-Stop centers by the board: certification every three years, accessibility every year."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onestop.editing.archiving import Archivable, ArchivedQuerySet
from onestop.history.tracking import tracked
from onestop.ui.presentation import shortday
from partners.models.places import Center


class CenterReviewQuerySet(ArchivedQuerySet):
    """Reviews, by who may see them; removed ones are archived."""

    def visible_to(self, user: Any) -> Self:
        """Return reviews of the centers that the user sees."""
        return self.filter(center__in=Center.objects.visible_to(user).values("pk"))

    def counting(self) -> Self:
        """Return reviews that set a new due date: all but certifications that were not granted."""
        refused = Q(kind=CenterReview.Kind.CERTIFICATION, outcome=CenterReview.Outcome.NOT_MET)
        return self.current().exclude(refused)


@tracked()
class CenterReview(Archivable):
    """One review of a One-Stop center by the board: its kind, date, result and findings.

    Certification: 20 CFR 678.800, at least every three years. Accessibility: 20 CFR 679.370(p), every year.
    """

    class Kind(models.TextChoices):
        CERTIFICATION = "certification", _("Certification")
        ACCESSIBILITY = "accessibility", _("Accessibility review")

    class Outcome(models.TextChoices):
        MET = "met", _("Meets the criteria")
        CONDITIONS = "conditions", _("Meets the criteria with conditions")
        NOT_MET = "not_met", _("Does not meet the criteria")

    center = models.ForeignKey(Center, models.PROTECT, related_name="reviews")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    held_on = models.DateField(_("date"))
    outcome = models.CharField(_("result"), max_length=12, choices=Outcome, default=Outcome.MET)
    findings = models.TextField(_("findings"), blank=True)

    history_name = True  # its history uses str() as its name
    objects = CenterReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review")
        constraints = [
            models.UniqueConstraint(
                fields=["center", "kind", "held_on"],
                condition=Q(archived_at=None),
                name="center_is_reviewed_once_a_day_for_one_thing",
            )
        ]

    def __str__(self) -> str:
        return gettext("%(kind)s of %(day)s") % {"kind": self.get_kind_display(), "day": shortday(self.held_on)}
