"""Notification preferences of users, and addresses that bounce."""

from datetime import time
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class Cadence(models.TextChoices):
    """How often notices of a type are sent."""

    AT_ONCE = "at_once", _("Immediately")
    DAILY = "daily", _("Daily digest")
    WEEKLY = "weekly", _("Weekly digest")
    OFF = "off", _("In the portal only")


WEEKDAYS = [
    (1, _("Monday")),
    (2, _("Tuesday")),
    (3, _("Wednesday")),
    (4, _("Thursday")),
    (5, _("Friday")),
    (6, _("Saturday")),
    (7, _("Sunday")),
]


class Preference(models.Model):
    """The cadence that a user chose for one notice type; without a row, the default of the type.

    A cadence that was reduced by a link in a mail stores when, and the one before, so that the link can undo it.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notice_preferences")
    kind = models.CharField(max_length=60)
    cadence = models.CharField(max_length=10, choices=Cadence)
    turned_down_at = models.DateTimeField(_("reduced by email link at"), null=True, blank=True)
    cadence_before = models.CharField(max_length=10, choices=Cadence, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="person_prefers_once_for_a_kind"),
            models.CheckConstraint(
                condition=Q(turned_down_at=None, cadence_before="")
                | (Q(turned_down_at__isnull=False) & ~Q(cadence_before="")),
                name="turned_down_remembers_how_it_was",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.cadence}"


class StoppedAddress(models.Model):
    """A notice type that a person without an account stopped by a link in a mail; they can start it again."""

    address = models.EmailField(max_length=254)
    kind = models.CharField(max_length=60)
    stopped_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("address"), "kind", name="address_stops_a_kind_once")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.address}"


class DeliverySchedule(models.Model):
    """When a user gets notices, in their own time zone; without a row, the defaults below."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notice_timetable")
    time_zone = models.CharField(max_length=60, blank=True, help_text=_("If empty, the time zone of your area."))
    digest_at = models.TimeField(_("digest time"), default=time(8))
    weekly_on = models.PositiveSmallIntegerField(_("weekly digest day"), choices=WEEKDAYS, default=1)
    quiet_from = models.TimeField(_("quiet hours start"), null=True, blank=True, default=time(20))
    quiet_until = models.TimeField(_("quiet hours end"), null=True, blank=True, default=time(7))
    weekly_limit = models.PositiveSmallIntegerField(
        _("maximum reminders per week"),
        null=True,
        blank=True,
        help_text=_("More are held for a digest. If empty, the limit of your area."),
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(weekly_on__range=(1, 7)), name="digest_comes_on_a_weekday"),
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None) | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="quiet_hours_begin_and_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.digest_at:%H:%M}"


class Bounce(models.Model):
    """An address that a mail server refused permanently."""

    address = models.EmailField(max_length=254)
    said = models.CharField(_("answer of the mail server"), max_length=500)
    at = models.DateTimeField()
    cleared_at = models.DateTimeField(_("marked as working at"), null=True, blank=True)
    cleared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("address"), condition=Q(cleared_at=None), name="address_bounces_once"),
            models.CheckConstraint(
                condition=Q(cleared_by=None) | Q(cleared_at__isnull=False), name="address_trusted_by_somebody_is_dated"
            ),
        ]
        indexes = [
            models.Index(Lower("address"), name="bounce_cleared", condition=Q(cleared_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.address


def delivery_schedule_of(user: Any) -> DeliverySchedule:
    """Return the delivery schedule of a user, or the default. Needs their row fetched."""
    return getattr(user, "notice_timetable", None) or usual_delivery_schedule(user)


def usual_delivery_schedule(user: Any) -> DeliverySchedule:
    """Return the default delivery schedule of a user."""
    return DeliverySchedule(user=user)
