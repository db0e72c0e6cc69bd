"""Motions with their votes, and decisions."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from meetings.models.agendas import AgendaItem
from meetings.models.groups import Group
from meetings.models.members import GroupSeat
from meetings.models.series import Meeting
from onestop.editing.archiving import Archivable, ArchivedQuerySet
from onestop.history.tracking import tracked


class MotionQuerySet(models.QuerySet):
    """Motions, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return the motions of groups that the user sees."""
        return self.filter(meeting__group__in=Group.objects.visible_to(user).values("pk"))

    def in_order(self) -> Self:
        """Return motions as they were made."""
        return self.order_by("meeting", "number")


@tracked(parent="meeting")
class Motion(models.Model):
    """A motion: who made and seconded it, how the seats voted, and what became of it.

    Votes are counted by seat. ``seats_present`` and ``seats_needed`` are those of the moment in which it was decided. A
    carried motion that ``approves`` minutes makes them final.
    """

    class Method(models.TextChoices):
        ROLL = "roll", _("Roll call")
        VOICE = "voice", _("Voice vote")
        CONSENT = "consent", _("Unanimous consent")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        CARRIED = "carried", _("Carried")
        FAILED = "failed", _("Failed")
        TABLED = "tabled", _("Tabled")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="motions")
    item = models.ForeignKey(AgendaItem, models.PROTECT, null=True, blank=True, related_name="motions")
    number = models.PositiveSmallIntegerField(_("number"))
    text = models.TextField(_("motion"), max_length=1000)
    mover = models.ForeignKey(
        GroupSeat, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("seat of the mover")
    )
    mover_name = models.CharField(_("moved by"), max_length=150)
    seconder = models.ForeignKey(
        GroupSeat, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("seat of the seconder")
    )
    seconder_name = models.CharField(_("seconded by"), max_length=150, blank=True)
    method = models.CharField(_("how it is voted on"), max_length=10, choices=Method, default=Method.ROLL)
    state = models.CharField(_("result"), max_length=10, choices=State, default=State.OPEN)
    yes = models.PositiveSmallIntegerField(_("yes"), default=0)
    no = models.PositiveSmallIntegerField(_("no"), default=0)
    abstain = models.PositiveSmallIntegerField(_("abstain"), default=0)
    seats_present = models.PositiveSmallIntegerField(_("voting seats present"), null=True, blank=True)
    seats_needed = models.PositiveSmallIntegerField(_("seats needed for a quorum"), null=True, blank=True)
    approves = models.ForeignKey(
        "meetings.Minutes", models.PROTECT, null=True, blank=True, related_name="motions",
        verbose_name=_("approves the minutes"),
    )  # fmt: skip
    made_at = models.DateTimeField(_("made"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    reopened_because = models.CharField(_("why it was reopened"), max_length=300, blank=True)

    objects = MotionQuerySet.as_manager()
    history_silent = ("mover", "seconder", "seats_present", "seats_needed", "number", "made_at")

    class Meta:
        verbose_name = _("motion")
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="motion_has_a_text"),
            models.UniqueConstraint(fields=["meeting", "number"], name="motion_has_a_number_of_its_own"),
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None) | ~Q(state="open") & Q(decided_at__isnull=False),
                name="motion_is_dated_when_decided",
            ),
            models.CheckConstraint(
                condition=Q(mover=None) | Q(seconder=None) | ~Q(mover=models.F("seconder")),
                name="motion_is_seconded_by_another_seat",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def count(self) -> str:
        """The count as boards print it, yes:no:abstain: "11:2:1"."""
        return f"{self.yes}:{self.no}:{self.abstain}"

    @property
    def is_open(self) -> bool:
        """Whether it was not decided yet."""
        return self.state == self.State.OPEN


@tracked(parent="motion")
class Vote(models.Model):
    """How one seat voted on a motion, and who cast the vote."""

    class Cast(models.TextChoices):
        YES = "yes", _("Yes")
        NO = "no", _("No")
        ABSTAIN = "abstain", _("Abstain")
        RECUSED = "recused", _("Recused")

    motion = models.ForeignKey(Motion, models.CASCADE, related_name="votes")
    seat = models.ForeignKey(GroupSeat, models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=150)
    cast = models.CharField(_("vote"), max_length=10, choices=Cast)

    class Meta:
        verbose_name = _("vote")
        constraints = [models.UniqueConstraint(fields=["motion", "seat"], name="seat_votes_once_on_a_motion")]

    def __str__(self) -> str:
        return f"{self.name}: {self.get_cast_display()}"


class DecisionQuerySet(ArchivedQuerySet):
    """Decisions, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return the decisions of groups that the user sees."""
        return self.filter(meeting__group__in=Group.objects.visible_to(user).values("pk"))


@tracked(parent="meeting")
class Decision(Archivable):
    """What a group decided, by a motion that was carried or without one."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="decisions")
    item = models.ForeignKey(AgendaItem, models.PROTECT, null=True, blank=True, related_name="decisions")
    motion = models.OneToOneField(Motion, models.PROTECT, null=True, blank=True, related_name="decision")
    text = models.TextField(_("decision"), max_length=1000)
    serves = models.CharField(_("serves"), max_length=60, blank=True)
    at = models.DateTimeField(_("decided"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = DecisionQuerySet.as_manager()
    history_silent = ("at", "recorded_by")

    class Meta:
        verbose_name = _("decision")
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="decision_has_a_text")]
        indexes = [
            models.Index(fields=["meeting"], name="decision_by_meeting"),
            models.Index(fields=["serves"], name="decision_by_what_it_serves", condition=~Q(serves="")),
        ]

    def __str__(self) -> str:
        return self.text
