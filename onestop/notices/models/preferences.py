"""How a person wants to be told, and addresses at which nobody is reached."""

from datetime import time
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower


class Cadence(models.TextChoices):
    """How often somebody is told."""

    AT_ONCE = "at_once", "At once"
    DAILY = "daily", "In a daily digest"
    WEEKLY = "weekly", "In a weekly digest"
    OFF = "off", "Only here in the portal"


WEEKDAYS = list(enumerate(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), start=1))


class Preference(models.Model):
    """How often a person wants to be told things of one kind; without a row, as the kind has it.

    What was turned down by the link in a mail remembers when, and how it was before, so that the link can take it back.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notice_preferences")
    kind = models.CharField(max_length=60)
    cadence = models.CharField(max_length=10, choices=Cadence)
    turned_down_at = models.DateTimeField("turned down by e-mail", null=True, blank=True)
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


class DeliverySchedule(models.Model):
    """When a person wants to be told, in their own time zone; without a row, as here by default."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notice_timetable")
    time_zone = models.CharField(max_length=60, blank=True, help_text="Without one, that of the area.")
    digest_at = models.TimeField("digests come at", default=time(8))
    weekly_on = models.PositiveSmallIntegerField("the weekly digest comes on", choices=WEEKDAYS, default=1)
    quiet_from = models.TimeField("quiet from", null=True, blank=True, default=time(20))
    quiet_until = models.TimeField("quiet until", null=True, blank=True, default=time(7))
    weekly_limit = models.PositiveSmallIntegerField(
        "reminders a week at most",
        null=True,
        blank=True,
        help_text="The rest waits for a digest. Empty: as your area has it.",
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
    """An address at which a mail server said for good that nobody is there."""

    address = models.EmailField(max_length=254)
    said = models.CharField("what the server said", max_length=500)
    at = models.DateTimeField()
    cleared_at = models.DateTimeField("trusted again", null=True, blank=True)
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
    """Return when a person wants to be told: as they said, or as it is by default. Needs their row fetched."""
    return getattr(user, "notice_timetable", None) or usual_delivery_schedule(user)


def usual_delivery_schedule(user: Any) -> DeliverySchedule:
    """Return the delivery_schedule of somebody who has said nothing."""
    return DeliverySchedule(user=user)
