"""The texts of services in other languages than English."""

from datetime import date, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onestop.history.tracking import tracked
from partners.models.directory_triggers import list_links
from partners.models.services import Service, is_stale

# What a service says in words, in the order of its page.
WORDS = ("name", "description", "audience", "eligibility", "documents", "cost", "how_to_get_in", "hours", "wait_time")


class ServiceTextQuerySet(models.QuerySet):
    """Texts of services, by language, and by whether they follow the English ones."""

    def fresh(self, today: date) -> Self:
        """Return texts confirmed in the last six months (setting SERVICE_FRESH_DAYS)."""
        return self.filter(verified_on__gte=today - timedelta(days=settings.SERVICE_FRESH_DAYS))

    def stale(self, today: date) -> Self:
        """Return texts not confirmed in the last six months, or ever."""
        return self.filter(is_stale(today))

    def by_language(self, language: str) -> Self:
        """Return the texts in a language."""
        return self.filter(language=language)


@list_links()
@tracked(parent="service")
class ServiceText(models.Model):
    """What a service says in another language, confirmed apart from the service.

    An empty part is shown in English. ``follows`` is the fingerprint of the English words from which it was written:
    if they have changed since, the text may be wrong (``partners.upkeep.service_texts``).
    """

    class Language(models.TextChoices):
        SPANISH = "es", _("Spanish")

    service = models.ForeignKey(Service, models.CASCADE, related_name="texts")
    language = models.CharField(max_length=10, choices=Language, default=Language.SPANISH)
    name = models.CharField(max_length=200)
    description = models.TextField(_("description"), blank=True)
    audience = models.TextField(_("who it serves"), blank=True)
    eligibility = models.TextField(_("who qualifies"), blank=True)
    documents = models.TextField(_("what to bring"), blank=True)
    cost = models.CharField(max_length=300, blank=True)
    how_to_get_in = models.TextField(_("how to get in"), blank=True)
    hours = models.CharField(_("days and hours"), max_length=300, blank=True)
    wait_time = models.CharField(_("usual wait"), max_length=120, blank=True)
    follows = models.CharField(_("English words"), max_length=64, blank=True, editable=False)
    verified_on = models.DateField(_("last confirmed"), null=True, blank=True, editable=False)
    verified_by: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )

    objects = ServiceTextQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "language"], name="service_has_one_text_in_a_language"),
            models.CheckConstraint(
                condition=Q(verified_by=None) | Q(verified_on__isnull=False), name="service_text_verifier_has_a_date"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_stale(self, today: date) -> bool:
        """Whether it was not confirmed in the last six months (setting SERVICE_FRESH_DAYS)."""
        return self.verified_on is None or self.verified_on < today - timedelta(days=settings.SERVICE_FRESH_DAYS)
