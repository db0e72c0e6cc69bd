"""States, local workforce areas, One-Stop centers, and what all places have in common."""

import zoneinfo
from datetime import date, datetime
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from onestop.editing.archiving import Archivable, ArchivedQuerySet
from onestop.editing.phones import PhoneColumn
from onestop.history.tracking import tracked
from partners.models.directory_triggers import OF_A_CENTER, OF_AN_AREA, list_named
from partners.models.visibility import in_visible_area, is_current_or_kept
from partners.seats import seats_of


class AccessibilityFeature(models.TextChoices):
    """Accessibility features of a building (28 CFR 36), in the words visitors look for."""

    STEP_FREE = "step_free", _("Step-free entrance")
    RAMP = "ramp", _("Ramp")
    ELEVATOR = "elevator", _("Elevator")
    PARKING = "parking", _("Accessible parking")
    RESTROOM = "restroom", _("Accessible restroom")
    DOORS = "doors", _("Automatic doors")
    BRAILLE = "braille", _("Braille signs")
    LOOP = "loop", _("Hearing loop")
    QUIET_ROOM = "quiet_room", _("Quiet room")
    ADJUSTABLE_DESK = "adjustable_desk", _("Adjustable desks")
    SCREEN_READER = "screen_reader", _("Computers with a screen reader")
    TRANSIT = "transit", _("Accessible bus stop nearby")


class StateQuerySet(models.QuerySet):
    """States, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return states which the user administers."""
        seats = seats_of(user)
        return self if seats.everything else self.filter(pk__in=seats.state_ids)


@tracked()
class State(models.Model):
    """A state, whose agency oversees the local workforce areas within it."""

    code = models.CharField(
        max_length=2,
        unique=True,
        validators=[RegexValidator(r"^[A-Z]{2}$", _("Use the two-letter code in capitals, such as OH."))],
    )
    name = models.CharField(_("name"), max_length=80, unique=True)
    agency_name = models.CharField(_("state agency"), max_length=200, blank=True)
    fiscal_year_month = models.PositiveSmallIntegerField(
        _("month in which the fiscal year starts"), default=7, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )

    objects = StateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(fiscal_year_month__range=(1, 12)), name="state_fiscal_year_starts_in_a_month"
            )
        ]

    def __str__(self) -> str:
        return self.name


class LocalAreaQuerySet(ArchivedQuerySet):
    """Local areas, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return areas where the user holds a seat, in the area or with one of its partners."""
        return self.filter(in_visible_area(user))


@list_named(OF_AN_AREA, "archived_at")
@tracked()
class LocalArea(Archivable):
    """A local workforce development area and its board (20 CFR 679.200 to 679.430)."""

    state = models.ForeignKey(State, models.PROTECT, related_name="areas")
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("name in web addresses"), max_length=60, unique=True)
    board_name = models.CharField(_("name of the board"), max_length=200)
    time_zone = models.CharField(_("time zone"), max_length=60, default="America/New_York")
    program_year_month = models.PositiveSmallIntegerField(
        _("month in which the program year starts"), default=7, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )

    objects = LocalAreaQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("name"), "state", name="area_name_is_unique_in_its_state"),
            models.CheckConstraint(
                condition=Q(program_year_month__range=(1, 12)), name="area_program_year_starts_in_a_month"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def area_id(self) -> int:
        """Its own id: a thing says to which area it belongs."""
        return self.pk

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The area's time zone, which applies to dates of agreements and times of meetings."""
        return zoneinfo.ZoneInfo(self.time_zone)

    def day_of(self, at: datetime) -> date:
        """Return the day that it is in the area at a time."""
        return at.astimezone(self.zone).date()


class Place(Archivable):
    """A building with an address that people go to."""

    name = models.CharField(_("name"), max_length=150)
    street = models.CharField(_("street address"), max_length=200, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    state_code = models.CharField(_("state"), max_length=2, blank=True)
    postal_code = models.CharField(
        _("ZIP code"),
        max_length=10,
        blank=True,
        validators=[RegexValidator(r"^\d{5}(-\d{4})?$", _("A ZIP code has five digits, or nine: 43215-1234."))],
    )
    phone = PhoneColumn(_("phone"), max_length=40, blank=True)
    hours = models.CharField(_("hours"), max_length=200, blank=True)
    accessibility = ArrayField(
        models.CharField(max_length=20, choices=AccessibilityFeature),
        verbose_name=_("accessibility"),
        default=list,
        blank=True,
        size=20,
    )
    directions = models.TextField(_("directions"), blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        """The address in one line; empty if none is recorded."""
        town = " ".join(part for part in (self.state_code, self.postal_code) if part)
        return ", ".join(part for part in (self.street, self.city, town) if part)

    @property
    def accessibility_labels(self) -> list[str]:
        """The labels of its accessibility features."""
        return [str(AccessibilityFeature(value).label) for value in self.accessibility]


class CenterQuerySet(ArchivedQuerySet):
    """One-Stop centers, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return centers of the areas that the user sees; archived ones only for staff and the state."""
        return self.filter(is_current_or_kept(user), in_visible_area(user, "area"))


@list_named(OF_A_CENTER, "name", "city", "accessibility", "archived_at")
@tracked()
class Center(Place):
    """A One-Stop (American Job) center: comprehensive, affiliate or specialized (20 CFR 678.300 to 678.320)."""

    class Kind(models.TextChoices):
        COMPREHENSIVE = "comprehensive", _("Comprehensive")
        AFFILIATE = "affiliate", _("Affiliate")
        SPECIALIZED = "specialized", _("Specialized")

    area = models.ForeignKey(LocalArea, models.PROTECT, related_name="centers")
    kind = models.CharField(_("kind of center"), max_length=20, choices=Kind, default=Kind.COMPREHENSIVE)
    email = models.EmailField(_("email"), blank=True)
    certified_on = models.DateField(
        _("certified on"),
        null=True,
        blank=True,
        help_text=_("The board certifies each center at least every three years (20 CFR 678.800)."),
    )
    accessibility_reviewed_on = models.DateField(
        _("accessibility reviewed on"),
        null=True,
        blank=True,
        help_text=_("The board assesses the accessibility of each center every year (20 CFR 679.370(p))."),
    )

    objects = CenterQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), "area", name="center_name_is_unique_in_its_area")]
