"""Who may do what where (seats), and who speaks for a partner."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from onestop.history import tracked
from partners.models.archiving import Archivable, ArchivedQuerySet
from partners.models.organizations import Organization
from partners.models.partnerships import Partnership
from partners.models.places import LocalArea, State
from partners.seats import seats_of


class Role(models.TextChoices):
    """What a person is in the network."""

    STATE = "state", "State administrator"
    STAFF = "staff", "One-Stop staff"
    MANAGER = "manager", "Partner manager"
    REPRESENTATIVE = "representative", "Partner representative"
    BOARD = "board", "WIB member"


STATE_ROLES = (Role.STATE,)
AREA_ROLES = (Role.STAFF, Role.BOARD)
ORGANIZATION_ROLES = (Role.MANAGER, Role.REPRESENTATIVE)


def seat_is_in_one_fitting_place() -> Q:
    """Return the condition that a role stands in the one kind of place where it makes sense."""
    return (
        Q(role__in=STATE_ROLES, state__isnull=False, area=None, organization=None)
        | Q(role__in=AREA_ROLES, state=None, area__isnull=False, organization=None)
        | Q(role__in=ORGANIZATION_ROLES, state=None, area=None, organization__isnull=False)
    )


class Seat(models.Model):
    """A role in a place: a state, a local area, or an organization."""

    role = models.CharField(max_length=20, choices=Role)
    state = models.ForeignKey(State, models.PROTECT, null=True, blank=True, related_name="%(class)ss")
    area = models.ForeignKey(LocalArea, models.PROTECT, null=True, blank=True, related_name="%(class)ss")
    organization = models.ForeignKey(Organization, models.PROTECT, null=True, blank=True, related_name="%(class)ss")

    class Meta:
        abstract = True

    @property
    def place(self) -> State | LocalArea | Organization:
        """The state, area or organization in which the role is held."""
        place = self.state or self.area or self.organization
        assert place is not None
        return place


class MembershipQuerySet(models.QuerySet):
    """Seats, by who may see them."""

    def current(self) -> Self:
        """Return seats that are held now."""
        return self.filter(ended_at=None)

    def visible_to(self, user: Any) -> Self:
        """Return the user's own seats, all in areas of which the user is staff, and colleagues' seats."""
        seats = seats_of(user)
        if seats.everything:
            return self
        partners = (
            Partnership.objects.current()
            .filter(Q(area_id__in=seats.staff_area_ids) | Q(area__state_id__in=seats.state_ids))
            .values("organization_id")
        )
        return self.filter(
            Q(user_id=user.pk)
            | Q(area_id__in=seats.staff_area_ids)
            | Q(state_id__in=seats.state_ids)
            | Q(area__state_id__in=seats.state_ids)
            | Q(organization_id__in=seats.organization_ids)
            | Q(organization_id__in=partners)
        )


@tracked()
class Membership(Seat):
    """A seat: one person's role in one state, local area or organization, from a day until it ends."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")
    since = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=seat_is_in_one_fitting_place(), name="seat_is_in_one_fitting_place"),
            models.UniqueConstraint(
                fields=["user", "role", "state", "area", "organization"],
                condition=Q(ended_at=None),
                nulls_distinct=False,
                name="person_holds_a_seat_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.place}"


class RepresentativeQuerySet(ArchivedQuerySet):
    """Representatives, by who may see them and whether to count on them."""

    def in_office(self) -> Self:
        """Return people who speak for a partner now; not those whose account was switched off."""
        return self.current().exclude(user__is_active=False)

    def visible_to(self, user: Any) -> Self:
        """Return people who speak for the partnerships that the user sees; those who left, only to who keeps them."""
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


@tracked()
class Representative(Archivable):
    """A person who speaks for an organization in one area: main or alternate, and whether they may sign."""

    class Kind(models.TextChoices):
        MAIN = "main", "Main representative"
        ALTERNATE = "alternate", "Alternate"

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="representatives")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="representations"
    )
    name = models.CharField("full name", max_length=150)
    job_title = models.CharField("title", max_length=150, blank=True)
    email = models.EmailField("e-mail", blank=True)
    phone = models.CharField(max_length=40, blank=True)
    kind = models.CharField("speaks as", max_length=20, choices=Kind, default=Kind.MAIN)
    is_signatory = models.BooleanField("may sign agreements", default=False)

    objects = RepresentativeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partnership"],
                condition=Q(kind="main", archived_at=None),
                name="partner_has_one_main_representative",
            ),
            models.UniqueConstraint(
                Lower("email"),
                "partnership",
                condition=Q(archived_at=None) & ~Q(email=""),
                name="person_speaks_once_for_a_partner",
            ),
        ]
        indexes = [models.Index(fields=["partnership", "archived_at"], name="representative_by_partnership")]

    def __str__(self) -> str:
        return self.name
