"""Requests by email to confirm a partner's services, and the answers by their links."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import F, Q

from onestop.accounts.models import EmailedLink, EmailedLinkQuerySet
from onestop.history.tracking import tracked
from partners.models.partnerships import Partnership
from partners.models.people import Membership, Representative
from partners.models.services import Service


class ConfirmationRequestQuerySet(EmailedLinkQuerySet):
    """Requests, by whether their links still work."""

    def with_recipient(self) -> Self:
        """Fetch each request with its recipient and everything that decides whether its link works."""
        return self.select_related(
            "partnership__area__state", "partnership__organization", "asked_by", "seat__user", "representative__user"
        )


@tracked(exclude=["nonce"])
class ConfirmationRequest(EmailedLink):
    """One person asked by email to confirm a partner's services in one area.

    Its link works without signing in and only for these services, until it expires, a newer request replaces it, or the
    person no longer holds the role in which they were asked: a manager's seat, or representing the partner.
    """

    purpose, page = "confirm", "partners:confirm"

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="confirmation_requests")
    seat = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    representative = models.ForeignKey(Representative, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ConfirmationRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(seat=None) ^ Q(representative=None), name="confirmation_is_asked_of_one_person"
            ),
            models.CheckConstraint(condition=Q(asked_at__lt=F("expires_at")), name="confirmation_link_lives_a_while"),
            models.UniqueConstraint(
                fields=["partnership", "email"],
                condition=Q(revoked_at=None),
                name="confirmation_is_asked_once_of_an_address",
            ),
        ]
        indexes = [models.Index(fields=["partnership", "-asked_at"], name="confirmation_by_partner")]

    @property
    def account(self) -> Any:
        """The account of the recipient, if they have one. Needs with_recipient."""
        return self.seat.user if self.seat else self.representative.user if self.representative else None

    @property
    def holds_place(self) -> bool:
        """Whether the recipient still has the same role and email address. Needs with_recipient."""
        if self.seat:
            user = self.seat.user
            return self.seat.ended_at is None and user.is_active and user.email.lower() == self.email
        person = self.representative
        assert person is not None
        gone = person.is_archived or (person.user is not None and not person.user.is_active)
        return not gone and person.email.lower() == self.email

    def why_over(self, at: datetime) -> str:
        """Return why the link no longer works: revoked (replaced, or the person left), archived, expired; or ""."""
        over = super().why_over(at)
        return "archived" if over != "revoked" and self.partnership.is_archived else over


@tracked(parent="request")
class ServiceConfirmation(models.Model):
    """A confirmation of one service by the link of a request."""

    request = models.ForeignKey(ConfirmationRequest, models.CASCADE, related_name="confirmations")
    service = models.ForeignKey(Service, models.CASCADE, related_name="link_confirmations")
    said_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "service"], name="service_is_confirmed_once_by_a_link")
        ]

    def __str__(self) -> str:
        return f"{self.request_id}: {self.service_id}"
