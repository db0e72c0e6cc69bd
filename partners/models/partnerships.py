"""An organization's place in the network of one local area."""

from typing import Any, Self

from django.db import models
from django.db.models import F, Q

from onestop.history import tracked
from partners.models.archiving import Archivable, ArchivedQuerySet
from partners.models.organizations import Organization
from partners.models.places import LocalArea
from partners.models.programs import Program
from partners.seats import seats_of


class PartnershipQuerySet(ArchivedQuerySet):
    """Partnerships, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return partnerships of the areas that the user sees; archived ones only to those who keep them."""
        seats = seats_of(user)
        if seats.everything:
            return self
        return self.filter(
            Q(archived_at=None) | Q(area_id__in=seats.staff_area_ids) | Q(area__state_id__in=seats.state_ids),
            area__in=LocalArea.objects.visible_to(user).values("pk"),
        )


@tracked()
class Partnership(Archivable):
    """One organization as a partner in one local area: since when, how, and how closely."""

    class Status(models.TextChoices):
        PROSPECTIVE = "prospective", "Prospective"
        ACTIVE = "active", "Active partner"
        PAUSED = "paused", "Paused"
        ENDED = "ended", "Ended"

    class Framework(models.TextChoices):
        ONE_STOP = "one_stop", "By One-Stop staff"
        HOSTED = "hosted", "Hosted by the partner within the One-Stop"
        EXTERNAL = "external", "External, at the provider"

    class Commitment(models.TextChoices):
        REFERRAL = "referral", "Referral"
        PRESENCE = "presence", "Regular presence"
        COLOCATED = "colocated", "Co-located"
        LINKAGE = "linkage", "Direct linkage"

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="partnerships")
    area = models.ForeignKey(LocalArea, models.PROTECT, related_name="partnerships")
    status = models.CharField(max_length=20, choices=Status, default=Status.ACTIVE)
    since = models.DateField("partner since", null=True, blank=True)
    ended_on = models.DateField("ended on", null=True, blank=True)
    framework = models.CharField("implementation framework", max_length=20, choices=Framework, blank=True)
    commitment = models.CharField(max_length=20, choices=Commitment, blank=True)
    counties_served = models.CharField(max_length=300, blank=True)
    notes = models.TextField(blank=True, help_text="Seen by everyone in the network. No customer's personal data.")
    programs = models.ManyToManyField(Program, through="PartnershipProgram", related_name="partnerships", blank=True)

    objects = PartnershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area", "organization"], name="partner_stands_once_in_an_area"),
            models.CheckConstraint(
                condition=Q(since=None) | Q(ended_on=None) | Q(since__lte=F("ended_on")),
                name="partnership_starts_before_it_ends",
            ),
        ]

    def __str__(self) -> str:
        return self.organization.name


@tracked(parent="partnership")
class PartnershipProgram(models.Model):
    """A program that the partner carries in the area."""

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="program_links")
    program = models.ForeignKey(Program, models.PROTECT, related_name="partnership_links")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partnership", "program"], name="partner_carries_a_program_once")
        ]

    def __str__(self) -> str:
        return f"{self.partnership_id}: {self.program_id}"
