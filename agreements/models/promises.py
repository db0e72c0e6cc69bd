"""What each party undertakes, in a form that can be compared with the directory and the schedule."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from agreements.models.agreements import Agreement
from agreements.models.clauses import Clause
from agreements.models.parties import Party
from onestop.editing.archiving import Archivable, ArchivedQuerySet
from onestop.history.tracking import tracked
from partners.models import Center, Service


class PromiseQuerySet(ArchivedQuerySet):
    """Promises, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return the promises of agreements that the user sees."""
        return self.filter(agreement__in=Agreement.objects.visible_to(user).values("pk"))

    def with_names(self) -> Self:
        """Fetch promises with everything that their sentences name, in the order of parties and clauses."""
        rows = self.select_related("party__partnership__organization", "service", "center", "clause")
        return rows.order_by("party", "clause__position", "pk")


@tracked(parent="agreement")
class Promise(Archivable):
    """One thing that a party undertakes: a service, hours in a center, persons served, or a way of referral."""

    class Kind(models.TextChoices):
        SERVICE = "service", _("A service")
        HOURS = "hours", _("Hours in a center")
        PERSONS = "persons", _("Persons served in a year")
        REFERRAL = "referral", _("A way of referral")
        OTHER = "other", _("Something else")

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="promises")
    party = models.ForeignKey(Party, models.PROTECT, related_name="promises", verbose_name=_("who owes it"))
    clause = models.ForeignKey(
        Clause, models.PROTECT, null=True, blank=True, related_name="promises", verbose_name=_("clause")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    service = models.ForeignKey(
        Service, models.PROTECT, null=True, blank=True, related_name="promised_in", verbose_name=_("service")
    )
    center = models.ForeignKey(
        Center, models.PROTECT, null=True, blank=True, related_name="promised_in", verbose_name=_("center")
    )
    quantity = models.DecimalField(
        _("number"), max_digits=9, decimal_places=2, null=True, blank=True,
        help_text=_("Hours in a week, or persons in a year."),
    )  # fmt: skip
    text = models.CharField(_("in words"), max_length=300, blank=True)

    objects = PromiseQuerySet.as_manager()

    class Meta:
        verbose_name = _("promise")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="service", service__isnull=False) | ~Q(kind="service") & Q(service=None),
                name="promise_of_a_service_names_it",
            ),
            models.CheckConstraint(
                condition=Q(kind="hours", center__isnull=False, quantity__isnull=False) | ~Q(kind="hours"),
                name="promise_of_hours_names_center_and_number",
            ),
            models.CheckConstraint(
                condition=Q(kind="persons", quantity__isnull=False) | ~Q(kind="persons"),
                name="promise_of_persons_has_a_number",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["service", "hours", "persons"]) | ~Q(text=""), name="promise_says_what"
            ),
            models.CheckConstraint(condition=Q(quantity=None) | Q(quantity__gt=0), name="promise_is_of_more_than_none"),
        ]

    def __str__(self) -> str:
        what = self._what()
        return f"{what} ({self.text})" if self.text and what != self.text else what

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("agreements:promise_detail", args=[self.pk])

    def _what(self) -> str:
        number = f"{self.quantity.normalize():f}" if self.quantity is not None else ""
        if self.kind == self.Kind.SERVICE:
            return str(self.service)
        if self.kind == self.Kind.HOURS:
            words = ngettext("%(number)s hour a week in %(center)s", "%(number)s hours a week in %(center)s", 2)
            return words % {"number": number, "center": self.center}
        if self.kind == self.Kind.PERSONS:
            return ngettext("%(number)s person a year", "%(number)s persons a year", 2) % {"number": number}
        return self.text
