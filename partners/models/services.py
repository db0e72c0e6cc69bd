"""The services that partners offer."""

from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import OuterRef, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from onestop.editing.archiving import Archivable, ArchivedQuerySet
from onestop.editing.phones import PhoneColumn
from onestop.history.tracking import tracked
from partners.models.active import is_active_partner
from partners.models.directory_triggers import list_links, list_services
from partners.models.organizations import WEBSITE_IS_OF_THE_WEB, Location
from partners.models.partnerships import Partnership
from partners.models.places import Center
from partners.models.programs import Program
from partners.models.visibility import is_current_or_kept, is_visible_partnership
from partners.seats import seats_of

# The columns that a search in lists looks in, and the most words of a search that it uses.
SEARCHED = (
    "name", "description", "audience", "eligibility", "how_to_get_in", "keywords",
    "partnership__organization__name", "partnership__organization__short_name",
)  # fmt: skip
MOST_WORDS = 8


def is_stale(today: date) -> Q:
    """Return the condition of services not confirmed in the last six months (setting SERVICE_FRESH_DAYS), or ever."""
    return Q(verified_on=None) | Q(verified_on__lt=today - timedelta(days=settings.SERVICE_FRESH_DAYS))


class ServiceQuerySet(ArchivedQuerySet):
    """Services, by who may see them and how recently they were confirmed."""

    def visible_to(self, user: Any) -> Self:
        """Return services of the partnerships the user may see; archived ones only for their managers and staff."""
        managed = seats_of(user).managed_partnership_ids
        current = is_current_or_kept(user, area="partnership__area", partnership_id__in=managed)
        return self.filter(current, is_visible_partnership(user, "partnership"))

    def of_partners(self) -> Self:
        """Return what counts as a service of the network: current, of an active partner."""
        return self.current().filter(is_active_partner("partnership"))

    def fresh(self, today: date) -> Self:
        """Return services confirmed in the last six months (setting SERVICE_FRESH_DAYS)."""
        return self.filter(verified_on__gte=today - timedelta(days=settings.SERVICE_FRESH_DAYS))

    def stale(self, today: date) -> Self:
        """Return services not confirmed in the last six months, or ever."""
        return self.filter(is_stale(today))

    def with_program_names(self) -> Self:
        """Annotate the short names of the programs of each in the order of the law, as ``program_names``."""
        links = ServiceProgram.objects.filter(service=OuterRef("pk")).order_by("program__position")
        return self.annotate(program_names=ArraySubquery(links.values("program__short_name")))

    def in_directory(self) -> Self:
        """Return the services of the public directory: public and current, of active partners, in current areas.

        The view partners_current_service (migration 0002) says the same.
        """
        return self.of_partners().filter(is_public=True, partnership__area__archived_at=None)

    def matching(self, words: str) -> Self:
        """Return services that contain each of the words."""
        found = self
        for word in words.split()[:MOST_WORDS]:
            found = found.filter(reduce(or_, (Q(**{f"{column}__icontains": word}) for column in SEARCHED)))
        return found


@list_services()
@tracked()
class Service(Archivable):
    """A service that a partner offers to people in one area."""

    class Kind(models.TextChoices):
        """The career services of 20 CFR 678.430, and other kinds of services."""

        BASIC = "basic", _("Basic career service")
        INDIVIDUALIZED = "individualized", _("Individualized career service")
        FOLLOW_UP = "follow_up", _("Follow-up service")
        TRAINING = "training", _("Training")
        SUPPORTIVE = "supportive", _("Supportive service")
        YOUTH = "youth", _("Youth service")
        BUSINESS = "business", _("Business service")
        OTHER = "other", _("Other service")

    class Mode(models.TextChoices):
        IN_PERSON = "in_person", _("In person")
        PHONE = "phone", _("By phone")
        VIDEO = "video", _("By video")
        ONLINE = "online", _("Online, at any time")
        HOME = "home", _("At your home")
        GROUP = "group", _("In a group")

    class Accommodation(models.TextChoices):
        ASL = "asl", _("Sign language interpreter")
        CAPTIONING = "captioning", _("Captioning")
        LARGE_PRINT = "large_print", _("Large print")
        BRAILLE = "braille", _("Braille")
        SCREEN_READER = "screen_reader", _("Works with a screen reader")
        ASSISTIVE_TECH = "assistive_tech", _("Assistive technology")
        READER = "reader", _("Help with reading and forms")
        TRANSPORT = "transport", _("Help with transportation")
        CHILDCARE = "childcare", _("Child care")
        FLEXIBLE = "flexible", _("Flexible times")

    class Group(models.TextChoices):
        """The groups a service is designed for, in the words that people search with."""

        EVERYONE = "everyone", _("Everyone")
        ADULTS = "adults", _("Adults")
        YOUTH = "youth", _("Youth, 14 to 24")
        DISABILITY = "disability", _("People with a disability")
        VETERANS = "veterans", _("Veterans and their families")
        OLDER = "older", _("People 55 and older")
        LAID_OFF = "laid_off", _("People who lost a job")
        RETURNING = "returning", _("People returning from prison or jail")
        LOW_INCOME = "low_income", _("Families with low income")
        ENGLISH = "english", _("People learning English")
        FARMWORKERS = "farmworkers", _("Farmworkers")
        NATIVE = "native", _("American Indians and Alaska Natives")
        EMPLOYERS = "employers", _("Employers")

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="services")
    name = models.CharField(max_length=200)
    description = models.TextField(_("description"), blank=True)
    kind = models.CharField(_("kind of service"), max_length=20, choices=Kind, blank=True)
    audience = models.TextField(_("who it serves"), blank=True)
    groups = ArrayField(
        models.CharField(max_length=20, choices=Group), verbose_name=_("groups served"), default=list, blank=True
    )
    eligibility = models.TextField(_("who qualifies"), blank=True)
    documents = models.TextField(_("what to bring"), blank=True)
    cost = models.CharField(max_length=300, blank=True)
    how_to_get_in = models.TextField(_("how to get in"), blank=True)
    hours = models.CharField(_("days and hours"), max_length=300, blank=True)
    wait_time = models.CharField(_("usual wait"), max_length=120, blank=True)
    languages = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    modes = ArrayField(models.CharField(max_length=20, choices=Mode), default=list, blank=True)
    accommodations = ArrayField(models.CharField(max_length=20, choices=Accommodation), default=list, blank=True)
    funding_sources = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    keywords = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    phone = PhoneColumn(max_length=120, blank=True)
    email = models.EmailField(_("email"), blank=True)
    website = models.URLField(max_length=300, blank=True)
    is_public = models.BooleanField(_("show in the public directory"), default=True)
    is_paused = models.BooleanField(_("temporarily closed"), default=False)
    paused_note = models.CharField(_("until when, or why"), max_length=200, blank=True)
    notes = models.TextField(_("notes for colleagues"), blank=True, help_text=_("Not shown to the public."))
    source_key = models.CharField(
        _("key in the imported file"),
        max_length=120,
        blank=True,
        editable=False,
        help_text=_("Identifies the service in the next import."),
    )
    verified_on = models.DateField(_("last confirmed"), null=True, blank=True, editable=False)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    programs = models.ManyToManyField(Program, through="ServiceProgram", related_name="services", blank=True)
    centers = models.ManyToManyField(Center, through="ServiceCenter", related_name="services", blank=True)
    locations = models.ManyToManyField(Location, through="ServiceLocation", related_name="services", blank=True)

    objects = ServiceQuerySet.as_manager()
    history_silent = ("notes",)  # everyone who sees the service sees its history

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "partnership", "source_key", condition=~Q(source_key=""), name="service_source_key_is_unique"
            ),
            models.CheckConstraint(condition=WEBSITE_IS_OF_THE_WEB, name="service_website_is_of_the_web"),
            models.CheckConstraint(
                condition=Q(verified_by=None) | Q(verified_on__isnull=False), name="service_verifier_has_a_date"
            ),
        ]
        indexes = [
            models.Index("partnership", Lower("name"), name="service_by_partner_and_name"),
            models.Index(fields=["verified_on"], name="service_by_verified_on", condition=Q(archived_at=None)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def area_id(self) -> int:
        """Id of the area to which it belongs."""
        return self.partnership.area_id

    def is_stale(self, today: date) -> bool:
        """Whether it was not confirmed in the last six months (setting SERVICE_FRESH_DAYS)."""
        return self.verified_on is None or self.verified_on < today - timedelta(days=settings.SERVICE_FRESH_DAYS)

    @property
    def mode_labels(self) -> list[str]:
        """The labels of its modes."""
        return [str(self.Mode(value).label) for value in self.modes]

    @property
    def group_labels(self) -> list[str]:
        """The labels of its groups."""
        return [str(self.Group(value).label) for value in self.groups]

    @property
    def accommodation_labels(self) -> list[str]:
        """The labels of its accommodations."""
        return [str(self.Accommodation(value).label) for value in self.accommodations]


@list_links()
@tracked(parent="service")
class ServiceProgram(models.Model):
    """A program that provides or funds a service."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="program_links")
    program = models.ForeignKey(Program, models.PROTECT, related_name="service_links")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "program"], name="service_names_a_program_once")]

    def __str__(self) -> str:
        return f"{self.service_id}: {self.program_id}"


@list_links()
@tracked(parent="service")
class ServiceCenter(models.Model):
    """A One-Stop center where a service is offered."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="center_links")
    center = models.ForeignKey(Center, models.PROTECT, related_name="service_links")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "center"], name="service_names_a_center_once")]

    def __str__(self) -> str:
        return f"{self.service_id}: {self.center_id}"


@list_links()
@tracked(parent="service")
class ServiceLocation(models.Model):
    """A location of the partner where a service is offered."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="location_links")
    location = models.ForeignKey(Location, models.PROTECT, related_name="service_links")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "location"], name="service_names_a_location_once")]

    def __str__(self) -> str:
        return f"{self.service_id}: {self.location_id}"
