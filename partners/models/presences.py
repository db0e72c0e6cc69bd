"""Who sits in which One-Stop center, on which weekdays and hours: the co-location schedule."""

import calendar
from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import F, Q

from onestop.history import tracked
from partners.models.archiving import Archivable, ArchivedQuerySet
from partners.models.partnerships import Partnership
from partners.models.places import Center
from partners.seats import seats_of


class Weekday(models.IntegerChoices):
    """A day of the week, as ``date.isoweekday`` counts it."""

    MONDAY = 1, "Monday"
    TUESDAY = 2, "Tuesday"
    WEDNESDAY = 3, "Wednesday"
    THURSDAY = 4, "Thursday"
    FRIDAY = 5, "Friday"
    SATURDAY = 6, "Saturday"
    SUNDAY = 7, "Sunday"


class Rhythm(models.TextChoices):
    """In which weeks somebody comes: each, or only the nth such weekday of a month."""

    WEEKLY = "weekly", "Every week"
    FIRST = "first", "First of the month"
    SECOND = "second", "Second of the month"
    THIRD = "third", "Third of the month"
    FOURTH = "fourth", "Fourth of the month"
    LAST = "last", "Last of the month"


ORDINALS = (Rhythm.FIRST, Rhythm.SECOND, Rhythm.THIRD, Rhythm.FOURTH)


def rhythms_of(day: date) -> list[str]:
    """Return the rhythms in which somebody comes on this day: "weekly", "second", perhaps "last"."""
    number = (day.day - 1) // 7
    rhythms = [str(Rhythm.WEEKLY)]
    if number < len(ORDINALS):
        rhythms.append(str(ORDINALS[number]))
    if day.day + 7 > calendar.monthrange(day.year, day.month)[1]:
        rhythms.append(str(Rhythm.LAST))
    return rhythms


class PresenceQuerySet(ArchivedQuerySet):
    """Presences, by who may see them and on which days they hold."""

    def visible_to(self, user: Any) -> Self:
        """Return presences of the partnerships that the user sees; archived ones only to those who keep them."""
        seats = seats_of(user)
        if seats.everything:
            return self
        return self.filter(
            Q(archived_at=None)
            | Q(partnership__area_id__in=seats.staff_area_ids)
            | Q(partnership__area__state_id__in=seats.state_ids)
            | Q(partnership__organization_id__in=seats.managed_organization_ids),
            partnership__in=Partnership.objects.visible_to(user).values("pk"),
        )

    def in_use(self) -> Self:
        """Return presences that count: of partners and in centers that are not put away either."""
        return self.current().filter(
            partnership__archived_at=None,
            partnership__status=Partnership.Status.ACTIVE,
            center__archived_at=None,
        )

    def holding(self, first: date, last: date) -> Self:
        """Return presences whose time of validity touches a span of days."""
        return self.filter(
            Q(begins_on=None) | Q(begins_on__lte=last),
            Q(ends_on=None) | Q(ends_on__gte=first),
        )

    def on(self, day: date) -> Self:
        """Return presences that fall on a day, whoever may be away on it."""
        return self.holding(day, day).filter(weekday=day.isoweekday(), rhythm__in=rhythms_of(day))


@tracked()
class Presence(Archivable):
    """A partner's time in a One-Stop center, each week or once a month, in the center's local time.

    It is what 20 CFR 678.305(d)(1) means by program staff physically present.
    """

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="presences")
    center = models.ForeignKey(Center, models.PROTECT, related_name="presences")
    weekday = models.PositiveSmallIntegerField(choices=Weekday)
    starts_at = models.TimeField("from")
    ends_at = models.TimeField("until")
    rhythm = models.CharField("in which weeks", max_length=10, choices=Rhythm, default=Rhythm.WEEKLY)
    begins_on = models.DateField("first day", null=True, blank=True)
    ends_on = models.DateField("last day", null=True, blank=True)
    who = models.CharField("who is there", max_length=150, blank=True, help_text="A name or a function.")
    desk = models.CharField("where in the building", max_length=150, blank=True)
    note = models.CharField(max_length=300, blank=True)

    objects = PresenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="presence_starts_before_it_ends"),
            models.CheckConstraint(condition=Q(weekday__range=(1, 7)), name="presence_is_on_a_weekday"),
            models.CheckConstraint(
                condition=Q(begins_on=None) | Q(ends_on=None) | Q(begins_on__lte=F("ends_on")),
                name="presence_begins_before_it_ends",
            ),
        ]
        indexes = [
            models.Index(
                fields=["center", "weekday"], name="presence_by_center_and_day", condition=Q(archived_at=None)
            ),
            models.Index(fields=["partnership"], name="presence_by_partner", condition=Q(archived_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()}, {self.starts_at:%H:%M} to {self.ends_at:%H:%M}"

    def falls_on(self, day: date) -> bool:
        """Whether somebody comes on this day by the schedule."""
        return (
            self.weekday == day.isoweekday()
            and self.rhythm in rhythms_of(day)
            and (self.begins_on is None or self.begins_on <= day)
            and (self.ends_on is None or self.ends_on >= day)
        )


class AbsenceQuerySet(models.QuerySet):
    """Days away, by who may see them and when they are."""

    def visible_to(self, user: Any) -> Self:
        """Return days away that concern areas which the user sees."""
        if seats_of(user).everything:
            return self
        return self.filter(
            Q(partnership__in=Partnership.objects.visible_to(user).values("pk"))
            | Q(center__in=Center.objects.visible_to(user).values("pk"))
        )

    def touching(self, first: date, last: date) -> Self:
        """Return days away that touch a span of days."""
        return self.filter(first_on__lte=last, last_on__gte=first)

    def coming(self, today: date) -> Self:
        """Return days away that are not over yet."""
        return self.filter(last_on__gte=today)


@tracked()
class Absence(models.Model):
    """Days on which nobody comes in spite of the schedule: a partner is away, or a center is closed.

    A partner's in one center, a partner's everywhere (``center`` empty), or a whole center's (``partnership`` empty).
    """

    partnership = models.ForeignKey(Partnership, models.PROTECT, null=True, blank=True, related_name="absences")
    center = models.ForeignKey(Center, models.PROTECT, null=True, blank=True, related_name="absences")
    first_on = models.DateField("first day")
    last_on = models.DateField("last day")
    reason = models.CharField(max_length=150, blank=True, help_text="Such as a holiday. No names, no illnesses.")

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(partnership__isnull=False) | Q(center__isnull=False), name="absence_is_of_somebody"
            ),
            models.CheckConstraint(condition=Q(first_on__lte=F("last_on")), name="absence_begins_before_it_ends"),
        ]
        indexes = [
            models.Index(fields=["center", "last_on"], name="absence_by_center_and_day"),
            models.Index(fields=["partnership", "last_on"], name="absence_by_partner_and_day"),
        ]

    def __str__(self) -> str:
        return self.reason or "Away"

    def covers(self, presence: Presence, day: date) -> bool:
        """Whether it takes a presence away on a day."""
        return (
            self.first_on <= day <= self.last_on
            and self.partnership_id in (None, presence.partnership_id)
            and self.center_id in (None, presence.center_id)
        )
