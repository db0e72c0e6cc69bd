"""The seats of groups, and who sits in them."""

from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Lower
from django.utils.translation import gettext_lazy as _

from meetings.models.groups import Group
from onestop.editing.archiving import Archivable, ArchivedQuerySet
from onestop.history.tracking import tracked
from partners.models import BoardSeat, Partnership, Representative
from partners.models.holders import Held, HeldQuerySet, held_days, held_in_order


class GroupSeatQuerySet(ArchivedQuerySet):
    """Seats of groups."""

    def visible_to(self, user: Any) -> Self:
        """Return the seats of groups that the user sees."""
        return self.filter(group__in=Group.objects.visible_to(user).values("pk"))

    def in_order(self) -> Self:
        """Return seats by name, with what names them."""
        name = Lower(Coalesce("partnership__organization__name", "label"))
        return self.select_related("partnership__organization", "board_seat").order_by(name, "label", "pk")


@tracked(parent="group")
class GroupSeat(Archivable):
    """A seat of a group: of a partner, of the board, or by name. Quorum and votes count seats, not heads."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="seats")
    partnership = models.ForeignKey(
        Partnership, models.PROTECT, null=True, blank=True, related_name="group_seats", verbose_name=_("partner")
    )
    board_seat = models.ForeignKey(
        BoardSeat, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("seat of the board")
    )
    label = models.CharField(
        _("name of the seat"), max_length=150, blank=True, help_text=_("For example, “Business”, or “Chamber”.")
    )
    is_voting = models.BooleanField(_("votes"), default=True)

    objects = GroupSeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("seat")
        constraints = [
            models.CheckConstraint(
                condition=~Q(label="") | Q(partnership__isnull=False), name="group_seat_has_a_partner_or_a_name"
            ),
            models.UniqueConstraint(
                fields=["group", "board_seat"], condition=Q(archived_at=None), name="board_seat_is_in_a_group_once"
            ),
            models.UniqueConstraint(
                Lower("label"), "group", "partnership", condition=Q(archived_at=None, board_seat=None),
                nulls_distinct=False, name="group_seat_is_named_once",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["partnership"], name="group_seat_by_partner", condition=Q(archived_at=None)),
        ]

    def __str__(self) -> str:
        if self.partnership is None:
            return self.label
        name = self.partnership.organization.name
        return f"{name}, {self.label}" if self.label else name

    @property
    def partner_name(self) -> str:
        """The name of its partner; empty if it is of none."""
        return self.partnership.organization.name if self.partnership else ""


class GroupMemberQuerySet(HeldQuerySet):
    """Members of groups."""

    def visible_to(self, user: Any) -> Self:
        """Return the members of groups that the user sees."""
        return self.filter(group__in=Group.objects.visible_to(user).values("pk"))

    def in_order(self) -> Self:
        """Return members by their role in the group and by name, with their seats."""
        roles = {role: number for number, role in enumerate(GroupMember.Role.values)}
        order = models.Case(*(models.When(role=role, then=number) for role, number in roles.items()))
        rows = self.select_related("user", "seat__partnership__organization")
        return rows.order_by(order, "is_alternate", Lower("name"), "pk")


@tracked(parent="group", exclude=["last_on"])
class GroupMember(Held):
    """One person's time in a group: in a seat, as its alternate, or without one, as a facilitator from outside."""

    class Role(models.TextChoices):
        CHAIR = "chair", _("Chair")
        VICE_CHAIR = "vice_chair", _("Vice chair")
        SECRETARY = "secretary", _("Secretary")
        FACILITATOR = "facilitator", _("Facilitator")
        MEMBER = "member", _("Member")

    OFFICERS = (Role.CHAIR, Role.VICE_CHAIR, Role.SECRETARY, Role.FACILITATOR)

    group = models.ForeignKey(Group, models.CASCADE, related_name="members")
    seat = models.ForeignKey(
        GroupSeat, models.PROTECT, null=True, blank=True, related_name="members", verbose_name=_("seat")
    )
    representative = models.ForeignKey(
        Representative, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("representative")
    )
    role = models.CharField(_("role in the group"), max_length=12, choices=Role, default=Role.MEMBER)
    is_alternate = models.BooleanField(
        _("alternate"), default=False, help_text=_("Comes when the person in the seat cannot.")
    )

    objects = GroupMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member")
        constraints = [
            *held_in_order("group_member"),
            models.CheckConstraint(
                condition=Q(is_alternate=False) | Q(seat__isnull=False), name="alternate_is_of_a_seat"
            ),
            ExclusionConstraint(
                name="group_seat_is_held_by_one_person_at_a_time",
                expressions=[("seat", "="), (held_days(), "&&")],
                condition=Q(archived_at=None, is_alternate=False, seat__isnull=False),
                deferrable=models.Deferrable.DEFERRED,  # the terms of several people change at once
            ),
            ExclusionConstraint(
                name="group_has_one_chair_at_a_time",
                expressions=[("group", "="), (held_days(), "&&")],
                condition=Q(archived_at=None, role="chair"),
            ),
        ]
        indexes = [
            models.Index(fields=["user"], name="group_member_by_user", condition=Q(archived_at=None)),
            models.Index(Lower("email"), name="group_member_by_address", condition=Q(archived_at=None)),
            models.Index(F("group"), F("archived_at"), name="group_member_by_group"),
        ]

    @property
    def address(self) -> str:
        """The email address in small letters; empty if there is none."""
        return (self.user.email if self.user else self.email).lower()

    @property
    def partner_name(self) -> str:
        """The partner for which the person sits in the group; empty without one."""
        return self.seat.partner_name if self.seat else ""

    def get_absolute_url(self) -> str:
        """Return the address of the page of the group."""
        return f"{self.group.get_absolute_url()}#members"
