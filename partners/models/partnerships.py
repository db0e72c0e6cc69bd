"""Partnerships: organizations as partners in a local area, with their programs."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Count, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from onestop.editing.archiving import Archivable, ArchivedQuerySet
from onestop.editing.phones import PhoneColumn
from onestop.history.tracking import tracked
from partners.models.active import is_active_partner
from partners.models.directory_triggers import OF_A_PARTNERSHIP, list_named
from partners.models.organizations import Organization
from partners.models.places import LocalArea
from partners.models.programs import Program
from partners.models.visibility import is_visible_partnership


class PartnershipQuerySet(ArchivedQuerySet):
    """Partnerships, by who may see them."""

    def active(self) -> Self:
        """Return what counts as a partner: active and not archived."""
        return self.filter(is_active_partner())

    def additional(self) -> Self:
        """Return additional partners: active ones without a required program (20 CFR 678.410)."""
        required = PartnershipProgram.objects.filter(partnership=OuterRef("pk"), program__is_required=True)
        return self.active().exclude(models.Exists(required))

    def unapproved(self) -> Self:
        """Return additional partners without a recorded approval of the board or of the chief elected official."""
        return self.additional().filter(Q(board_approved_on=None) | Q(official_approved_on=None))

    def visible_to(self, user: Any) -> Self:
        """Return partnerships of the areas that the user sees; archived ones only for staff and the state."""
        return self.filter(is_visible_partnership(user))

    def with_people(self) -> Self:
        """Annotate the name of the main representative as ``main_name``, and counts of people by function.

        ``speakers`` counts its representatives and ``signatories`` those who sign, ``editors`` its managers, and
        ``readers`` everyone with an account there, who receive notifications. Deactivated accounts do not count.
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
        """Return partners that depend on one person for any function. Needs with_people."""
        return self.filter(Q(speakers=1) | Q(signatories=1) | Q(editors=1) | Q(readers=1))

    def with_services(self, today: date) -> Self:
        """Annotate the number of services as ``services_total``, and of confirmed ones as ``services_fresh``."""
        services = self._of_each("Service")
        return self.annotate(services_total=_count(services), services_fresh=_count(services.fresh(today)))

    def with_confirmations(self, today: date) -> Self:
        """Add how many stale services were never confirmed (``services_never``), and the oldest confirmation of one.

        ``oldest_on`` is ``None`` if some service was never confirmed.
        """
        services = self._of_each("Service").stale(today)
        oldest = services.values("partnership").annotate(day=models.Min("verified_on")).values("day")
        return self.annotate(services_never=_count(services.filter(verified_on=None))).annotate(
            oldest_on=models.Case(
                models.When(services_never=0, then=Subquery(oldest, output_field=models.DateField())),
                default=None,
            )
        )

    def with_programs(self) -> Self:
        """Prefetch the programs of each in the order of the law as ``carried``."""
        links = PartnershipProgram.objects.select_related("program").order_by("program__position")
        return self.prefetch_related(Prefetch("program_links", links, to_attr="carried"))

    def matching(self, words: str) -> Self:
        """Return partners whose name, services or representatives contain the text."""
        services = self._of_each("Service").filter(name__icontains=words)
        people = self._of_each("Representative").filter(name__icontains=words)
        return self.filter(
            Q(organization__name__icontains=words)
            | Q(organization__short_name__icontains=words)
            | Q(models.Exists(services))
            | Q(models.Exists(people))
        )

    def without_program(self) -> Self:
        """Return partners without a program."""
        return self.exclude(models.Exists(PartnershipProgram.objects.filter(partnership=OuterRef("pk"))))

    def _of_each(self, name: str) -> Any:
        """Return the current rows of a model of this app that belong to each partnership."""
        model: Any = self.model._meta.apps.get_model("partners", name)
        return model.objects.current().filter(partnership=OuterRef("pk")).order_by()


def _count(rows: QuerySet) -> Coalesce:
    counted = rows.values("partnership").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=models.IntegerField()), 0)


def _count_people(seats: QuerySet) -> Coalesce:
    # Group by a constant: some seats belong to the partnership, others to its whole organization.
    counted = seats.order_by().values(one=models.Value(1)).annotate(number=Count("user", distinct=True))
    return Coalesce(Subquery(counted.values("number"), output_field=models.IntegerField()), 0)


@list_named(OF_A_PARTNERSHIP, "status", "archived_at", "area_id", "organization_id")
@tracked()
class Partnership(Archivable):
    """An organization as a partner in one local area: its status, dates, contact and commitment."""

    class Status(models.TextChoices):
        PROSPECTIVE = "prospective", _("Prospective")
        ACTIVE = "active", _("Active partner")
        PAUSED = "paused", _("Paused")
        ENDED = "ended", _("Ended")

    class Framework(models.TextChoices):
        ONE_STOP = "one_stop", _("By One-Stop staff")
        HOSTED = "hosted", _("By partner staff in a One-Stop center")
        EXTERNAL = "external", _("At the partner's own location")

    class Commitment(models.TextChoices):
        REFERRAL = "referral", _("Referral")
        PRESENCE = "presence", _("Regular presence")
        COLOCATED = "colocated", _("Co-located")
        LINKAGE = "linkage", _("Direct linkage")

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="partnerships")
    area = models.ForeignKey(LocalArea, models.PROTECT, related_name="partnerships")
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.ACTIVE)
    since = models.DateField(_("partner since"), null=True, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    framework = models.CharField(_("how services are provided"), max_length=20, choices=Framework, blank=True)
    commitment = models.CharField(_("commitment"), max_length=20, choices=Commitment, blank=True)
    local_contact = models.CharField(_("contact in this area"), max_length=150, blank=True)
    local_phone = PhoneColumn(_("phone in this area"), max_length=40, blank=True)
    local_email = models.EmailField(_("email in this area"), blank=True)
    local_address = models.CharField(_("address in this area"), max_length=300, blank=True)
    board_approved_on = models.DateField(_("approved by the board on"), null=True, blank=True)
    official_approved_on = models.DateField(_("approved by the chief elected official on"), null=True, blank=True)
    official = models.CharField(_("chief elected official"), max_length=150, blank=True)
    approval_source = models.CharField(_("source of the approval"), max_length=300, blank=True)
    counties_served = models.CharField(_("counties served"), max_length=300, blank=True)
    notes = models.TextField(
        _("notes"),
        blank=True,
        help_text=_("Everyone in the network sees them. Do not include personal data of customers."),
    )
    programs = models.ManyToManyField(Program, through="PartnershipProgram", related_name="partnerships", blank=True)

    objects = PartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        constraints = [
            models.UniqueConstraint(fields=["area", "organization"], name="partner_stands_once_in_an_area"),
            models.CheckConstraint(
                condition=Q(since=None) | Q(ended_on=None) | Q(since__lte=F("ended_on")),
                name="partnership_starts_before_it_ends",
            ),
            models.CheckConstraint(
                condition=Q(official_approved_on=None) | ~Q(official=""), name="approval_names_the_official"
            ),
        ]

    def __str__(self) -> str:
        return self.organization.name

    @property
    def partnership_id(self) -> int:
        """Its own id: a thing says to which partnership it belongs."""
        return self.pk

    @property
    def is_approved(self) -> bool:
        """Whether the board and the chief elected official approved it as an additional partner."""
        return self.board_approved_on is not None and self.official_approved_on is not None

    @property
    def contact_phone(self) -> str:
        """The phone number in this area, or that of the organization."""
        return self.local_phone or self.organization.phone

    @property
    def contact_email(self) -> str:
        """The email address in this area, or that of the organization."""
        return self.local_email or self.organization.email


@tracked(parent="partnership")
class PartnershipProgram(models.Model):
    """A program that the partner carries out in the area."""

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="program_links")
    program = models.ForeignKey(Program, models.PROTECT, related_name="partnership_links")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partnership", "program"], name="partner_carries_a_program_once")
        ]

    def __str__(self) -> str:
        return f"{self.partnership_id}: {self.program_id}"
