"""Who sits in which One-Stop center, on which weekdays and hours: the co-location schedule."""

import calendar
from datetime import date
from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import IntegerRangeField
from django.db import models
from django.db.models import Case, Exists, F, Func, OuterRef, Q, Value, When

from onestop.editing.archiving import Archivable, ArchivedQuerySet
from onestop.history.tracking import tracked
from onestop.ui.presentation import clock, shortday
from partners.models.partnerships import Partnership
from partners.models.places import Center, LocalArea
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
# The first and the last week of a month, counted by weekdays, in which each rhythm can fall; the last is 4th or 5th.
WEEKS = {Rhythm.WEEKLY: (1, 5), Rhythm.LAST: (4, 5)} | {rhythm: (n, n) for n, rhythm in enumerate(ORDINALS, start=1)}


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
            | Q(partnership_id__in=seats.managed_partnership_ids),
            partnership__in=Partnership.objects.visible_to(user).values("pk"),
        )

    def in_use(self) -> Self:
        """Return presences that count: of partners and in centers that are not put away either."""
        return self.current().filter(
            partnership__archived_at=None,
            partnership__status=Partnership.Status.ACTIVE,
            center__archived_at=None,
        )

    def in_person(self) -> Self:
        """Return presences of people who sit in the center, not of those who are linked by video or phone."""
        return self.filter(way=Presence.Way.IN_PERSON)

    def holding(self, first: date, last: date) -> Self:
        """Return presences whose time of validity touches a span of days."""
        return self.filter(
            Q(begins_on=None) | Q(begins_on__lte=last),
            Q(ends_on=None) | Q(ends_on__gte=first),
        )

    def on(self, day: date) -> Self:
        """Return presences that fall on a day, whoever may be away on it."""
        return self.holding(day, day).filter(weekday=day.isoweekday(), rhythm__in=rhythms_of(day))

    def kept_on(self, day: date) -> Self:
        """Return presences that fall on a day and are kept: nobody is away, and the center is open."""
        return self.on(day).exclude(
            Exists(
                Absence.objects.current()
                .touching(day, day)
                .filter(
                    Q(partnership=None) | Q(partnership=OuterRef("partnership")),
                    Q(center=None) | Q(center=OuterRef("center")),
                )
            )
        )


def _weeks() -> Case:
    """Return the weeks of a month in which a presence falls, as a range."""
    cases = [
        When(rhythm=str(rhythm), then=Func(Value(first), Value(last), Value("[]"), function="int4range"))
        for rhythm, (first, last) in WEEKS.items()
    ]
    return Case(*cases, output_field=IntegerRangeField())


def _hours() -> Func:
    """Return the hours of a presence as a range, on a day that stands for any."""
    day = "date '2000-01-01' + "
    # In the order of the alphabet, as migrations write them: Django compares the two in their order.
    return Func(F("starts_at"), F("ends_at"), arg_joiner=f", {day}", template=f"tsrange({day}%(expressions)s)")


def _days() -> Func:
    """Return the days from the first to the last of a presence as a range, open where none is named."""
    return Func(F("begins_on"), F("ends_on"), Value("[]"), function="daterange")


@tracked()
class Presence(Archivable):
    """A partner's time in a One-Stop center, each week or once a month, in the center's local time.

    In person it is what 20 CFR 678.305(d)(1) means by program staff physically present; by video or phone it is the
    direct linkage of (d)(3), which takes somebody who answers at those hours.
    """

    class Way(models.TextChoices):
        IN_PERSON = "in_person", "In person"
        LINKAGE = "linkage", "By video or phone"

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="presences")
    center = models.ForeignKey(Center, models.PROTECT, related_name="presences")
    weekday = models.PositiveSmallIntegerField(choices=Weekday)
    starts_at = models.TimeField("from")
    ends_at = models.TimeField("until")
    rhythm = models.CharField("in which weeks", max_length=10, choices=Rhythm, default=Rhythm.WEEKLY)
    way = models.CharField("how", max_length=10, choices=Way, default=Way.IN_PERSON)
    begins_on = models.DateField("first day", null=True, blank=True)
    ends_on = models.DateField("last day", null=True, blank=True)
    who = models.CharField("who is there", max_length=150, blank=True, help_text="A name or a function.")
    desk = models.CharField("where in the building", max_length=150, blank=True)
    phone = models.CharField("phone there", max_length=40, blank=True)
    note = models.CharField(max_length=300, blank=True)

    says_itself = True  # its history names it by what it says of itself
    objects = PresenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="presence_starts_before_it_ends"),
            models.CheckConstraint(condition=Q(weekday__range=(1, 7)), name="presence_is_on_a_weekday"),
            models.CheckConstraint(
                condition=Q(begins_on=None) | Q(ends_on=None) | Q(begins_on__lte=F("ends_on")),
                name="presence_begins_before_it_ends",
            ),
            ExclusionConstraint(
                name="presences_of_a_partner_do_not_overlap",
                expressions=[
                    ("partnership", "="),
                    ("center", "="),
                    ("weekday", "="),
                    (_weeks(), "&&"),
                    (_hours(), "&&"),
                    (_days(), "&&"),
                ],
                condition=Q(archived_at=None),
            ),
        ]
        indexes = [
            models.Index(
                fields=["center", "weekday"], name="presence_by_center_and_day", condition=Q(archived_at=None)
            ),
            models.Index(fields=["partnership"], name="presence_by_partner", condition=Q(archived_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.day_in_words}, {clock(self.starts_at)} to {clock(self.ends_at)}"

    @property
    def day_in_words(self) -> str:
        """On which days: "Monday", or "First Monday of the month"."""
        day = str(Weekday(self.weekday).label)
        return day if self.rhythm == Rhythm.WEEKLY else f"{self.rhythm.capitalize()} {day} of the month"

    @property
    def is_remote(self) -> bool:
        """Whether they are there by video or phone only."""
        return self.way == self.Way.LINKAGE

    @property
    def hours(self) -> float:
        """How many hours it lasts."""
        minutes = (self.ends_at.hour - self.starts_at.hour) * 60 + self.ends_at.minute - self.starts_at.minute
        return minutes / 60

    def falls_on(self, day: date) -> bool:
        """Whether somebody comes on this day by the schedule."""
        return (
            self.weekday == day.isoweekday()
            and self.rhythm in rhythms_of(day)
            and (self.begins_on is None or self.begins_on <= day)
            and (self.ends_on is None or self.ends_on >= day)
        )

    def overlaps(self, other: "Presence") -> bool:
        """Whether both can fall on one day at one hour, as the table's own constraint sees it."""
        (first, last), (other_first, other_last) = WEEKS[Rhythm(self.rhythm)], WEEKS[Rhythm(other.rhythm)]
        return (
            self.weekday == other.weekday
            and first <= other_last
            and other_first <= last
            and self.starts_at < other.ends_at
            and other.starts_at < self.ends_at
            and (self.begins_on or date.min) <= (other.ends_on or date.max)
            and (other.begins_on or date.min) <= (self.ends_on or date.max)
        )


class AbsenceQuerySet(ArchivedQuerySet):
    """Days away, by who may see them and when they are; those taken back are archived."""

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

    def in_area(self, area: LocalArea) -> Self:
        """Return days away of the partners and centers of an area."""
        return self.filter(Q(partnership__area=area) | Q(center__area=area))


@tracked()
class Absence(Archivable):
    """Days on which nobody comes in spite of the schedule: a partner is away, or a center is closed.

    A partner's in one center, a partner's everywhere (``center`` empty), or a whole center's (``partnership`` empty).
    """

    partnership = models.ForeignKey(Partnership, models.PROTECT, null=True, blank=True, related_name="absences")
    center = models.ForeignKey(Center, models.PROTECT, null=True, blank=True, related_name="absences")
    first_on = models.DateField("first day")
    last_on = models.DateField("last day")
    reason = models.CharField(max_length=150, blank=True, help_text="Such as a holiday. No names, no illnesses.")

    says_itself = True  # its history names it by what it says of itself
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
        return f"{'Away' if self.partnership_id else 'Closed'} {self.days_in_words}"

    @property
    def is_closing(self) -> bool:
        """Whether a whole center is closed."""
        return self.partnership_id is None

    @property
    def days_in_words(self) -> str:
        """Which days: "Dec 24, 2026" or "Dec 24, 2026 to Jan 2, 2027"."""
        first, last = shortday(self.first_on), shortday(self.last_on)
        return first if first == last else f"{first} to {last}"

    def covers(self, presence: Presence, day: date) -> bool:
        """Whether it takes a presence away on a day."""
        return (
            self.covers_day(day)
            and self.partnership_id in (None, presence.partnership_id)
            and self.center_id in (None, presence.center_id)
        )

    def covers_day(self, day: date) -> bool:
        """Whether a day is among its days."""
        return self.first_on <= day <= self.last_on
