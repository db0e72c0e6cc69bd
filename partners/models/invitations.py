"""Invitations: the only way to an account."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from onestop.history.tracking import tracked
from partners.models.people import Seat, ids_in_area, seat_is_in_one_fitting_place
from partners.models.places import LocalArea
from partners.seats import seats_of

# What an invitation can have come to, for pages, filters and exports.
OUTCOMES = {
    "waiting": _("Pending"),
    "expired": _("Expired"),
    "accepted": _("Accepted"),
    "withdrawn": _("Withdrawn"),
}


class InvitationQuerySet(models.QuerySet):
    """Query invitations by outcome, place and visibility."""

    def open(self) -> Self:
        """Return invitations that are neither accepted nor withdrawn, including expired ones."""
        return self.filter(accepted_at=None, withdrawn_at=None)

    def waiting(self, at: datetime) -> Self:
        """Return invitations that can be accepted at a time."""
        return self.open().filter(expires_at__gt=at)

    def expired(self, at: datetime) -> Self:
        """Return open invitations that have expired."""
        return self.open().filter(expires_at__lte=at)

    def visible_to(self, user: Any) -> Self:
        """Return invitations to places to which the user may invite."""
        seats = seats_of(user)
        if seats.everything:
            return self
        return self.filter(
            Q(area_id__in=seats.staff_area_ids)
            | Q(partnership__area_id__in=seats.staff_area_ids)
            | Q(partnership_id__in=seats.managed_partnership_ids)
            | Q(organization_id__in=seats.managed_organization_ids)
            | Q(organization__state_id__in=seats.state_ids)
            | Q(state_id__in=seats.state_ids)
        )

    def in_area(self, area: LocalArea | int) -> Self:
        """Return invitations to seats in an area and for its partners."""
        return self.filter(pk__in=ids_in_area(self.model, area))


@tracked(exclude=["nonce"])
class Invitation(Seat):
    """An offer of a seat by email; accepting it creates the seat, and an account if there is none."""

    email = models.EmailField(_("email"), max_length=254)
    name = models.CharField(_("full name"), max_length=150)
    message = models.TextField(_("message"), blank=True, max_length=1000)
    nonce = models.CharField(_("random part of its link"), max_length=24, editable=False)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    invited_at = models.DateTimeField()
    last_sent_at = models.DateTimeField()
    times_sent = models.PositiveSmallIntegerField(default=1)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=seat_is_in_one_fitting_place(), name="invitation_is_to_one_fitting_place"),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="invitation_email_is_in_lower_case"),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(withdrawn_at=None), name="invitation_ends_in_one_way"
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="invitation_is_accepted_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["email", "role", "state", "area", "partnership", "organization"],
                condition=Q(accepted_at=None, withdrawn_at=None),
                nulls_distinct=False,
                name="invitation_is_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email}, {self.get_role_display()}"

    def outcome_at(self, at: datetime) -> str:
        """Return its outcome at a time, a key of ``OUTCOMES``."""
        if self.accepted_at:
            return "accepted"
        if self.withdrawn_at:
            return "withdrawn"
        return "expired" if self.has_expired(at) else "waiting"

    def has_expired(self, at: datetime) -> bool:
        """Whether its time to accept is over."""
        return self.expires_at <= at
