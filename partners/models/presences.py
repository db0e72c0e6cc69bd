"""The co-location schedule: which partners are in which One-Stop center, on which weekdays and hours."""

import calendar
from datetime import date
from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import IntegerRangeField
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onestop.editing.archiving import Archivable, ArchivedQuerySet
from onestop.editing.phones import PhoneColumn
from onestop.history.tracking import tracked
from onestop.ui.presentation import clock, shortday
from partners.models.active import is_active_partner
from partners.models.partnerships import Partnership
from partners.models.places import Center, LocalArea
from partners.models.visibility import is_current_or_kept, is_visible_partnership
from partners.seats import seats_of


class Weekday(models.IntegerChoices):
    """A day of the week, as ``date.isoweekday`` counts it."""

    MONDAY = 1, _("Monday")
    TUESDAY = 2, _("Tuesday")
    WEDNESDAY = 3, _("Wednesday")
    THURSDAY = 4, _("Thursday")
    FRIDAY = 5, _("Friday")
    SATURDAY = 6, _("Saturday")
    SUNDAY = 7, _("Sunday")


class Rhythm(models.TextChoices):
    """How hours repeat: every week, or only on the nth such weekday of a month."""

    WEEKLY = "weekly", _("Every week")
    FIRST = "first", _("First of the month")
    SECOND = "second", _("Second of the month")
    THIRD = "third", _("Third of the month")
    FOURTH = "fourth", _("Fourth of the month")
    LAST = "last", _("Last of the month")


MONTHLY = {
    Rhythm.FIRST: _("First %(day)s of the month"),
    Rhythm.SECOND: _("Second %(day)s of the month"),
    Rhythm.THIRD: _("Third %(day)s of the month"),
    Rhythm.FOURTH: _("Fourth %(day)s of the month"),
    Rhythm.LAST: _("Last %(day)s of the month"),
}
ORDINALS = (Rhythm.FIRST, Rhythm.SECOND, Rhythm.THIRD, Rhythm.FOURTH)
# The first and the last week of a month, counted by weekdays, in which each rhythm can fall; the last is 4th or 5th.
WEEKS = {Rhythm.WEEKLY: (1, 5), Rhythm.LAST: (4, 5)} | {rhythm: (n, n) for n, rhythm in enumerate(ORDINALS, start=1)}


def rhythms_of(day: date) -> list[str]:
    """Return the rhythms that include this day: "weekly", "second", perhaps "last"."""
    number = (day.day - 1) // 7
    rhythms = [str(Rhythm.WEEKLY)]
    if number < len(ORDINALS):
        rhythms.append(str(ORDINALS[number]))
    if day.day + 7 > calendar.monthrange(day.year, day.month)[1]:
        rhythms.append(str(Rhythm.LAST))
    return rhythms


class PresenceQuerySet(ArchivedQuerySet):
    """Presences, by who may see them and on which days they are valid."""

    def visible_to(self, user: Any) -> Self:
        """Return presences of the partnerships the user may see; archived ones only for their managers and staff."""
        managed = seats_of(user).managed_partnership_ids
        current = is_current_or_kept(user, area="partnership__area", partnership_id__in=managed)
        return self.filter(current, is_visible_partnership(user, "partnership"))

    def in_use(self) -> Self:
        """Return current presences of active partners in current centers."""
        return self.current().filter(is_active_partner("partnership"), center__archived_at=None)

    def in_person(self) -> Self:
        """Return presences in person, not by video or phone."""
        return self.filter(way=Presence.Way.IN_PERSON)

    def with_places(self) -> Self:
        """Fetch the partners and the centers with the presences."""
        return self.select_related("partnership__organization", "center")

    def holding(self, first: date, last: date) -> Self:
        """Return presences that are valid on some day of a range."""
        return self.filter(
            Q(begins_on=None) | Q(begins_on__lte=last),
            Q(ends_on=None) | Q(ends_on__gte=first),
        )

    def on(self, day: date) -> Self:
        """Return presences that fall on a day, including those of absent partners."""
        return self.holding(day, day).filter(weekday=day.isoweekday(), rhythm__in=rhythms_of(day))


def _weeks() -> Case:
    """Return the weeks of a month in which a presence falls, as a range."""
    cases = [
        When(rhythm=str(rhythm), then=Func(Value(first), Value(last), Value("[]"), function="int4range"))
        for rhythm, (first, last) in WEEKS.items()
    ]
    return Case(*cases, output_field=IntegerRangeField())


def _hours() -> Func:
    """Return the hours of a presence as a range, on an arbitrary day."""
    day = "date '2000-01-01' + "
    # Keyword arguments in alphabetical order, as migrations write them: Django compares the two in order.
    return Func(F("starts_at"), F("ends_at"), arg_joiner=f", {day}", template=f"tsrange({day}%(expressions)s)")


def _days() -> Func:
    """Return the days of validity of a presence as a range, open where a bound is blank."""
    return Func(F("begins_on"), F("ends_on"), Value("[]"), function="daterange")


@tracked()
class Presence(Archivable):
    """A partner's time in a One-Stop center, each week or once a month, in the center's local time.

    In person: program staff physically present (20 CFR 678.305(d)(1)). By video or phone: the direct linkage of
    (d)(3), which needs somebody who answers at those hours.
    """

    class Way(models.TextChoices):
        IN_PERSON = "in_person", _("In person")
        LINKAGE = "linkage", _("By video or phone")

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="presences")
    center = models.ForeignKey(Center, models.PROTECT, related_name="presences")
    weekday = models.PositiveSmallIntegerField(choices=Weekday)
    starts_at = models.TimeField(_("from"))
    ends_at = models.TimeField(_("until"))
    rhythm = models.CharField(_("repeats"), max_length=10, choices=Rhythm, default=Rhythm.WEEKLY)
    way = models.CharField(_("in person or remote"), max_length=10, choices=Way, default=Way.IN_PERSON)
    begins_on = models.DateField(_("first day"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    who = models.CharField(_("staff on site"), max_length=150, blank=True, help_text=_("A name or a function."))
    desk = models.CharField(_("location in the building"), max_length=150, blank=True)
    phone = PhoneColumn(_("phone on site"), max_length=40, blank=True)
    note = models.CharField(max_length=300, blank=True)

    history_name = True  # its history names it by its own text
    objects = PresenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("hours on site")
        verbose_name_plural = _("hours on site")
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
        return gettext("%(day)s, %(times)s") % {"day": self.day_in_words, "times": self.times_in_words}

    @property
    def area_id(self) -> int:
        """Id of the area to which it belongs."""
        return self.partnership.area_id

    @property
    def day_in_words(self) -> str:
        """The days in words: "Monday", or "First Monday of the month"."""
        day = str(Weekday(self.weekday).label)
        return day if self.rhythm == Rhythm.WEEKLY else MONTHLY[Rhythm(self.rhythm)] % {"day": day}

    @property
    def times_in_words(self) -> str:
        """The times in words: "9:00 AM to 12:00 PM"."""
        return gettext("%(start)s to %(end)s") % {"start": clock(self.starts_at), "end": clock(self.ends_at)}

    @property
    def is_remote(self) -> bool:
        """Whether it is by video or phone only."""
        return self.way == self.Way.LINKAGE

    @property
    def hours(self) -> float:
        """The number of hours."""
        minutes = (self.ends_at.hour - self.starts_at.hour) * 60 + self.ends_at.minute - self.starts_at.minute
        return minutes / 60

    def falls_on(self, day: date) -> bool:
        """Whether the schedule has these hours on a day."""
        return (
            self.weekday == day.isoweekday()
            and self.rhythm in rhythms_of(day)
            and (self.begins_on is None or self.begins_on <= day)
            and (self.ends_on is None or self.ends_on >= day)
        )

    def overlaps(self, other: "Presence") -> bool:
        """Whether both can fall on the same time, as the constraint of the table checks."""
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
    """Absences and closings, by who may see them and their days; removed ones are archived."""

    def visible_to(self, user: Any) -> Self:
        """Return absences and closings in the areas the user may see."""
        if seats_of(user).everything:
            return self
        return self.filter(
            is_visible_partnership(user, "partnership") | Q(center__in=Center.objects.visible_to(user).values("pk"))
        )

    def touching(self, first: date, last: date) -> Self:
        """Return absences and closings on some day of a range."""
        return self.filter(first_on__lte=last, last_on__gte=first)

    def coming(self, today: date) -> Self:
        """Return absences and closings that are not over."""
        return self.filter(last_on__gte=today)

    def in_area(self, area: LocalArea | int) -> Self:
        """Return absences and closings of the partners and centers of an area."""
        return self.filter(Q(partnership__area=area) | Q(center__area=area))


@tracked()
class Absence(Archivable):
    """Days that cancel the schedule: a partner is absent, or a center is closed.

    A partner in one center, a partner everywhere (no ``center``), or a whole center (no ``partnership``).
    """

    partnership = models.ForeignKey(Partnership, models.PROTECT, null=True, blank=True, related_name="absences")
    center = models.ForeignKey(Center, models.PROTECT, null=True, blank=True, related_name="absences")
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))
    reason = models.CharField(max_length=150, blank=True, help_text=_("Example: a holiday. No names or illnesses."))

    history_name = True  # its history names it by its own text
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
        words = gettext("Away %(days)s") if self.partnership_id else gettext("Closed %(days)s")
        return words % {"days": self.days_in_words}

    @property
    def is_closing(self) -> bool:
        """Whether a whole center is closed."""
        return self.partnership_id is None

    @property
    def days_in_words(self) -> str:
        """The days in words: "Dec 24, 2026" or "Dec 24, 2026 to Jan 2, 2027"."""
        first, last = shortday(self.first_on), shortday(self.last_on)
        if first == last:
            return first
        return gettext("%(first_day)s to %(last_day)s") % {"first_day": first, "last_day": last}

    def covers(self, presence: Presence, day: date) -> bool:
        """Whether it cancels a presence on a day."""
        return (
            self.covers_day(day)
            and self.partnership_id in (None, presence.partnership_id)
            and self.center_id in (None, presence.center_id)
        )

    def covers_day(self, day: date) -> bool:
        """Whether a day is among its days."""
        return self.first_on <= day <= self.last_on
