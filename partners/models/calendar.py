"""The calendar of an area: its holidays, and the rooms in which people meet."""

from datetime import date
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from onestop.editing.archiving import Archivable, ArchivedQuerySet
from onestop.history.tracking import tracked
from onestop.ui.presentation import shortday
from partners.models.organizations import Location
from partners.models.places import AccessibilityFeature, Center, LocalArea


class HolidayQuerySet(ArchivedQuerySet):
    """Holidays, by who may see them and by day; removed ones are archived."""

    def visible_to(self, user: Any) -> Self:
        """Return the holidays of areas that the user sees."""
        return self.filter(area__in=LocalArea.objects.visible_to(user).values("pk"))

    def between(self, first: date, last: date) -> Self:
        """Return current holidays in a range of days."""
        return self.current().filter(day__range=(first, last))

    def closing(self) -> Self:
        """Return holidays on which the centers of the area are closed."""
        return self.filter(closes_centers=True)


@tracked()
class Holiday(Archivable):
    """A holiday of an area, and whether its centers are closed on that day."""

    area = models.ForeignKey(LocalArea, models.PROTECT, related_name="holidays")
    day = models.DateField(_("day"))
    name = models.CharField(_("name"), max_length=100)
    closes_centers = models.BooleanField(_("centers are closed"), default=True)

    history_name = True
    objects = HolidayQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["area", "day"], condition=Q(archived_at=None), name="area_has_one_holiday_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}, {shortday(self.day)}"


class RoomQuerySet(ArchivedQuerySet):
    """Rooms, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return rooms in the centers and locations that the user sees."""
        centers = Center.objects.visible_to(user).values("pk")
        return self.filter(Q(center__in=centers) | Q(location__in=Location.objects.visible_to(user).values("pk")))


@tracked()
class Room(Archivable):
    """A room in a center or in a partner's location in which people can meet."""

    center = models.ForeignKey(Center, models.PROTECT, null=True, blank=True, related_name="rooms")
    location = models.ForeignKey(Location, models.PROTECT, null=True, blank=True, related_name="rooms")
    name = models.CharField(_("name"), max_length=100)
    seats = models.PositiveSmallIntegerField(_("seats"), null=True, blank=True)
    accessibility = ArrayField(
        models.CharField(max_length=20, choices=AccessibilityFeature),
        verbose_name=_("accessibility"),
        default=list,
        blank=True,
        size=20,
    )
    note = models.CharField(
        _("note"), max_length=300, blank=True, help_text=_("How to get there, how to book it, what is in it.")
    )

    objects = RoomQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(center__isnull=False, location=None) | Q(center=None, location__isnull=False),
                name="room_is_in_a_center_or_a_location",
            ),
            models.UniqueConstraint(
                Lower("name"), "center", "location", condition=Q(archived_at=None), nulls_distinct=False,
                name="room_is_named_once_in_its_building",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> Center | Location:
        """The center or location in which it is."""
        place = self.center or self.location
        assert place is not None
        return place

    @property
    def accessibility_labels(self) -> list[str]:
        """The labels of its accessibility features."""
        return [str(AccessibilityFeature(value).label) for value in self.accessibility]

    def get_absolute_url(self) -> str:
        """Return the address of the building's page, which lists its rooms."""
        if self.center_id:
            return reverse("partners:center_detail", args=[self.center_id])
        return reverse("partners:location_detail", args=[self.location_id])
