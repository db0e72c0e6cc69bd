"""What the board looks at in its One-Stop centers: the certification every three years, accessibility every year."""

from typing import Any, Self

from django.db import models
from django.db.models import Q

from onestop.editing.archiving import Archivable, ArchivedQuerySet
from onestop.history.tracking import tracked
from onestop.ui.presentation import shortday
from partners.models.places import Center


class CenterReviewQuerySet(ArchivedQuerySet):
    """Reviews, by who may see them; those taken back are archived."""

    def visible_to(self, user: Any) -> Self:
        """Return reviews of the centers that the user sees."""
        return self.filter(center__in=Center.objects.visible_to(user).values("pk"))

    def counting(self) -> Self:
        """Return reviews that start their clock anew: a certificate that was refused leaves the center without one."""
        refused = Q(kind=CenterReview.Kind.CERTIFICATION, outcome=CenterReview.Outcome.NOT_MET)
        return self.current().exclude(refused)


@tracked()
class CenterReview(Archivable):
    """One review of a One-Stop center by the board: of what kind, when, with what result, and what was found.

    Certification: 20 CFR 678.800, at least every three years. Accessibility: 20 CFR 679.370(p), every year.
    """

    class Kind(models.TextChoices):
        CERTIFICATION = "certification", "Certification"
        ACCESSIBILITY = "accessibility", "Accessibility review"

    class Outcome(models.TextChoices):
        MET = "met", "Meets the criteria"
        CONDITIONS = "conditions", "Meets them on conditions"
        NOT_MET = "not_met", "Does not meet them"

    center = models.ForeignKey(Center, models.PROTECT, related_name="reviews")
    kind = models.CharField(max_length=20, choices=Kind)
    held_on = models.DateField("day")
    outcome = models.CharField("result", max_length=12, choices=Outcome, default=Outcome.MET)
    findings = models.TextField("what was found", blank=True)

    says_itself = True  # its history names it by what it says of itself
    objects = CenterReviewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["center", "kind", "held_on"],
                condition=Q(archived_at=None),
                name="center_is_reviewed_once_a_day_for_one_thing",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {shortday(self.held_on)}"
