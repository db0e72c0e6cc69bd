"""Groups that meet: the board and its committees, councils, workgroups."""

from typing import Any, Self
from zoneinfo import ZoneInfo

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Lower, Now, TruncDate
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from onestop.editing.archiving import Archivable, ArchivedQuerySet
from onestop.history.tracking import tracked
from partners.models import LocalArea, State
from partners.models.visibility import any_of
from partners.seats import seats_of


class GroupQuerySet(ArchivedQuerySet):
    """Groups, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return the groups of areas where the user is staff or of the state, and those the user belongs to.

        A partner's people see the groups in which their organization has a seat, members of the board all groups of
        the area but support teams. Archived groups are only for staff and the state.
        """
        if getattr(user, "pk", None) is None:
            return self.none()
        seats = seats_of(user)
        if seats.everything:
            return self
        further = apps.get_model("meetings.FurtherGroupArea")
        kept = any_of(
            Q(pk__in=further.objects.filter(area__in=seats.staff_area_ids).values("group")),
            area_id__in=seats.staff_area_ids,
            area__state_id__in=seats.state_ids,
            state_id__in=seats.state_ids,
        )
        return self.filter(kept | Q(archived_at=None) & self._shared_with(user))

    def _shared_with(self, user: Any) -> Q:
        seats = seats_of(user)
        members, group_seats = (apps.get_model(f"meetings.{name}") for name in ("GroupMember", "GroupSeat"))
        own = members.objects.current().filter(user=user.pk).values("group")
        theirs = group_seats.objects.current().filter(partnership__in=seats.partnership_ids).values("group")
        of_board = Q(area_id__in=seats.board_area_ids) & ~Q(kind=Group.Kind.SUPPORT)
        return any_of(Q(pk__in=own), Q(pk__in=theirs), *([of_board] if seats.board_area_ids else []))

    def run_by(self, user: Any) -> Self:
        """Return the groups that the user runs: as staff of the leading area, for the state, or as an officer today."""
        if not getattr(user, "is_active", False):
            return self.none()
        seats = seats_of(user)
        if seats.everything:
            return self
        members = apps.get_model("meetings.GroupMember")
        today = TruncDate(Now())
        held = members.objects.current().filter(Q(last_on=None) | Q(last_on__gte=today), from_on__lte=today)
        officers = held.filter(user=user.pk, role__in=members.OFFICERS)
        return self.filter(
            any_of(Q(pk__in=officers.values("group")), area_id__in=seats.staff_area_ids, state_id__in=seats.state_ids)
        )

    def with_counts(self) -> Self:
        """Annotate how many people belong to each today (``number_of_members``)."""
        members = apps.get_model("meetings.GroupMember").objects.current().filter(group=OuterRef("pk"))
        today = TruncDate(Now())
        here = members.filter(Q(last_on=None) | Q(last_on__gte=today), from_on__lte=today)
        counted = here.order_by().values("group").annotate(number=Count("pk")).values("number")
        return self.annotate(number_of_members=Coalesce(Subquery(counted, models.IntegerField()), 0))

    def of(self, area: LocalArea | int) -> Self:
        """Return the groups of an area: those that it leads, or takes part in with others."""
        further = apps.get_model("meetings.FurtherGroupArea")
        return self.filter(Q(area=area) | Q(pk__in=further.objects.filter(area=area).values("group")))


@tracked(exclude=["roster_due_at"])
class Group(Archivable):
    """People who meet: of an area, of several areas, or of a state.

    Standing committees are those of 20 CFR 679.360. A support team works around one customer, who is never named here:
    it has a number, hours and counts.
    """

    class Kind(models.TextChoices):
        BOARD = "board", _("Workforce board")
        ONE_STOP = "one_stop", _("One-Stop committee")
        YOUTH = "youth", _("Youth committee")
        DISABILITY = "disability", _("Committee on services to people with disabilities")
        COMMITTEE = "committee", _("Other committee of the board")
        STEERING = "steering", _("Steering committee")
        COUNCIL = "council", _("Council")
        BUSINESS = "business", _("Business advisory council")
        WORKGROUP = "workgroup", _("Partner workgroup")
        CONSORTIUM = "consortium", _("Training consortium")
        SUPPORT = "support", _("Customized-support team")

    OF_BOARD = (Kind.BOARD, Kind.ONE_STOP, Kind.YOUTH, Kind.DISABILITY, Kind.COMMITTEE)

    class Cadence(models.TextChoices):
        MONTHLY = "monthly", _("Every month")
        BIMONTHLY = "bimonthly", _("Every other month")
        QUARTERLY = "quarterly", _("Every quarter")
        HALF_YEARLY = "half_yearly", _("Twice a year")
        YEARLY = "yearly", _("Once a year")
        AS_NEEDED = "as_needed", _("As needed")

    class Quorum(models.TextChoices):
        NONE = "none", _("No quorum")
        MAJORITY = "majority", _("More than half of the voting seats")
        TWO_THIRDS = "two_thirds", _("Two thirds of the voting seats")
        NUMBER = "number", _("A fixed number of voting seats")

    area = models.ForeignKey(
        LocalArea, models.PROTECT, null=True, blank=True, related_name="groups", verbose_name=_("area")
    )
    state = models.ForeignKey(
        State, models.PROTECT, null=True, blank=True, related_name="groups", verbose_name=_("state")
    )
    kind = models.CharField(_("kind of group"), max_length=12, choices=Kind)
    name = models.CharField(_("name"), max_length=150)
    purpose = models.TextField(
        _("charter"), blank=True, max_length=8000, help_text=_("What it is for, what it decides, whom it reports to.")
    )
    cadence = models.CharField(
        _("promised rhythm"), max_length=12, choices=Cadence, default=Cadence.QUARTERLY,
        help_text=_("What members were promised. The portal shows it beside the gaps that there really were."),
    )  # fmt: skip
    quorum = models.CharField(_("quorum"), max_length=12, choices=Quorum, default=Quorum.NONE)
    quorum_number = models.PositiveSmallIntegerField(
        _("voting seats for a quorum"), null=True, blank=True, help_text=_("Only for a fixed number.")
    )
    is_open_meeting = models.BooleanField(
        _("meetings are open to the public"), default=False,
        help_text=_("As the sunshine provision (20 CFR 679.390) and state law require of a board and its committees."),
    )  # fmt: skip
    notice_days = models.PositiveSmallIntegerField(
        _("days of public notice"), null=True, blank=True,
        help_text=_("How many days before a meeting it must be announced. Leave blank if no rule binds the group."),
    )  # fmt: skip
    absences_allowed = models.PositiveSmallIntegerField(
        _("absences in a row that are too many"), null=True, blank=True,
        help_text=_("The attendance policy: for example, 3. Leave blank if there is none."),
    )  # fmt: skip

    roster_due_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = GroupQuerySet.as_manager()
    history_name = True

    class Meta:
        verbose_name = _("group")
        constraints = [
            models.CheckConstraint(
                condition=Q(area__isnull=False, state=None) | Q(area=None, state__isnull=False),
                name="group_is_of_an_area_or_a_state",
            ),
            models.CheckConstraint(
                condition=Q(quorum="number", quorum_number__gte=1) | ~Q(quorum="number") & Q(quorum_number=None),
                name="fixed_quorum_has_a_number",
            ),
            models.UniqueConstraint(
                Lower("name"), "area", "state", condition=Q(archived_at=None), nulls_distinct=False,
                name="group_is_named_once",
            ),
            models.UniqueConstraint(
                fields=["area"], condition=Q(kind="board", archived_at=None), name="area_has_one_board"
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["roster_due_at"], name="group_with_new_members", condition=Q(roster_due_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("meetings:group_detail", args=[self.pk])

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of its area; of a group of a state, that of the state's first area."""
        area = self.area or LocalArea.objects.filter(state=self.state_id).order_by("pk").first()
        return area.zone if area else ZoneInfo(settings.TIME_ZONE)

    @property
    def is_support_team(self) -> bool:
        """Whether it works around one customer, of whom nothing may be written."""
        return self.kind == self.Kind.SUPPORT

    @property
    def promised_days(self) -> int | None:
        """The longest gap in days between two meetings that its promised rhythm allows; ``None`` as needed."""
        return PROMISED_DAYS.get(self.Cadence(self.cadence))

    def seats_for_quorum(self, voting: int) -> int:
        """Return how many of the voting seats must be present; 0 without a quorum rule."""
        kinds = self.Quorum
        if self.quorum == kinds.MAJORITY:
            return voting // 2 + 1
        if self.quorum == kinds.TWO_THIRDS:
            return -(-voting * 2 // 3)
        return self.quorum_number or 0 if self.quorum == kinds.NUMBER else 0


# A month with five weeks between two second Tuesdays has 35 days.
PROMISED_DAYS = {
    Group.Cadence.MONTHLY: 35,
    Group.Cadence.BIMONTHLY: 66,
    Group.Cadence.QUARTERLY: 98,
    Group.Cadence.HALF_YEARLY: 189,
    Group.Cadence.YEARLY: 371,
}


@tracked(parent="group")
class FurtherGroupArea(models.Model):
    """A further area of a group, besides the one that leads it."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="further_areas")
    area = models.ForeignKey(LocalArea, models.PROTECT, related_name="+", verbose_name=_("area"))

    class Meta:
        verbose_name = _("further area")
        constraints = [models.UniqueConstraint(fields=["group", "area"], name="area_takes_part_in_a_group_once")]

    def __str__(self) -> str:
        return str(self.area)


class MeetingPolicy(models.Model):
    """What an area asks of people at most: hours in meetings a month."""

    area = models.OneToOneField(LocalArea, models.PROTECT, related_name="meeting_policy")
    hours_a_month = models.PositiveSmallIntegerField(
        _("hours in meetings a month"), default=6,
        help_text=_("Whoever plans meetings is warned before a person is asked for more."),
    )  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(hours_a_month__range=(1, 200)), name="meeting_hours_are_sensible")
        ]

    def __str__(self) -> str:
        return f"{self.area}: {self.hours_a_month}"


HOURS_A_MONTH = 6  # where an area has no policy
