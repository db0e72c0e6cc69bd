"""The texts of services in other languages than English."""

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import MD5, Left, Substr
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from onestop.history.tracking import tracked
from partners.models.directory_triggers import list_links
from partners.models.services import Service, is_stale

# What a service says in words, in the order of its page.
WORDS = ("name", "description", "audience", "eligibility", "documents", "cost", "how_to_get_in", "hours", "wait_time")
MARK = 7  # hexadecimal digits of the fingerprint of one part: those of all parts fit into the column


def mark_of(words: str) -> str:
    """Return the fingerprint of one part, as PostgreSQL makes it too."""
    return hashlib.md5(words.encode(), usedforsecurity=False).hexdigest()[:MARK]


def fingerprint_of(service: Service) -> str:
    """Return the fingerprint of the English words of a service, part by part, for ``ServiceText.follows``."""
    return "".join(mark_of(getattr(service, name)) for name in WORDS)


def marks_in(follows: str) -> dict[str, str]:
    """Return the fingerprint of each part; none if it is not known from which words a text was written."""
    if len(follows) != MARK * len(WORDS):
        return {}
    return {name: follows[number * MARK : (number + 1) * MARK] for number, name in enumerate(WORDS)}


def _follows_other_words() -> Q:
    """Return the condition that a part was written from English words that have changed since."""

    def conditions() -> Iterator[Q]:
        for number, name in enumerate(WORDS):
            now = Left(MD5(f"service__{name}"), MARK)
            yield ~Q(**{name: ""}) & ~Q(Exact(Substr("follows", number * MARK + 1, MARK), now))

    return reduce(or_, conditions())


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

    def behind(self) -> Self:
        """Return texts of which a part was written from English words that have changed since."""
        return self.exclude(follows="").filter(_follows_other_words())

    def of_each(self) -> Exists:
        """Return, for a query of services, whether there is a text for each."""
        return Exists(self.filter(service=OuterRef("pk")))


@list_links()
@tracked(parent="service")
class ServiceText(models.Model):
    """What a service says in another language, confirmed apart from the service.

    An empty part is shown in English. ``follows`` is the fingerprint of the English words from which it was written
    (``fingerprint_of``): where they have changed since, the text may be wrong. It is blank where nobody knows.
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
    history_silent = ("follows",)

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

    def parts_behind(self, service: Service) -> tuple[str, ...]:
        """Return the parts that were written from English words of the service that have changed since."""
        marks = marks_in(self.follows)
        return tuple(
            name for name, mark in marks.items() if getattr(self, name) and mark != mark_of(getattr(service, name))
        )
