"""An organization's place in the network of one local area."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Count, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from onestop.editing.archiving import Archivable, ArchivedQuerySet
from onestop.editing.phones import PhoneColumn
from onestop.history.tracking import tracked
from partners.models.directory_triggers import OF_A_PARTNERSHIP, list_named
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

    def with_people(self) -> Self:
        """Add who works for the partner: ``main_name``, and counts of those in office.

        ``speakers`` and ``signatories`` are its representatives, ``editors`` its managers, ``readers`` all who have an
        account there and so receive notices. Whose account is switched off does not count.
        """
        people = self._of_each("Representative").exclude(user__is_active=False)
        memberships: Any = self.model._meta.apps.get_model("partners", "Membership")
        seats = memberships.objects.current().filter(
            Q(partnership=OuterRef("pk")) | Q(organization=OuterRef("organization_id")), user__is_active=True
        )
        return self.annotate(
            main_name=Coalesce(Subquery(people.filter(kind="main").values("name")[:1]), models.Value("")),
            speakers=_count(people),
            signatories=_count(people.signing()),
            editors=_count_people(seats.filter(role="manager")),
            readers=_count_people(seats),
        )

    def resting_on_one_person(self) -> Self:
        """Return partners for which one person alone speaks, signs, edits or receives notices. Needs with_people."""
        return self.filter(Q(speakers=1) | Q(signatories=1) | Q(editors=1) | Q(readers=1))

    def with_services(self, today: date) -> Self:
        """Add how many services there are (``services_total``) and how many of them are fresh (``services_fresh``)."""
        services = self._of_each("Service")
        return self.annotate(services_total=_count(services), services_fresh=_count(services.fresh(today)))

    def with_programs(self) -> Self:
        """Fetch the programs that each carries, in the order of the law, as ``carried``."""
        links = PartnershipProgram.objects.select_related("program").order_by("program__position")
        return self.prefetch_related(Prefetch("program_links", links, to_attr="carried"))

    def matching(self, words: str) -> Self:
        """Return partners in whose name, services or people the words stand."""
        services = self._of_each("Service").filter(name__icontains=words)
        people = self._of_each("Representative").filter(name__icontains=words)
        return self.filter(
            Q(organization__name__icontains=words)
            | Q(organization__short_name__icontains=words)
            | Q(models.Exists(services))
            | Q(models.Exists(people))
        )

    def without_program(self) -> Self:
        """Return partners that carry none of the programs."""
        return self.exclude(models.Exists(PartnershipProgram.objects.filter(partnership=OuterRef("pk"))))

    def _of_each(self, name: str) -> Any:
        """Return the current rows of a table of this app that hang on each partnership."""
        model: Any = self.model._meta.apps.get_model("partners", name)
        return model.objects.current().filter(partnership=OuterRef("pk")).order_by()


def _count(rows: QuerySet) -> Coalesce:
    counted = rows.values("partnership").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=models.IntegerField()), 0)


def _count_people(seats: QuerySet) -> Coalesce:
    # Grouped by a constant: some are seats for the partnership, others for its whole organization.
    counted = seats.order_by().values(one=models.Value(1)).annotate(number=Count("user", distinct=True))
    return Coalesce(Subquery(counted.values("number"), output_field=models.IntegerField()), 0)


@list_named(OF_A_PARTNERSHIP, "status", "archived_at", "area_id", "organization_id")
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
    local_contact = models.CharField("contact in this area", max_length=150, blank=True)
    local_phone = PhoneColumn("phone in this area", max_length=40, blank=True)
    local_email = models.EmailField("e-mail in this area", blank=True)
    local_address = models.CharField("address in this area", max_length=300, blank=True)
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

    @property
    def contact_phone(self) -> str:
        """The phone to call in this area: its own, else the organization's."""
        return self.local_phone or self.organization.phone

    @property
    def contact_email(self) -> str:
        """The address to write to in this area: its own, else the organization's."""
        return self.local_email or self.organization.email


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
