"""The last run of each planner."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PlannerRun(models.Model):
    """The last run of one planner; one row per planner, overwritten by every run."""

    code = models.CharField(_("planner"), max_length=60)
    began_at = models.DateTimeField()
    seconds = models.FloatField(_("duration in seconds"))
    written = models.PositiveIntegerField(_("notices written"), default=0)
    problem = models.CharField(_("error"), max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code"], name="planner_has_one_last_run")]

    def __str__(self) -> str:
        return self.code
