"""How partners pay: contributions of each kind, funding sources, braided plans, and invoices of the agreement."""

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
from agreements.models.budgets import CostPool, FundingBudget, FundingPeriod, Payer
from agreements.models.counts import stays_when_closed
from agreements.models.money import POSITIVE, MoneyField
from agreements.models.purchases import ArchivedOfAgreementQuerySet, OfAgreementQuerySet
from onestop.editing.archiving import Archivable
from onestop.files.models import StoredFile
from onestop.history.tracking import tracked
from partners.models import Partnership, Program, Service

PERSON: Any = settings.AUTH_USER_MODEL


def in_percent(weight: Decimal) -> str:
    """Return a part as "62.5%"."""
    return f"{weight.normalize():f}%"


@tracked(parent="agreement")
class FundingInvoice(models.Model):
    """What one partner is asked to pay by a budget for some months. It is voided with a reason, never edited."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="funding_invoices")
    budget = models.ForeignKey(FundingBudget, models.PROTECT, related_name="invoices")
    payer = models.ForeignKey(Payer, models.PROTECT, related_name="invoices", verbose_name=_("partner"))
    number = models.CharField(_("number"), max_length=40)
    first_on = models.DateField(_("from"))
    last_on = models.DateField(_("until"))
    amount = MoneyField(_("amount"))
    issued_on = models.DateField(_("issued"))
    due_on = models.DateField(_("to be paid by"))
    issued_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    voided_at = models.DateTimeField(_("voided"), null=True, blank=True)
    voided_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    void_reason = models.CharField(_("why it was voided"), max_length=300, blank=True)

    objects = OfAgreementQuerySet.as_manager()
    history_silent = ("issued_by", "voided_by")

    class Meta:
        verbose_name = _("invoice to a partner")
        verbose_name_plural = _("invoices to partners")
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="invoice_to_a_partner_is_numbered_once"),
            models.UniqueConstraint(
                fields=["payer", "first_on"], condition=Q(voided_at=None), name="months_are_invoiced_once"
            ),
            models.CheckConstraint(condition=Q(first_on__lte=F("last_on")), name="invoiced_months_begin_and_end"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="invoice_to_a_partner_is_not_negative"),
            models.CheckConstraint(
                condition=Q(voided_at=None, void_reason="") | Q(voided_at__isnull=False) & ~Q(void_reason=""),
                name="invoice_to_a_partner_is_voided_for_a_reason",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="invoice_to_a_partner_is_not_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="amount_of_an_invoice_to_a_partner_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__amount__df=pgtrigger.F("new__amount"))
                | pgtrigger.Q(old__payer__df=pgtrigger.F("new__payer"))
                | pgtrigger.Q(old__number__df=pgtrigger.F("new__number"))
                | pgtrigger.Q(old__voided_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("agreements:funding_invoice_detail", args=[self.pk])


@tracked(parent="agreement")
class Contribution(Archivable):
    """What a partner, or somebody for it, gave toward the costs of a period (20 CFR 678.720(c)).

    In-kind contributions count at fair value, once somebody who may approve money has accepted the evidence
    (2 CFR 200.306). A third party's contribution to the center in general lowers the cost for all partners.
    """

    class Kind(models.TextChoices):
        CASH = "cash", _("Cash")
        NONCASH = "noncash", _("Non-cash: goods, space or services of the partner")
        HOURS = "hours", _("Staff hours of the partner")
        THIRD_PARTY = "third_party", _("Third-party in-kind")

    class Valuation(models.TextChoices):
        ACTUAL = "actual", _("Actual cost, by the books")
        RENTAL = "rental", _("Fair rental value, by an independent appraisal")
        MARKET = "market", _("Current market price")
        PAY = "pay", _("Regular pay and fringe benefits")
        VOLUNTEER = "volunteer", _("Rate for similar work (volunteers)")

    class Status(models.TextChoices):
        ENTERED = "entered", _("Waiting for approval")
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Not accepted")

    IN_KIND = (Kind.NONCASH, Kind.HOURS, Kind.THIRD_PARTY)

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="contributions")
    period = models.ForeignKey(FundingPeriod, models.PROTECT, related_name="contributions", verbose_name=_("period"))
    payer = models.ForeignKey(
        Payer, models.PROTECT, null=True, blank=True, related_name="contributions", verbose_name=_("partner"),
        help_text=_("Leave blank only for a third party's contribution to the center in general."),
    )  # fmt: skip
    pool = models.ForeignKey(
        CostPool, models.PROTECT, null=True, blank=True, related_name="contributions", verbose_name=_("toward"),
        help_text=_("The pool whose costs it covers. Staff hours never count toward infrastructure."),
    )  # fmt: skip
    invoice = models.ForeignKey(
        FundingInvoice, models.PROTECT, null=True, blank=True, related_name="payments", verbose_name=_("invoice")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    giver = models.CharField(_("third party"), max_length=200, blank=True)
    text = models.CharField(_("what was given"), max_length=300)
    received_on = models.DateField(_("date"))
    hours = models.DecimalField(_("hours"), max_digits=8, decimal_places=2, null=True, blank=True)
    rate = MoneyField(_("rate for one hour"), null=True, blank=True)
    amount = MoneyField(_("value"), validators=[POSITIVE])
    valuation = models.CharField(_("valued by"), max_length=10, choices=Valuation, blank=True)
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("evidence")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ENTERED)
    decided_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    by = models.ForeignKey(
        PERSON, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("entered by")
    )
    at = models.DateTimeField(_("entered"))

    objects = ArchivedOfAgreementQuerySet.as_manager()
    history_silent = ("by", "at", "decided_by")

    class Meta:
        verbose_name = _("contribution")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="contribution_is_of_some_value"),
            models.CheckConstraint(
                condition=Q(payer__isnull=False) | Q(kind="third_party"), name="contribution_is_of_a_partner"
            ),
            models.CheckConstraint(
                condition=Q(kind="third_party") & ~Q(giver="") | ~Q(kind="third_party") & Q(giver=""),
                name="third_party_is_named",
            ),
            models.CheckConstraint(
                condition=Q(kind="hours", hours__isnull=False, rate__isnull=False)
                | ~Q(kind="hours") & Q(hours=None, rate=None),
                name="staff_hours_have_a_rate",
            ),
            models.CheckConstraint(
                condition=Q(kind="cash") | ~Q(valuation="") & Q(pool__isnull=False), name="in_kind_is_valued"
            ),
            models.CheckConstraint(
                condition=Q(invoice=None) | Q(payer__isnull=False), name="what_reduces_an_invoice_is_of_a_partner"
            ),
            models.CheckConstraint(
                condition=Q(status="entered", decided_at=None)
                | ~Q(status="entered") & Q(decided_at__isnull=False),
                name="decided_contribution_is_dated",
            ),
            models.CheckConstraint(
                condition=~Q(status="refused") | ~Q(reason=""), name="refused_contribution_has_a_reason"
            ),
            models.CheckConstraint(
                condition=~Q(status="accepted") | Q(kind="cash") | Q(by=None) | Q(decided_by=None)
                | ~Q(decided_by=F("by")),
                name="nobody_accepts_a_contribution_that_they_entered",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["period", "payer"], name="contribution_by_period"),
            models.Index(fields=["invoice"], name="contribution_by_invoice"),
        ]
        triggers = [
            stays_when_closed("contributions_of_a_closed_period_stay"),
            pgtrigger.Protect(
                name="accepted_contribution_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__status="accepted")
                & (
                    pgtrigger.Q(old__amount__df=pgtrigger.F("new__amount"))
                    | pgtrigger.Q(old__payer__df=pgtrigger.F("new__payer"))
                    | pgtrigger.Q(old__period__df=pgtrigger.F("new__period"))
                    | pgtrigger.Q(old__pool__df=pgtrigger.F("new__pool"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("agreements:contribution_detail", args=[self.pk])

    @property
    def is_in_kind(self) -> bool:
        """Whether it is not money, and needs a valuation and evidence."""
        return self.kind in self.IN_KIND


@tracked(parent="agreement")
class FundingSource(Archivable):
    """A funding source from which a partner pays part of its share (braided funding)."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="funding_sources")
    payer = models.ForeignKey(Payer, models.CASCADE, related_name="sources", verbose_name=_("partner"))
    name = models.CharField(_("funding source"), max_length=150)
    program = models.ForeignKey(
        Program, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("program")
    )
    weight = models.DecimalField(_("part (percent)"), max_digits=6, decimal_places=3)
    allowable_use = models.CharField(
        _("allowable use"), max_length=300, help_text=_("What the source may pay, and its limits.")
    )
    position = models.PositiveSmallIntegerField(default=1)

    objects = ArchivedOfAgreementQuerySet.as_manager()
    history_silent = ("position",)

    class Meta:
        verbose_name = _("funding source")
        constraints = [
            models.UniqueConstraint(
                Lower("name"), "payer", condition=Q(archived_at=None), name="funding_source_is_named_once"
            ),
            models.CheckConstraint(condition=Q(weight__gt=0, weight__lte=100), name="funding_source_is_a_percent"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def percent(self) -> str:
        """Its part, as "62.5%"."""
        return in_percent(self.weight)


@tracked(parent="agreement")
class BraidedPlan(Archivable):
    """One service or project that several partners pay from several sources, each tracked apart."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="braided_plans")
    title = models.CharField(_("service or project"), max_length=200)
    service = models.ForeignKey(
        Service, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("service in the directory")
    )
    amount = MoneyField(_("cost"), validators=[POSITIVE])
    first_on = models.DateField(_("from"))
    last_on = models.DateField(_("until"))
    note = models.CharField(_("note"), max_length=500, blank=True)

    objects = ArchivedOfAgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("braided plan")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="braided_plan_costs_something"),
            models.CheckConstraint(condition=Q(first_on__lte=F("last_on")), name="braided_plan_begins_and_ends"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("agreements:braid_detail", args=[self.pk])


@tracked(parent="agreement")
class BraidedPart(Archivable):
    """What one funding source of one partner pays of a braided plan."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="braided_parts")
    plan = models.ForeignKey(BraidedPlan, models.CASCADE, related_name="parts")
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="+", verbose_name=_("partner"))
    name = models.CharField(_("funding source"), max_length=150)
    weight = models.DecimalField(_("part (percent)"), max_digits=6, decimal_places=3)
    allowable_use = models.CharField(_("allowable use"), max_length=300)
    position = models.PositiveSmallIntegerField(default=1)

    objects = ArchivedOfAgreementQuerySet.as_manager()
    history_silent = ("position",)

    class Meta:
        verbose_name = _("part of a braided plan")
        verbose_name_plural = _("parts of a braided plan")
        constraints = [
            models.CheckConstraint(condition=Q(weight__gt=0, weight__lte=100), name="part_of_a_braid_is_a_percent")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def percent(self) -> str:
        """Its part, as "62.5%"."""
        return in_percent(self.weight)
