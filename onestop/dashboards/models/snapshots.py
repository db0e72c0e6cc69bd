"""The figures of each area, night by night, so that trends are true and past packets can be made again."""

from datetime import date
from typing import Any, Self

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.models import LocalArea
from partners.models.visibility import in_visible_area


class AreaSnapshotQuerySet(models.QuerySet):
    """Snapshots, by area, day and who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return the snapshots of areas that the user sees."""
        return self.filter(in_visible_area(user, "area"))

    def until(self, area: LocalArea | int, day: date) -> Self:
        """Return the snapshots of an area up to a day, the newest first."""
        return self.filter(area=area, day__lte=day).order_by("-day")


class AreaSnapshot(models.Model):
    """What the dashboards of one area showed at the end of one day. It never changes.

    ``figures`` holds the figures by their codes, and the scores of partners by their ids; ``version`` says how they
    were computed.
    """

    area = models.ForeignKey(LocalArea, models.PROTECT, related_name="snapshots")
    day = models.DateField(_("day"))
    figures = models.JSONField(_("figures"))
    version = models.PositiveSmallIntegerField(_("version"))
    made_at = models.DateTimeField(_("made"))

    objects = AreaSnapshotQuerySet.as_manager()

    class Meta:
        verbose_name = _("snapshot of an area")
        constraints = [models.UniqueConstraint(fields=["area", "day"], name="area_has_one_snapshot_a_day")]
        triggers = [pgtrigger.Protect(name="snapshot_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.area}, {self.day}"
