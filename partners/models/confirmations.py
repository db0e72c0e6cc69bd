"""Requests by email to confirm a partner's services, and the answers by their links."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onestop.history.tracking import tracked
from partners.models.partnerships import Partnership
from partners.models.people import Membership, Representative
from partners.models.services import Service


class ConfirmationRequestQuerySet(models.QuerySet):
    """Requests, by whether their links still work."""

    def unrevoked(self) -> Self:
        """Return requests that no newer request has replaced; some may have expired."""
        return self.filter(revoked_at=None)

    def with_recipient(self) -> Self:
        """Fetch each request with its recipient and everything that decides whether its link works."""
        return self.select_related(
            "partnership__area__state", "partnership__organization", "asked_by", "seat__user", "representative__user"
        )


@tracked(exclude=["nonce"])
class ConfirmationRequest(models.Model):
    """One person asked by email to confirm a partner's services in one area.

    Its link works without signing in and only for these services, until it expires, a newer request replaces it, or the
    person no longer holds the role in which they were asked: a manager's seat, or representing the partner.
    """

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="confirmation_requests")
    seat = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    representative = models.ForeignKey(Representative, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(_("full name"), max_length=150)
    email = models.EmailField(_("email"), max_length=254)
    nonce = models.CharField(_("random part of its link"), max_length=24, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Blank: an automatic reminder of the portal."),
    )
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

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

    def __str__(self) -> str:
        return self.name

    @property
    def asker(self) -> str:
        """Who asked: a person, or the portal by an automatic reminder."""
        return str(self.asked_by) if self.asked_by else gettext("the portal")

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

    def has_expired(self, at: datetime) -> bool:
        """Whether its link has expired."""
        return self.expires_at <= at


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
