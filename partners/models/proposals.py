"""Changes proposed by people who may not make them; current details stay public until a decision."""

from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from onestop.history.tracking import tracked
from partners.models.confirmations import ConfirmationRequest
from partners.models.organizations import Organization
from partners.models.services import Service
from partners.models.visibility import any_of, is_visible_partnership
from partners.seats import Seats, seats_of


class ProposalQuerySet(models.QuerySet):
    """Proposals, by who may see them and who decides."""

    def open(self) -> Self:
        """Return proposals without a decision."""
        return self.filter(status="open")

    def to_decide(self, seats: Seats) -> Self:
        """Return open proposals that holders of these seats decide: staff of the area, managers of the partner."""
        own = any_of(
            service__partnership__area_id__in=seats.staff_area_ids,
            service__partnership_id__in=seats.managed_partnership_ids,
        )
        return self.open().filter(own, service__partnership__archived_at=None)

    def visible_to(self, user: Any) -> Self:
        """Return the user's own proposals, those about their partner's services, and all where they are staff."""
        seats = seats_of(user)
        if seats.everything:
            return self
        concerned = any_of(
            Q(proposed_by_id=user.pk),
            service__partnership__area_id__in=seats.staff_area_ids,
            service__partnership__area__state_id__in=seats.state_ids,
            service__partnership_id__in=seats.partnership_ids,
        )
        return self.filter(concerned, is_visible_partnership(user, "service__partnership"))


class ProposedChange(models.Model):
    """A change proposed by somebody who may not make it: the values before and after, and the reason.

    ``before`` and ``after`` hold only the fields that differ, by name. ``taken`` names those that were approved.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("Pending")
        ACCEPTED = "accepted", _("Approved")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    before = models.JSONField(_("before"))
    after = models.JSONField(_("after"))
    note = models.TextField(_("reason"), max_length=1000)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    proposer_name = models.CharField(_("proposed by"), max_length=150)
    proposed_at = models.DateTimeField(_("proposed"))
    status = models.CharField(max_length=20, choices=Status, default=Status.OPEN)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    answer = models.TextField(_("message to the proposer"), blank=True, max_length=1000)
    taken = ArrayField(models.CharField(max_length=40), default=list, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(status="open", decided_at=None, decided_by=None)
                | (~Q(status="open") & Q(decided_at__isnull=False)),
                name="%(class)s_is_dated_when_decided",
            ),
            models.CheckConstraint(
                condition=~Q(status="declined") | ~Q(answer=""), name="%(class)s_is_declined_with_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(status="accepted") ^ Q(taken=[]), name="%(class)s_names_what_was_accepted"
            ),
        ]


@tracked()
class Proposal(ProposedChange):
    """A proposed change to a service, or a problem that a visitor of the public directory reports.

    A report may name no field (``after`` is empty); then its reason says what is wrong.
    """

    service = models.ForeignKey(Service, models.PROTECT, related_name="proposals")
    request = models.ForeignKey(
        ConfirmationRequest, models.PROTECT, null=True, blank=True, related_name="proposals", editable=False
    )
    is_report = models.BooleanField(_("reported by a visitor"), default=False, editable=False)
    visitor_email = models.EmailField(_("email of the visitor"), blank=True, editable=False)

    objects = ProposalQuerySet.as_manager()

    class Meta(ProposedChange.Meta):
        abstract = False
        constraints = [
            *ProposedChange.Meta.constraints,
            models.CheckConstraint(
                condition=Q(proposed_by__isnull=False) | Q(request__isnull=False) | Q(is_report=True),
                name="proposal_comes_from_somebody",
            ),
        ]
        indexes = [models.Index(fields=["service", "-proposed_at"], name="proposal_by_service")]

    def __str__(self) -> str:
        return f"{self.proposer_name}: {self.service_id}"

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("partners:proposal_detail", args=[self.pk])

    @property
    def subject(self) -> Service:
        """What the proposal would change."""
        return self.service


class OrganizationProposalQuerySet(models.QuerySet):
    """Proposals to change organizations, by who may see them."""

    def open(self) -> Self:
        """Return proposals without a decision."""
        return self.filter(status="open")

    def visible_to(self, user: Any) -> Self:
        """Return the user's own proposals, and those about organizations that they manage as a whole."""
        seats = seats_of(user)
        if seats.everything:
            return self
        return self.filter(
            Q(proposed_by_id=user.pk)
            | Q(organization_id__in=seats.managed_organization_ids)
            | Q(organization__state_id__in=seats.state_ids)
        )


@tracked()
class OrganizationProposal(ProposedChange):
    """A change to an organization that is a partner in several areas, proposed by a manager in one of them."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="proposals")

    objects = OrganizationProposalQuerySet.as_manager()

    class Meta(ProposedChange.Meta):
        abstract = False
        indexes = [models.Index(fields=["organization", "-proposed_at"], name="proposal_by_organization")]

    def __str__(self) -> str:
        return f"{self.proposer_name}: {self.organization_id}"

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("partners:organization_proposal", args=[self.pk])

    @property
    def subject(self) -> Organization:
        """What the proposal would change."""
        return self.organization
