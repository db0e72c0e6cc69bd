"""When each planner was last at work, and how it went."""

from django.db import models


class PlannerRun(models.Model):
    """The last run of one planner; a row for each planner, written anew every time."""

    code = models.CharField("planner", max_length=60)
    began_at = models.DateTimeField()
    seconds = models.FloatField("how long it took")
    written = models.PositiveIntegerField("notices written", default=0)
    problem = models.CharField("what went wrong", max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code"], name="planner_has_one_last_run")]

    def __str__(self) -> str:
        return self.code
