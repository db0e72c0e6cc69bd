"""Invoices of providers, credit notes, and their lines."""

from decimal import Decimal
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agreements.models.agreements import Agreement
from agreements.models.authorizations import Authorization, ServiceDelivery
from agreements.models.money import MoneyField, stays_while
from agreements.models.purchases import OfAgreementQuerySet, ServiceLine
from onestop.history.tracking import tracked

PERSON: Any = settings.AUTH_USER_MODEL


class InvoiceQuerySet(OfAgreementQuerySet):
    """Invoices, by state."""

    def approved(self) -> "InvoiceQuerySet":
        """Return those that were approved, paid ones too."""
        return self.filter(status__in=Invoice.APPROVED_OR_PAID)


@tracked(parent="agreement")
class Invoice(models.Model):
    """An invoice of the provider for what was delivered, or a credit note for corrections.

    Once approved it never changes, and can only be marked as paid.
    """

    class Kind(models.TextChoices):
        INVOICE = "invoice", _("Invoice")
        CREDIT = "credit", _("Credit note")

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Waiting for approval")
        APPROVED = "approved", _("Approved")
        PAID = "paid", _("Paid")
        REJECTED = "rejected", _("Rejected")

    APPROVED_OR_PAID = (Status.APPROVED, Status.PAID)

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="invoices")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.INVOICE)
    number = models.CharField(_("number"), max_length=40, help_text=_("As the provider's books name it."))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    total = MoneyField(_("total"), default=Decimal(0))
    note = models.CharField(_("note"), max_length=500, blank=True)
    made_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(_("made"))
    submitted_by = models.ForeignKey(
        PERSON, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("submitted by")
    )
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    due_on = models.DateField(_("to be paid by"), null=True, blank=True)
    decided_by = models.ForeignKey(
        PERSON, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    paid_on = models.DateField(_("paid"), null=True, blank=True)
    payment_reference = models.CharField(_("payment reference"), max_length=60, blank=True)
    paid_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")

    objects = InvoiceQuerySet.as_manager()
    history_silent = ("made_by", "made_at", "submitted_by", "decided_by", "paid_by")

    class Meta:
        verbose_name = _("invoice")
        constraints = [
            models.UniqueConstraint(
                Lower("number"), "agreement", condition=~Q(status="rejected"), name="invoice_is_numbered_once"
            ),
            models.CheckConstraint(
                condition=Q(status="draft", submitted_at=None)
                | ~Q(status="draft") & Q(submitted_at__isnull=False, due_on__isnull=False),
                name="submitted_invoice_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "submitted"], decided_at=None)
                | Q(status__in=["approved", "paid", "rejected"], decided_at__isnull=False),
                name="decided_invoice_is_dated",
            ),
            models.CheckConstraint(condition=~Q(status="rejected") | ~Q(reason=""), name="rejection_has_a_reason"),
            models.CheckConstraint(
                condition=Q(status="paid", paid_on__isnull=False) | ~Q(status="paid") & Q(paid_on=None),
                name="paid_invoice_is_dated",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "paid"])
                | Q(decided_by=None)
                | (Q(submitted_by=None) | ~Q(decided_by=F("submitted_by")))
                & (Q(made_by=None) | ~Q(decided_by=F("made_by"))),
                name="nobody_approves_an_invoice_that_they_entered",
            ),
            models.CheckConstraint(
                condition=Q(kind="invoice", total__gte=0) | Q(kind="credit", total__lte=0),
                name="only_a_credit_note_is_negative",
            ),
        ]
        indexes = [models.Index(fields=["agreement", "status"], name="invoice_by_agreement")]
        triggers = [
            pgtrigger.Protect(
                name="submitted_invoice_is_not_deleted",
                operation=pgtrigger.Delete,
                condition=~pgtrigger.Q(old__status="draft"),
            ),
            pgtrigger.Protect(
                name="decided_invoice_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__status__in=["paid", "rejected"])
                | pgtrigger.Q(old__status="approved")
                & (
                    ~pgtrigger.Q(new__status__in=["approved", "paid"])
                    | pgtrigger.Q(old__total__df=pgtrigger.F("new__total"))
                    | pgtrigger.Q(old__number__df=pgtrigger.F("new__number"))
                    | pgtrigger.Q(old__kind__df=pgtrigger.F("new__kind"))
                    | pgtrigger.Q(old__agreement__df=pgtrigger.F("new__agreement"))
                    | pgtrigger.Q(old__submitted_by__df=pgtrigger.F("new__submitted_by"))
                    | pgtrigger.Q(old__decided_by__df=pgtrigger.F("new__decided_by"))
                    | pgtrigger.Q(old__decided_at__df=pgtrigger.F("new__decided_at"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("agreements:invoice_detail", args=[self.pk])

    @property
    def is_credit(self) -> bool:
        """Whether it takes back what an earlier invoice charged."""
        return self.kind == self.Kind.CREDIT


@tracked(parent="agreement")
class InvoiceLine(models.Model):
    """One delivery on an invoice. Each delivery is on one invoice that was not rejected."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="invoice_lines")
    invoice = models.ForeignKey(Invoice, models.CASCADE, related_name="lines")
    delivery = models.ForeignKey(ServiceDelivery, models.PROTECT, related_name="invoice_lines")
    authorization = models.ForeignKey(Authorization, models.PROTECT, related_name="invoice_lines")
    line = models.ForeignKey(ServiceLine, models.PROTECT, related_name="invoice_lines")
    amount = MoneyField(_("amount"))
    is_live = models.BooleanField(default=True, help_text=_("Not on a rejected invoice."))

    objects = OfAgreementQuerySet.as_manager()
    history_silent = ("is_live",)

    class Meta:
        verbose_name = _("line of an invoice")
        constraints = [
            models.UniqueConstraint(fields=["delivery"], condition=Q(is_live=True), name="delivery_is_invoiced_once")
        ]
        indexes = [
            models.Index(fields=["invoice"], name="invoice_line_by_invoice"),
            models.Index(fields=["authorization"], name="invoice_line_by_authorization"),
            models.Index(fields=["line"], name="invoice_line_by_service_line"),
        ]
        triggers = [
            stays_while(
                "lines_of_a_decided_invoice_stay",
                "agreements_invoice",
                "invoice_id",
                ("approved", "paid", "rejected"),
                "invoice",
            )
        ]

    def __str__(self) -> str:
        return f"{self.amount}"
