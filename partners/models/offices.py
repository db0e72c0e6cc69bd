"""Offices, and who holds them: chair of the board, chief elected officials, agency heads, fiscal agent, operator."""

from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from onestop.editing.archiving import Archivable, ArchivedQuerySet
from onestop.history.tracking import tracked
from partners.models.holders import Held, HeldQuerySet, held_days, held_in_order
from partners.models.organizations import Organization
from partners.models.places import LocalArea


class OfficeQuerySet(ArchivedQuerySet):
    """Offices, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return the offices of areas and organizations that the user sees."""
        areas = LocalArea.objects.visible_to(user).values("pk")
        organizations = Organization.objects.visible_to(user).values("pk")
        return self.filter(Q(area__in=areas) | Q(organization__in=organizations))


@tracked()
class Office(Archivable):
    """An office in which somebody signs, decides or answers: of an area or of an organization.

    The board and the chief elected officials agree to memoranda (20 CFR 678.500(d)); an area may have several chief
    elected officials (20 CFR 679.310(e)).
    """

    class Kind(models.TextChoices):
        CHAIR = "chair", _("Chair of the board")
        VICE_CHAIR = "vice_chair", _("Vice chair of the board")
        CHIEF_ELECTED = "chief_elected", _("Chief elected official")
        FISCAL_AGENT = "fiscal_agent", _("Fiscal agent")
        OPERATOR = "operator", _("One-Stop operator")
        AGENCY_HEAD = "agency_head", _("Head of the agency")
        OTHER = "other", _("Other office")

    OF_AREAS = (Kind.CHAIR, Kind.VICE_CHAIR, Kind.CHIEF_ELECTED, Kind.FISCAL_AGENT, Kind.OPERATOR, Kind.OTHER)
    OF_ORGANIZATIONS = (Kind.AGENCY_HEAD, Kind.OTHER)

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    area = models.ForeignKey(LocalArea, models.PROTECT, null=True, blank=True, related_name="offices")
    organization = models.ForeignKey(Organization, models.PROTECT, null=True, blank=True, related_name="offices")
    title = models.CharField(
        _("title"), max_length=150, help_text=_("As it is written under a signature: “Mayor of Millpond”.")
    )
    jurisdiction = models.CharField(
        _("jurisdiction"), max_length=150, blank=True,
        help_text=_("Of a chief elected official: the county, city or consortium."),
    )  # fmt: skip

    objects = OfficeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(area__isnull=False, organization=None) | Q(area=None, organization__isnull=False),
                name="office_is_of_an_area_or_an_organization",
            ),
            models.UniqueConstraint(
                Lower("title"), "area", "organization", condition=Q(archived_at=None), nulls_distinct=False,
                name="office_is_titled_once",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("partners:office_detail", args=[self.pk])


class TenureQuerySet(HeldQuerySet):
    """Tenures, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return the tenures of offices that the user sees."""
        return self.filter(office__in=Office.objects.visible_to(user).values("pk"))


@tracked(parent="office", exclude=["last_on"])
class Tenure(Held):
    """One person's time in an office, with the proof of it; nobody else holds the office on the same days."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="tenures")
    proof = models.CharField(
        _("proof"), max_length=200, blank=True,
        help_text=_("Where it is recorded: minutes, a letter, an election result."),
    )  # fmt: skip

    objects = TenureQuerySet.as_manager()

    class Meta:
        constraints = [
            *held_in_order("tenure"),
            ExclusionConstraint(
                name="office_is_held_by_one_person_at_a_time",
                expressions=[("office", "="), (held_days(), "&&")],
                condition=Q(archived_at=None),
            ),
        ]
        indexes = [models.Index(fields=["user"], name="tenure_by_user", condition=Q(archived_at=None))]

    def get_absolute_url(self) -> str:
        """Return the address of the page of the office."""
        return reverse("partners:office_detail", args=[self.office_id])
