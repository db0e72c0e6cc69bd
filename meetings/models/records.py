"""What is recorded at a meeting: when it was opened and closed, who was there, and notes."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from meetings.models.agendas import AgendaItem
from meetings.models.groups import Group
from meetings.models.members import GroupMember, GroupSeat
from meetings.models.series import Meeting
from onestop.history.tracking import tracked
from partners.models import Partnership

LONGEST_NOTE = 20_000  # characters


@tracked(parent="meeting", exclude=["check_in_token"])
class MeetingRecord(models.Model):
    """The record of one meeting: when its agenda was published, when it was opened and closed, and its quorum.

    ``voting_seats`` and ``seats_needed`` are those of the day of the meeting, whatever the group becomes later.
    ``check_in_token`` is the secret of the address at which people check in themselves while it is open.
    """

    meeting = models.OneToOneField(Meeting, models.PROTECT, related_name="record")
    agenda_published_at = models.DateTimeField(_("agenda published"), null=True, blank=True)
    agenda_changed_at = models.DateTimeField(_("agenda changed after it was published"), null=True, blank=True)
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    voting_seats = models.PositiveSmallIntegerField(_("voting seats"), null=True, blank=True)
    seats_needed = models.PositiveSmallIntegerField(_("seats needed for a quorum"), null=True, blank=True)
    check_in_token = models.CharField(max_length=40, unique=True, editable=False)
    reopened_because = models.CharField(_("why it was reopened"), max_length=300, blank=True)

    history_silent = ("voting_seats", "seats_needed")

    class Meta:
        verbose_name = _("record of a meeting")
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(opened_at__isnull=False, closed_at__gte=models.F("opened_at")),
                name="meeting_is_opened_before_it_is_closed",
            ),
            models.CheckConstraint(
                condition=Q(opened_at=None) | Q(voting_seats__isnull=False, seats_needed__isnull=False),
                name="opened_meeting_has_its_quorum",
            ),
        ]

    def __str__(self) -> str:
        return str(self.meeting)

    @property
    def is_open(self) -> bool:
        """Whether the meeting is going on."""
        return self.opened_at is not None and self.closed_at is None


class AttendanceQuerySet(models.QuerySet):
    """Attendance, by who may see it."""

    def visible_to(self, user: Any) -> Self:
        """Return the attendance of groups that the user sees."""
        return self.filter(meeting__group__in=Group.objects.visible_to(user).values("pk"))

    def there(self) -> Self:
        """Return those who came, in person or online."""
        return self.filter(presence__in=Attendance.THERE)

    def for_quorum(self) -> Self:
        """Return the voting seats that are filled now: who came and has not left."""
        return self.there().filter(is_voting=True, left_at=None)


@tracked(parent="meeting")
class Attendance(models.Model):
    """Whether one seat, member or guest was at a meeting.

    A seat has one row, whoever fills it: its member, an alternate, or somebody by name. Members without a seat have one
    of their own; a row with neither is of a guest. ``partnership`` is that of the day, for attendance by organization.
    """

    class Presence(models.TextChoices):
        PRESENT = "present", _("Present")
        ONLINE = "online", _("Online")
        EXCUSED = "excused", _("Excused")
        ABSENT = "absent", _("Absent")

    class Via(models.TextChoices):
        STAFF = "staff", _("Recorded at the meeting")
        SELF = "self", _("Checked in")

    THERE = (Presence.PRESENT, Presence.ONLINE)

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendance")
    seat = models.ForeignKey(GroupSeat, models.PROTECT, null=True, blank=True, related_name="attendance")
    member = models.ForeignKey(GroupMember, models.PROTECT, null=True, blank=True, related_name="attendance")
    partnership = models.ForeignKey(
        Partnership, models.PROTECT, null=True, blank=True, related_name="attendance", verbose_name=_("partner")
    )
    name = models.CharField(_("name"), max_length=150)
    organization_name = models.CharField(_("organization"), max_length=200, blank=True)
    presence = models.CharField(_("presence"), max_length=10, choices=Presence)
    is_alternate = models.BooleanField(_("alternate"), default=False)
    is_voting = models.BooleanField(_("votes"), default=False)
    via = models.CharField(_("how it was recorded"), max_length=10, choices=Via, default=Via.STAFF)
    at = models.DateTimeField(_("recorded"))
    left_at = models.DateTimeField(_("left"), null=True, blank=True)

    objects = AttendanceQuerySet.as_manager()
    history_silent = ("seat", "member", "partnership", "is_voting", "at")

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance")
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "seat"], condition=Q(seat__isnull=False), name="seat_is_on_the_roll_once"
            ),
            models.UniqueConstraint(
                fields=["meeting", "member"], condition=Q(member__isnull=False), name="member_is_on_the_roll_once"
            ),
            models.CheckConstraint(
                condition=Q(seat__isnull=False) | Q(member__isnull=False) | Q(presence__in=["present", "online"]),
                name="guest_was_there",
            ),
            models.CheckConstraint(
                condition=Q(seat__isnull=False) | Q(is_voting=False, is_alternate=False),
                name="votes_and_alternates_are_of_seats",
            ),
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(presence__in=["present", "online"]), name="only_who_came_has_left"
            ),
        ]
        indexes = [
            models.Index(fields=["partnership", "meeting"], name="attendance_by_partner"),
            models.Index(fields=["meeting"], name="attendance_by_meeting"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def was_there(self) -> bool:
        """Whether somebody came, in person or online."""
        return self.presence in self.THERE

    @property
    def is_vacant(self) -> bool:
        """Whether nobody held the seat, which then stands in the place of a name. Needs the seat."""
        return self.seat is not None and not self.was_there and self.name == str(self.seat)

    @property
    def is_guest(self) -> bool:
        """Whether it is neither of a seat nor of a member."""
        return self.seat_id is None and self.member_id is None


class MeetingNoteQuerySet(models.QuerySet):
    """Notes, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return the notes of groups that the user sees; pages show them to those who run the group only."""
        return self.filter(meeting__group__in=Group.objects.visible_to(user).values("pk"))


@tracked(parent="meeting")
class MeetingNote(models.Model):
    """Notes taken at a meeting: on one item of its agenda, or on the meeting as a whole.

    ``version`` counts the times it was saved: who saves from an older version sees both texts, and loses none.
    """

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="notes")
    item = models.ForeignKey(AgendaItem, models.PROTECT, null=True, blank=True, related_name="notes")
    text = models.TextField(_("notes"), blank=True, max_length=LONGEST_NOTE)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(_("saved"))
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = MeetingNoteQuerySet.as_manager()
    history_silent = ("version", "saved_at", "saved_by")

    class Meta:
        verbose_name = _("notes")
        verbose_name_plural = _("notes")
        constraints = [
            models.UniqueConstraint(fields=["meeting", "item"], nulls_distinct=False, name="item_has_one_note"),
        ]

    def __str__(self) -> str:
        return str(self.item or self.meeting)
