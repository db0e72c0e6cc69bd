"""What partners offer to whom."""

from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from onestop.editing.archiving import Archivable, ArchivedQuerySet
from onestop.history.tracking import tracked
from partners.models.directory_triggers import list_links, list_services
from partners.models.organizations import WEBSITE_IS_OF_THE_WEB, Location
from partners.models.partnerships import Partnership
from partners.models.places import Center
from partners.models.programs import Program
from partners.seats import seats_of

# Where a search in lists looks; the rest of what people type in is left alone.
SEARCHED = (
    "name", "description", "audience", "eligibility", "how_to_get_in", "keywords",
    "partnership__organization__name", "partnership__organization__short_name",
)  # fmt: skip
MOST_WORDS = 8


class ServiceQuerySet(ArchivedQuerySet):
    """Services, by who may see them and how fresh they are."""

    def visible_to(self, user: Any) -> Self:
        """Return services of the partnerships that the user sees; archived ones only to those who keep them."""
        seats = seats_of(user)
        if seats.everything:
            return self
        return self.filter(
            Q(archived_at=None)
            | Q(partnership__area_id__in=seats.staff_area_ids)
            | Q(partnership__area__state_id__in=seats.state_ids)
            | Q(partnership_id__in=seats.managed_partnership_ids),
            partnership__in=Partnership.objects.visible_to(user).values("pk"),
        )

    def fresh(self, today: date) -> Self:
        """Return services that somebody confirmed within the last six months (setting SERVICE_FRESH_DAYS)."""
        return self.filter(verified_on__gte=today - timedelta(days=settings.SERVICE_FRESH_DAYS))

    def stale(self, today: date) -> Self:
        """Return services that nobody has confirmed within the last six months, or ever."""
        limit = today - timedelta(days=settings.SERVICE_FRESH_DAYS)
        return self.filter(Q(verified_on=None) | Q(verified_on__lt=limit))

    def in_directory(self) -> Self:
        """Return what everybody may find: public services in use, of active partners, in areas in use.

        The view partners_public_service (migration 0002) says the same.
        """
        return self.current().filter(
            is_public=True,
            partnership__archived_at=None,
            partnership__status=Partnership.Status.ACTIVE,
            partnership__area__archived_at=None,
        )

    def matching(self, words: str) -> Self:
        """Return services in which each of the words stands somewhere."""
        found = self
        for word in words.split()[:MOST_WORDS]:
            found = found.filter(reduce(or_, (Q(**{f"{column}__icontains": word}) for column in SEARCHED)))
        return found


@list_services()
@tracked()
class Service(Archivable):
    """Something a partner offers to people in one area: what, for whom, how to get in."""

    class Kind(models.TextChoices):
        """Career services by 20 CFR 678.430, and what partners offer besides."""

        BASIC = "basic", "Basic career service"
        INDIVIDUALIZED = "individualized", "Individualized career service"
        FOLLOW_UP = "follow_up", "Follow-up service"
        TRAINING = "training", "Training"
        SUPPORTIVE = "supportive", "Supportive service"
        YOUTH = "youth", "Youth service"
        BUSINESS = "business", "Service to employers"
        OTHER = "other", "Other help"

    class Mode(models.TextChoices):
        IN_PERSON = "in_person", "In person"
        PHONE = "phone", "By phone"
        VIDEO = "video", "By video"
        ONLINE = "online", "Online, at any time"
        HOME = "home", "At your home"
        GROUP = "group", "In a group"

    class Accommodation(models.TextChoices):
        ASL = "asl", "Sign language interpreter"
        CAPTIONING = "captioning", "Captioning"
        LARGE_PRINT = "large_print", "Large print"
        BRAILLE = "braille", "Braille"
        SCREEN_READER = "screen_reader", "Works with a screen reader"
        ASSISTIVE_TECH = "assistive_tech", "Assistive technology to use"
        READER = "reader", "Help with reading and forms"
        TRANSPORT = "transport", "Help with transportation"
        CHILDCARE = "childcare", "Child care"
        FLEXIBLE = "flexible", "Flexible times"

    class Group(models.TextChoices):
        """Whom a service is made for, in the words by which people look for it."""

        EVERYONE = "everyone", "Everyone"
        ADULTS = "adults", "Adults"
        YOUTH = "youth", "Youth, 14 to 24"
        DISABILITY = "disability", "People with a disability"
        VETERANS = "veterans", "Veterans and their families"
        OLDER = "older", "People of 55 and more"
        LAID_OFF = "laid_off", "People who lost a job"
        RETURNING = "returning", "People coming home from prison or jail"
        LOW_INCOME = "low_income", "Families with little income"
        ENGLISH = "english", "People who learn English"
        FARMWORKERS = "farmworkers", "Farmworkers"
        NATIVE = "native", "American Indians and Alaska Natives"
        EMPLOYERS = "employers", "Employers"

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="services")
    name = models.CharField(max_length=200)
    description = models.TextField("what it is", blank=True)
    kind = models.CharField("kind of service", max_length=20, choices=Kind, blank=True)
    audience = models.TextField("whom it serves", blank=True)
    groups = ArrayField(
        models.CharField(max_length=20, choices=Group), verbose_name="made for", default=list, blank=True
    )
    eligibility = models.TextField("who qualifies", blank=True)
    documents = models.TextField("what to bring", blank=True)
    cost = models.CharField(max_length=300, blank=True)
    how_to_get_in = models.TextField("how to get in", blank=True)
    hours = models.CharField("days and hours", max_length=300, blank=True)
    wait_time = models.CharField("usual wait", max_length=120, blank=True)
    languages = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    modes = ArrayField(models.CharField(max_length=20, choices=Mode), default=list, blank=True)
    accommodations = ArrayField(models.CharField(max_length=20, choices=Accommodation), default=list, blank=True)
    funding_sources = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    keywords = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    phone = models.CharField(max_length=120, blank=True)
    email = models.EmailField("e-mail", blank=True)
    website = models.URLField(max_length=300, blank=True)
    is_public = models.BooleanField("show in the public directory", default=True)
    source_key = models.CharField(
        "key in the imported file", max_length=120, blank=True, editable=False, help_text="Finds it again."
    )
    verified_on = models.DateField("confirmed on", null=True, blank=True, editable=False)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    programs = models.ManyToManyField(Program, through="ServiceProgram", related_name="services", blank=True)
    centers = models.ManyToManyField(Center, through="ServiceCenter", related_name="services", blank=True)
    locations = models.ManyToManyField(Location, through="ServiceLocation", related_name="services", blank=True)

    objects = ServiceQuerySet.as_manager()

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

    def is_stale(self, today: date) -> bool:
        """Whether nobody has confirmed it within the last six months (setting SERVICE_FRESH_DAYS)."""
        return self.verified_on is None or self.verified_on < today - timedelta(days=settings.SERVICE_FRESH_DAYS)

    @property
    def mode_labels(self) -> list[str]:
        """The ways it is given, in words."""
        return [str(self.Mode(value).label) for value in self.modes]

    @property
    def group_labels(self) -> list[str]:
        """Whom it is made for, in words."""
        return [str(self.Group(value).label) for value in self.groups]

    @property
    def accommodation_labels(self) -> list[str]:
        """The accommodations in words."""
        return [str(self.Accommodation(value).label) for value in self.accommodations]


@list_links()
@tracked(parent="service")
class ServiceProgram(models.Model):
    """A program that pays for or carries a service."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="program_links")
    program = models.ForeignKey(Program, models.PROTECT, related_name="service_links")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "program"], name="service_names_a_program_once")]

    def __str__(self) -> str:
        return f"{self.service_id}: {self.program_id}"


@list_links()
@tracked(parent="service")
class ServiceCenter(models.Model):
    """A One-Stop center where a service is given."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="center_links")
    center = models.ForeignKey(Center, models.PROTECT, related_name="service_links")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "center"], name="service_names_a_center_once")]

    def __str__(self) -> str:
        return f"{self.service_id}: {self.center_id}"


@list_links()
@tracked(parent="service")
class ServiceLocation(models.Model):
    """A place of the partner's own where a service is given."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="location_links")
    location = models.ForeignKey(Location, models.PROTECT, related_name="service_links")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "location"], name="service_names_a_location_once")]

    def __str__(self) -> str:
        return f"{self.service_id}: {self.location_id}"
