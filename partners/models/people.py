"""Seats (roles of people in places), and representatives of partners."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onestop.editing.archiving import Archivable, ArchivedQuerySet
from onestop.editing.phones import PhoneColumn
from onestop.history.tracking import tracked
from partners.models.active import is_active_partner
from partners.models.organizations import Organization
from partners.models.partnerships import Partnership
from partners.models.places import LocalArea, State
from partners.models.visibility import any_of, is_current_or_kept, is_visible_partnership
from partners.seats import seats_of


class Role(models.TextChoices):
    """The role of a person in the network."""

    STATE = "state", _("State administrator")
    STAFF = "staff", _("One-Stop staff")
    MANAGER = "manager", _("Partner manager")
    REPRESENTATIVE = "representative", _("Partner representative")
    BOARD = "board", _("WIB member")


STATE_ROLES = (Role.STATE,)
AREA_ROLES = (Role.STAFF, Role.BOARD)
ORGANIZATION_ROLES = (Role.MANAGER, Role.REPRESENTATIVE)


def seat_is_in_one_fitting_place() -> Q:
    """Return the condition that a seat has exactly one place, of the kind that its role needs."""
    return (
        Q(role__in=STATE_ROLES, state__isnull=False, area=None, organization=None, partnership=None)
        | Q(role__in=AREA_ROLES, state=None, area__isnull=False, organization=None, partnership=None)
        | Q(role__in=ORGANIZATION_ROLES, state=None, area=None, organization=None, partnership__isnull=False)
        | Q(role__in=ORGANIZATION_ROLES, state=None, area=None, organization__isnull=False, partnership=None)
    )


Place = State | LocalArea | Partnership | Organization


class Seat(models.Model):
    """A role in a place: a state, a local area, one partnership, or a whole organization in all its areas."""

    role = models.CharField(max_length=20, choices=Role)
    state = models.ForeignKey(State, models.PROTECT, null=True, blank=True, related_name="%(class)ss")
    area = models.ForeignKey(LocalArea, models.PROTECT, null=True, blank=True, related_name="%(class)ss")
    partnership = models.ForeignKey(Partnership, models.PROTECT, null=True, blank=True, related_name="%(class)ss")
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="%(class)ss",
        verbose_name=_("whole organization"), help_text=_("For a seat in all areas of the organization."),
    )  # fmt: skip

    class Meta:
        abstract = True

    @property
    def place(self) -> Place:
        """The state, area, partnership or organization in which the role is held."""
        place = self.state or self.area or self.partnership or self.organization
        assert place is not None
        return place

    @property
    def place_label(self) -> str:
        """The name of the place; a partnership with its area, a whole organization marked as such."""
        return place_label(self.place)


def place_label(place: Place) -> str:
    """Return the name of the place of a seat."""
    if isinstance(place, Partnership):
        names = {"organization": place.organization.name, "area": place.area.name}
        return gettext("%(organization)s in %(area)s") % names
    if isinstance(place, Organization):
        return gettext("%(organization)s (whole organization)") % {"organization": place.name}
    return str(place)


def ids_in_area(model: Any, area: LocalArea | int) -> models.QuerySet:
    """Return the ids of seats (or invitations to seats) in an area and for its partners.

    A union lets the database use one index after the other; an OR over two tables reads the seats of all areas.
    """
    of_area = model.objects.filter(area=area).values("pk")
    of_partners = model.objects.filter(partnership__area=area, partnership__archived_at=None).values("pk")
    return of_area.union(of_partners)


class MembershipQuerySet(models.QuerySet):
    """Query seats by time, place and visibility."""

    def current(self) -> Self:
        """Return current seats."""
        return self.filter(ended_at=None)

    def of_partnership(self, partnership: Partnership) -> Self:
        """Return seats of a partner: for it alone, and for its whole organization."""
        return self.filter(Q(partnership=partnership) | Q(organization_id=partnership.organization_id))

    def in_area(self, area: LocalArea | int) -> Self:
        """Return seats in an area and for its partners; seats for whole organizations are in no area."""
        return self.filter(pk__in=ids_in_area(self.model, area))

    def visible_to(self, user: Any) -> Self:
        """Return the user's own seats, all in areas of which the user is staff, and colleagues' seats.

        Colleagues have a seat for the same partnership or for its whole organization. A user with a seat for the whole
        organization also sees the seats for its partnerships. Staff see no seats for whole organizations.
        """
        seats = seats_of(user)
        if seats.everything:
            return self
        own = any_of(
            Q(user_id=user.pk),
            area_id__in=seats.staff_area_ids,
            partnership__area_id__in=seats.staff_area_ids,
            state_id__in=seats.state_ids,
            area__state_id__in=seats.state_ids,
            partnership__area__state_id__in=seats.state_ids,
            organization__state_id__in=seats.state_ids,
            partnership_id__in=seats.partnership_ids,
            organization_id__in=seats.organization_ids,
        )
        return self.filter(own)


@tracked()
class Membership(Seat):
    """A seat: one person's role in one state, local area, partnership or organization, until it ends."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")
    since = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("seat")
        constraints = [
            models.CheckConstraint(condition=seat_is_in_one_fitting_place(), name="seat_is_in_one_fitting_place"),
            models.UniqueConstraint(
                fields=["user", "role", "state", "area", "partnership", "organization"],
                condition=Q(ended_at=None),
                nulls_distinct=False,
                name="person_holds_a_seat_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.place_label}"


SIGNS_NOW = Q(is_signatory=True) & (Q(signatory_from=None) | Q(signatory_from__lte=Now()))


class RepresentativeQuerySet(ArchivedQuerySet):
    """Query representatives by right to sign and visibility."""

    def of_partners(self) -> Self:
        """Return what counts as a representative of the network: current, of an active partner."""
        return self.current().filter(is_active_partner("partnership"))

    def in_office(self) -> Self:
        """Return current representatives, without those whose account is deactivated."""
        return self.current().exclude(user__is_active=False)

    def signing(self) -> Self:
        """Return people who can sign now; not those who are pending."""
        return self.filter(SIGNS_NOW)

    def with_signing(self) -> Self:
        """Annotate whether each can sign now (``signs_now``)."""
        return self.annotate(signs_now=models.ExpressionWrapper(SIGNS_NOW, output_field=models.BooleanField()))

    def visible_to(self, user: Any) -> Self:
        """Return representatives of partnerships that the user sees; those who left, only to staff and managers."""
        managed = seats_of(user).managed_partnership_ids
        current = is_current_or_kept(user, area="partnership__area", partnership_id__in=managed)
        return self.filter(current, is_visible_partnership(user, "partnership"))


@tracked()
class Representative(Archivable):
    """A person who represents an organization in one area: main or alternate, and whether they can sign.

    A signatory named by the partner's own people can sign from ``signatory_from``, or once staff confirm it.
    """

    class Kind(models.TextChoices):
        MAIN = "main", _("Main representative")
        ALTERNATE = "alternate", _("Alternate")

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="representatives")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="representations"
    )
    name = models.CharField(_("full name"), max_length=150)
    job_title = models.CharField(_("title"), max_length=150, blank=True)
    email = models.EmailField(_("email"), blank=True)
    phone = PhoneColumn(_("phone"), max_length=40, blank=True)
    kind = models.CharField(_("role"), max_length=20, choices=Kind, default=Kind.MAIN)
    is_signatory = models.BooleanField(_("signatory"), default=False)
    signatory_from = models.DateTimeField(_("can sign from"), null=True, blank=True, editable=False)

    objects = RepresentativeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_signatory=True) | Q(signatory_from=None), name="only_a_signatory_signs_from_a_time"
            ),
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

    @property
    def area_id(self) -> int:
        """Id of the area to which it belongs."""
        return self.partnership.area_id

    def may_sign(self, at: datetime) -> bool:
        """Whether the person can sign agreements at a time."""
        return self.is_signatory and not self.is_signatory_pending(at)

    def is_signatory_pending(self, at: datetime) -> bool:
        """Whether the person is a signatory who is not confirmed yet and cannot sign at a time."""
        return self.signatory_from is not None and self.signatory_from > at
