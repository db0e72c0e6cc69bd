"""Who holds an office or a seat from one day to another: a person with or without an account."""

from datetime import date
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from onestop.editing.archiving import Archivable, ArchivedQuerySet
from onestop.files.models import StoredFile


class HeldQuerySet(ArchivedQuerySet):
    """Periods of holding something, by day."""

    def on(self, day: date) -> Self:
        """Return who holds it on a day."""
        return self.current().filter(Q(last_on=None) | Q(last_on__gte=day), from_on__lte=day)

    def before(self, day: date) -> Self:
        """Return who held it before a day."""
        return self.current().filter(last_on__lt=day)

    def after(self, day: date) -> Self:
        """Return who begins to hold it after a day."""
        return self.current().filter(from_on__gt=day)


class Held(Archivable):
    """One person's time in an office or a seat. Those recorded by mistake are archived.

    ``until_on`` is the last day as planned, ``ended_on`` that of somebody who left earlier; ``last_on`` is the one that
    counts.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="%(class)ss",
        verbose_name=_("account"),
    )  # fmt: skip
    name = models.CharField(_("full name"), max_length=150)
    email = models.EmailField(_("email"), blank=True)
    from_on = models.DateField(_("first day"))
    until_on = models.DateField(_("last day"), null=True, blank=True)
    ended_on = models.DateField(_("left early on"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    proof_file = models.OneToOneField(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("appointment letter")
    )
    last_on = models.GeneratedField(
        expression=Coalesce("ended_on", "until_on"),
        output_field=models.DateField(null=True),
        db_persist=True,
        verbose_name=_("last day"),
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def identity(self) -> tuple[Any, ...]:
        """What tells one person from another: the account, else the email, else the name."""
        return ("user", self.user_id) if self.user_id else ("name", (self.email or self.name).casefold())

    def is_on(self, day: date) -> bool:
        """Whether the person holds it on a day."""
        return self.from_on <= day and (self.last_on is None or day <= self.last_on)


def held_in_order(name: str) -> list[models.CheckConstraint]:
    """Return the constraints on the days of a table."""
    return [
        models.CheckConstraint(
            condition=Q(until_on=None) | Q(from_on__lte=F("until_on")), name=f"{name}_begins_before_it_ends"
        ),
        models.CheckConstraint(
            condition=Q(ended_on=None) | Q(from_on__lte=F("ended_on")), name=f"{name}_begins_before_it_ends_early"
        ),
    ]


def held_days() -> Func:
    """Return the days of holding something, as a range for an exclusion constraint."""
    last = Coalesce(F("ended_on"), F("until_on"))
    return Func(F("from_on"), last, Value("[]"), function="daterange", output_field=DateRangeField())
