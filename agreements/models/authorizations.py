"""Authorizations before service, exceptions from ceilings, what was delivered, and the reports about it."""

from datetime import date
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agreements.models.agreements import Agreement
from agreements.models.money import POSITIVE, MoneyField
from agreements.models.purchases import (
    MilestoneStep,
    OfAgreementQuerySet,
    ReportDuty,
    ServiceLine,
)
from onestop.files.models import StoredFile
from onestop.history.tracking import tracked

UNITS: dict[str, Any] = {"max_digits": 9, "decimal_places": 2}
PERSON: Any = settings.AUTH_USER_MODEL
# A delivery on an invoice that was sent never changes.
ON_AN_INVOICE = (
    "IF EXISTS (SELECT 1 FROM agreements_invoiceline l JOIN agreements_invoice i ON i.id = l.invoice_id"
    " WHERE l.delivery_id = OLD.id AND l.is_live AND i.status <> 'draft')"
    " THEN RAISE EXCEPTION 'pgtrigger: delivery % is on an invoice', OLD.id; END IF; RETURN NEW;"
)


@tracked(parent="agreement")
class Authorization(models.Model):
    """The purchaser's permission to deliver a service: before it begins, for one customer whom it does not name.

    It is amended, closed or reissued, never deleted (34 CFR 361.50(e)).
    """

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")
        CANCELED = "canceled", _("Canceled")

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="authorizations")
    line = models.ForeignKey(ServiceLine, models.PROTECT, related_name="authorizations", verbose_name=_("service line"))
    number = models.CharField(_("number"), max_length=40)
    reference = models.CharField(
        _("anonymous reference"), max_length=40,
        help_text=_("A key by which the purchaser finds the customer. No name, birth date or Social Security number."),
    )  # fmt: skip
    units = models.DecimalField(_("units"), null=True, blank=True, **UNITS)
    amount = MoneyField(_("authorized amount"), validators=[POSITIVE])
    first_on = models.DateField(_("first day of service"))
    last_on = models.DateField(_("last day of service"))
    issued_on = models.DateField(_("issued"))
    verbal_on = models.DateField(
        _("authorized by word of mouth"), null=True, blank=True,
        help_text=_("If service began by a call: the day of the call (34 CFR 361.50(e))."),
    )  # fmt: skip
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reissued_as", verbose_name=_("reissue of")
    )
    closed_on = models.DateField(_("closed"), null=True, blank=True)
    close_reason = models.CharField(_("why it was closed"), max_length=300, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("entered"))

    objects = OfAgreementQuerySet.as_manager()
    history_silent = ("by", "at")

    class Meta:
        verbose_name = _("authorization")
        constraints = [
            models.UniqueConstraint(Lower("number"), "agreement", name="authorization_is_numbered_once"),
            models.CheckConstraint(condition=Q(first_on__lte=F("last_on")), name="authorization_begins_before_it_ends"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="authorization_is_of_some_money"),
            models.CheckConstraint(condition=Q(units=None) | Q(units__gt=0), name="authorization_is_of_some_units"),
            models.CheckConstraint(
                condition=Q(status="open", closed_on=None, close_reason="")
                | ~Q(status="open") & Q(closed_on__isnull=False) & ~Q(close_reason=""),
                name="closed_authorization_has_a_day_and_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(issued_on__lte=F("first_on"))
                | Q(verbal_on__isnull=False, verbal_on__lte=F("first_on"), issued_on__gte=F("verbal_on")),
                name="authorization_comes_before_service",
            ),
        ]
        indexes = [
            models.Index(fields=["agreement", "status"], name="authorization_by_agreement"),
            models.Index(fields=["line"], name="authorization_by_line"),
        ]
        triggers = [pgtrigger.Protect(name="authorization_stays", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("agreements:authorization_detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether service may be delivered under it."""
        return self.status == self.Status.OPEN

    @property
    def valid_from(self) -> date:
        """The first day on which service was authorized, by word of mouth or in writing."""
        return max(self.first_on, self.verbal_on or self.issued_on)


@tracked(parent="agreement")
class AuthorizationChange(models.Model):
    """One amendment or reopening of an authorization: what it was, what it is since, and why. It is never edited."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="authorization_changes")
    authorization = models.ForeignKey(Authorization, models.PROTECT, related_name="changes")
    units_before = models.DecimalField(_("units before"), null=True, blank=True, **UNITS)
    units_after = models.DecimalField(_("units"), null=True, blank=True, **UNITS)
    amount_before = MoneyField(_("amount before"))
    amount_after = MoneyField(_("amount"))
    last_on_before = models.DateField(_("last day before"))
    last_on_after = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("amended"))

    objects = OfAgreementQuerySet.as_manager()
    history_silent = ("by", "at")

    class Meta:
        verbose_name = _("amendment of an authorization")
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="authorization_is_amended_for_a_reason")]
        triggers = [pgtrigger.Protect(name="authorization_change_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.reason

    @property
    def is_reopening(self) -> bool:
        """Whether it changed nothing but reopened an authorization that was closed."""
        before = (self.units_before, self.amount_before, self.last_on_before)
        return before == (self.units_after, self.amount_after, self.last_on_after)


@tracked(parent="agreement")
class CeilingException(models.Model):
    """A recorded exception: so much more than a ceiling may be paid (34 CFR 361.50, no absolute limits).

    It is of one authorization, of one service line, or of the whole agreement. It is never edited.
    """

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="ceiling_exceptions")
    line = models.ForeignKey(
        ServiceLine, models.PROTECT, null=True, blank=True, related_name="exceptions", verbose_name=_("service line")
    )
    authorization = models.ForeignKey(
        Authorization, models.PROTECT, null=True, blank=True, related_name="exceptions",
        verbose_name=_("authorization"),
    )  # fmt: skip
    amount = MoneyField(_("amount above the ceiling"), validators=[POSITIVE])
    reason = models.CharField(_("reason"), max_length=1000)
    by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("recorded"))

    objects = OfAgreementQuerySet.as_manager()
    history_silent = ("by", "at")

    class Meta:
        verbose_name = _("exception from a ceiling")
        verbose_name_plural = _("exceptions from ceilings")
        constraints = [
            models.CheckConstraint(condition=Q(line=None) | Q(authorization=None), name="exception_is_of_one_ceiling"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="exception_is_of_some_money"),
            models.CheckConstraint(condition=~Q(reason=""), name="exception_has_a_reason"),
        ]
        triggers = [pgtrigger.Protect(name="ceiling_exception_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.reason


@tracked(parent="agreement")
class ServiceDelivery(models.Model):
    """Units delivered on one day, or a milestone reached, at the rate that was in force on that day.

    Until it is on a submitted invoice it can be withdrawn. After that a correction is an entry of its own with negative
    units, which goes on a credit note.
    """

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="deliveries")
    authorization = models.ForeignKey(
        Authorization, models.PROTECT, related_name="deliveries", verbose_name=_("authorization")
    )
    step = models.ForeignKey(
        MilestoneStep, models.PROTECT, null=True, blank=True, related_name="deliveries", verbose_name=_("milestone")
    )
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name=_("corrects")
    )
    happened_on = models.DateField(_("day of service"))
    units = models.DecimalField(_("units"), **UNITS)
    rate = MoneyField(_("rate"))
    amount = MoneyField(_("amount"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    by = models.ForeignKey(
        PERSON, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("entered by")
    )
    at = models.DateTimeField(_("entered"))

    objects = OfAgreementQuerySet.as_manager()
    history_silent = ("by", "at")

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.CheckConstraint(
                condition=Q(corrects=None, units__gt=0, amount__gte=0)
                | Q(corrects__isnull=False, units__lt=0, amount__lte=0),
                name="only_a_correction_is_negative",
            ),
        ]
        indexes = [
            models.Index(fields=["authorization", "happened_on"], name="delivery_by_authorization"),
            models.Index(fields=["agreement", "happened_on"], name="delivery_by_agreement"),
        ]
        triggers = [
            pgtrigger.Protect(name="delivery_stays", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="invoiced_delivery_stays",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=ON_AN_INVOICE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.happened_on}"

    def get_absolute_url(self) -> str:
        """Return the address of the list that it is on."""
        return reverse("agreements:delivery_list", args=[self.agreement_id])


@tracked(parent="agreement")
class DueReport(models.Model):
    """One report that the provider owes for an authorization: expected, received, accepted or returned."""

    class Status(models.TextChoices):
        EXPECTED = "expected", _("Not received")
        RECEIVED = "received", _("Received")
        ACCEPTED = "accepted", _("Accepted")
        RETURNED = "returned", _("Returned")
        EXCUSED = "excused", _("Not needed")

    OWED = (Status.EXPECTED, Status.RETURNED)

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="due_reports")
    authorization = models.ForeignKey(Authorization, models.PROTECT, related_name="reports")
    duty = models.ForeignKey(ReportDuty, models.PROTECT, related_name="reports", verbose_name=_("report"))
    covers_from = models.DateField(_("covers from"))
    covers_to = models.DateField(_("covers to"))
    due_on = models.DateField(_("due"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.EXPECTED)
    received_on = models.DateField(_("received"), null=True, blank=True)
    text = models.TextField(_("report"), blank=True, max_length=5000)
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("file")
    )
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    sent_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    decided_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    objects = OfAgreementQuerySet.as_manager()
    history_silent = ("sent_by", "decided_by")

    class Meta:
        verbose_name = _("report")
        constraints = [
            models.UniqueConstraint(fields=["authorization", "duty", "covers_from"], name="report_is_owed_once"),
            models.CheckConstraint(
                condition=Q(status__in=["expected", "excused"]) | Q(received_on__isnull=False),
                name="received_report_is_dated",
            ),
            models.CheckConstraint(
                condition=~Q(status="returned") | ~Q(answer=""), name="returned_report_has_a_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["due_on"], name="report_by_day", condition=Q(status__in=["expected", "returned"])),
            models.Index(fields=["agreement", "due_on"], name="report_by_agreement"),
        ]

    def __str__(self) -> str:
        return str(self.duty)

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("agreements:report_detail", args=[self.pk])

    @property
    def is_owed(self) -> bool:
        """Whether the provider still owes it."""
        return self.status in self.OWED
