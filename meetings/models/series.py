"""Series of meetings: one rule, the meetings that it makes, and those that were moved, canceled or added."""

from datetime import date, datetime, time, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from meetings.models.groups import Group
from meetings.recurrence import say_rule
from onestop.editing.archiving import Archivable, ArchivedQuerySet
from onestop.history.tracking import tracked
from partners.models import Room

MOST_MINUTES = 12 * 60


class How(models.TextChoices):
    """How people take part in a meeting."""

    IN_PERSON = "in_person", _("In person")
    ONLINE = "online", _("Online")
    BOTH = "both", _("In person and online")


class Gathering(models.Model):
    """What a series says of all its meetings, and each meeting of itself: how long, how and where."""

    title = models.CharField(_("title"), max_length=150)
    minutes = models.PositiveSmallIntegerField(_("length in minutes"), default=60)
    how = models.CharField(_("how people take part"), max_length=10, choices=How, default=How.IN_PERSON)
    room = models.ForeignKey(
        Room, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("room of a center or partner")
    )
    place = models.CharField(
        _("place"), max_length=200, blank=True, help_text=_("If it is no room of the list: address, floor, room.")
    )
    video_link = models.URLField(_("video link"), max_length=500, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    @property
    def where(self) -> str:
        """Where people go or look, in one line: "Center Street, Room 2, and online". Needs the room."""
        rooms = f"{self.room.place.name}, {self.room.name}" if self.room else ""
        on_site = ", ".join(part for part in (rooms, self.place) if part)
        if self.how == How.ONLINE:
            return _text("online")
        if self.how == How.BOTH:
            return _text("%(place)s, and online") % {"place": on_site} if on_site else _text("in person and online")
        return on_site or _text("place to be announced")


DETAILS = ("title", "minutes", "how", "room", "place", "video_link")


class SeriesQuerySet(ArchivedQuerySet):
    """Series, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return the series of groups that the user sees."""
        return self.filter(group__in=Group.objects.visible_to(user).values("pk"))

    def with_place(self) -> Self:
        """Fetch each with its group, area and room."""
        return self.select_related("group__area__state", "group__state", "room__center", "room__location")

    def running_on(self, day: date) -> Self:
        """Return those that have not ended by a day."""
        return self.current().filter(Q(until_on=None) | Q(until_on__gte=day))


@tracked(exclude=["token", "known_until", "update_due_at", "told_words"])
class Series(Archivable, Gathering):
    """Meetings of a group by one rule (RFC 5545), at one wall-clock time; a single meeting is a series without a rule.

    The rule is kept without UNTIL and COUNT, which have columns of their own: the end is a local day, and becomes an
    instant only where iCalendar is written. Once a meeting has begun, rule and time never change: a later change ends
    this series and begins another one that ``continues`` it, so that nobody's calendar loses its past.
    """

    class Closed(models.TextChoices):
        SKIP = "skip", _("Skip it")
        NEXT = "next", _("Meet on the next working day")
        KEEP = "keep", _("Meet all the same")

    class Kind(models.TextChoices):
        MEETING = "meeting", _("Meeting")
        TRAINING = "training", _("Training")

    group = models.ForeignKey(Group, models.PROTECT, related_name="series")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.MEETING)
    rule = models.CharField(max_length=300, blank=True)
    first_on = models.DateField(_("first day"))
    starts = models.TimeField(_("start"))
    zone = models.CharField(_("time zone"), max_length=60)
    until_on = models.DateField(_("last day"), null=True, blank=True)
    count = models.PositiveSmallIntegerField(_("number of meetings"), null=True, blank=True)
    when_closed = models.CharField(
        _("on a holiday, or when the centers are closed"), max_length=10, choices=Closed, default=Closed.NEXT
    )
    note = models.TextField(
        _("note in the invitation"), blank=True, max_length=2000,
        help_text=_("What the meetings are about, what to bring, how to get in."),
    )  # fmt: skip
    invites = models.BooleanField(
        _("invite the members by email"), default=True,
        help_text=_("Each gets an invitation for their own calendar, and every change."),
    )  # fmt: skip
    continues = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="continued_by", verbose_name=_("continues")
    )
    uid = models.CharField(max_length=80, unique=True, editable=False)
    token = models.CharField(max_length=40, unique=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    timed_sequence = models.PositiveIntegerField(default=0, editable=False)
    told_words = models.CharField(max_length=500, blank=True, editable=False)
    update_due_at = models.DateTimeField(null=True, blank=True, editable=False)
    known_until = models.DateField(null=True, blank=True, editable=False)

    objects = SeriesQuerySet.as_manager()
    history_silent = ("uid", "sequence", "timed_sequence", "continues")

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("first_on")), name="series_begins_before_it_ends"
            ),
            models.CheckConstraint(condition=Q(until_on=None) | Q(count=None), name="series_ends_in_one_way"),
            models.CheckConstraint(condition=Q(minutes__range=(5, MOST_MINUTES)), name="series_has_a_length"),
        ]
        indexes = [
            models.Index(fields=["group"], name="series_by_group", condition=Q(archived_at=None)),
            models.Index(
                fields=["update_due_at"], name="series_with_an_update", condition=Q(update_due_at__isnull=False)
            ),
            models.Index(fields=["known_until"], name="series_to_make", condition=Q(archived_at=None)),
        ]

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("meetings:series_detail", args=[self.pk])

    @property
    def zone_info(self) -> ZoneInfo:
        """The time zone whose wall clock it keeps."""
        return ZoneInfo(self.zone)

    @property
    def start(self) -> datetime:
        """The first day and the time, as naive wall-clock time."""
        return datetime.combine(self.first_on, self.starts)

    @property
    def full_rule(self) -> str:
        """The rule with its end, as ``meetings.recurrence`` reads it; empty for a single meeting."""
        if not self.rule:
            return ""
        if self.count:
            return f"{self.rule};COUNT={self.count}"
        return f"{self.rule};UNTIL={self.until_on:%Y%m%d}" if self.until_on else self.rule

    @property
    def schedule(self) -> str:
        """When it meets, in words: "Second Tuesday of every other month, 9:00 to 10:30 AM"."""
        return say_rule(self.full_rule, self.start, self.minutes)

    def local(self, at: datetime) -> datetime:
        """Return an instant as its wall-clock time."""
        return at.astimezone(self.zone_info)


class MeetingQuerySet(models.QuerySet):
    """Meetings, by who may see them and when they are."""

    def visible_to(self, user: Any) -> Self:
        """Return the meetings of groups that the user sees."""
        return self.filter(group__in=Group.objects.visible_to(user).values("pk"))

    def with_place(self) -> Self:
        """Fetch each with its series, group, area and room."""
        return self.select_related("series", "group__area__state", "group__state", "room__center", "room__location")

    def on_calendar(self) -> Self:
        """Return those that take place: neither canceled nor of a series that was removed."""
        return self.exclude(status=Meeting.Status.CANCELED).filter(series__archived_at=None)

    def between(self, first: datetime, last: datetime) -> Self:
        """Return those that start in a range of instants, its end excluded."""
        return self.filter(starts_at__gte=first, starts_at__lt=last)

    def coming(self, at: datetime) -> Self:
        """Return those that are planned and have not begun, the next one first."""
        return self.on_calendar().filter(status=Meeting.Status.PLANNED, starts_at__gt=at).order_by("starts_at", "pk")

    def not_opened(self) -> Self:
        """Return those at which nobody has begun to record anything; the others are no longer planned anew."""
        return self.filter(Q(record=None) | Q(record__opened_at=None))

    def overlapping(self, starts_at: datetime, ends_at: datetime) -> Self:
        """Return those that take place at a time of that range."""
        return self.filter(starts_at__lt=ends_at, ends_at__gt=starts_at)


@tracked(parent="series", exclude=["update_due_at"])
class Meeting(Gathering):
    """One meeting. It is known for ever by its series and the local time at which the rule first put it.

    That time is its RECURRENCE-ID (RFC 5545 3.8.4.4). ``changed`` names what it says differently from its series, so
    that a later change of the series leaves that as it is.
    """

    class Status(models.TextChoices):
        PLANNED = "planned", _("Planned")
        CANCELED = "canceled", _("Canceled")
        HELD = "held", _("Held")

    series = models.ForeignKey(Series, models.PROTECT, related_name="meetings")
    group = models.ForeignKey(Group, models.PROTECT, related_name="meetings")
    original_on = models.DateField(editable=False)
    original_at = models.TimeField(editable=False)
    starts_at = models.DateTimeField(_("start"))
    ends_at = models.DateTimeField(_("end"), editable=False)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PLANNED)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    is_extra = models.BooleanField(default=False)
    is_by_rule = models.BooleanField(default=False)
    changed = ArrayField(models.CharField(max_length=20), default=list, blank=True, size=20)
    update_due_at = models.DateTimeField(null=True, blank=True, editable=False)
    told_starts_at = models.DateTimeField(null=True, blank=True, editable=False)
    told_where = models.CharField(max_length=700, blank=True, editable=False)
    told_canceled = models.BooleanField(default=False, editable=False)
    timed_sequence = models.PositiveIntegerField(default=0, editable=False)

    objects = MeetingQuerySet.as_manager()
    history_silent = (
        "is_by_rule", "changed", "told_starts_at", "told_where", "told_canceled", "timed_sequence", "ends_at",
    )  # fmt: skip

    class Meta:
        verbose_name = _("meeting")
        constraints = [
            models.UniqueConstraint(
                fields=["series", "original_on", "original_at"], name="meeting_is_known_by_its_first_time"
            ),
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="meeting_begins_before_it_ends"),
            models.CheckConstraint(
                condition=~Q(status="canceled") | ~Q(reason=""), name="canceled_meeting_has_a_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["group", "starts_at"], name="meeting_by_group"),
            models.Index(fields=["room", "starts_at"], name="meeting_by_room", condition=Q(room__isnull=False)),
            models.Index(fields=["starts_at"], name="meeting_by_start", condition=Q(status="planned")),
            models.Index(
                fields=["update_due_at"], name="meeting_with_an_update", condition=Q(update_due_at__isnull=False)
            ),
        ]

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("meetings:meeting_detail", args=[self.pk])

    @property
    def is_canceled(self) -> bool:
        """Whether it does not take place."""
        return self.status == self.Status.CANCELED

    @property
    def is_planned(self) -> bool:
        """Whether it was neither canceled nor held."""
        return self.status == self.Status.PLANNED

    @property
    def original(self) -> datetime:
        """The naive local time at which the rule first put it."""
        return datetime.combine(self.original_on, self.original_at)

    @property
    def original_start(self) -> datetime:
        """The same in the zone of its series: its RECURRENCE-ID."""
        return self.original.replace(tzinfo=self.series.zone_info)

    @property
    def is_moved(self) -> bool:
        """Whether it takes place at another time than the rule says."""
        return self.starts_at != self.original_start

    @property
    def local_start(self) -> datetime:
        """Its start as wall-clock time in the zone of its series."""
        return self.series.local(self.starts_at)

    @property
    def local_end(self) -> datetime:
        """Its end as wall-clock time in the zone of its series."""
        return self.series.local(self.ends_at)

    def has_begun(self, at: datetime) -> bool:
        """Whether it has begun."""
        return self.starts_at <= at

    def set_start(self, starts_at: datetime) -> None:
        """Set start and end."""
        self.starts_at, self.ends_at = starts_at, starts_at + timedelta(minutes=self.minutes)


def time_of_day(value: datetime) -> time:
    """Return the wall-clock time of a local time, to the minute."""
    return value.time().replace(second=0, microsecond=0, tzinfo=None)
