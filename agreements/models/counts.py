"""Counts behind shares, requests for them, and the shares themselves."""

from typing import Any, Self
from urllib.parse import urlencode

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agreements.models.agreements import Agreement
from agreements.models.budgets import AllocationBase, CostLine, CostPool, FundingBudget, FundingPeriod, Payer
from agreements.models.money import NOT_NEGATIVE, MoneyField, stays_while
from agreements.models.purchases import OfAgreementQuerySet
from onestop.files.models import StoredFile
from onestop.history.tracking import tracked

PERSON: Any = settings.AUTH_USER_MODEL
CLOSED = ("closed",)


def stays_when_closed(name: str) -> Any:
    """Return a trigger that refuses every write of a row that belongs to a closed period."""
    return stays_while(name, "agreements_fundingperiod", "period_id", CLOSED, "closed period")


class Stage(models.TextChoices):
    """Whether figures are those of the budget, or what came of them."""

    PLAN = "plan", _("Budget")
    ACTUAL = "actual", _("Actual")


@tracked(parent="agreement")
class BaseCount(models.Model):
    """What was counted for one payer and base.

    A count of the budget holds from its period on, until the next one; an actual count holds for its period alone.
    """

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="base_counts")
    base = models.ForeignKey(AllocationBase, models.PROTECT, related_name="counts", verbose_name=_("base"))
    payer = models.ForeignKey(Payer, models.PROTECT, related_name="counts", verbose_name=_("partner"))
    period = models.ForeignKey(FundingPeriod, models.PROTECT, related_name="counts", verbose_name=_("period"))
    stage = models.CharField(_("of"), max_length=6, choices=Stage, default=Stage.PLAN)
    value = models.DecimalField(_("count"), max_digits=12, decimal_places=2, validators=[NOT_NEGATIVE])
    counted_on = models.DateField(_("counted"), null=True, blank=True)
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("evidence")
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("entered"))

    objects = OfAgreementQuerySet.as_manager()
    history_silent = ("by", "at")

    class Meta:
        verbose_name = _("count")
        constraints = [
            models.UniqueConstraint(fields=["base", "payer", "period", "stage"], name="payer_is_counted_once"),
            models.CheckConstraint(condition=Q(value__gte=0), name="count_is_not_negative"),
        ]
        triggers = [stays_when_closed("counts_of_a_closed_period_stay")]

    def __str__(self) -> str:
        return f"{self.value}"

    def get_absolute_url(self) -> str:
        """Return the address of the counts of its period."""
        query = urlencode({"period": self.period.number, "stage": self.stage})
        return f"{reverse('agreements:counts', args=[self.period.budget_id])}?{query}"


class CountRequestQuerySet(OfAgreementQuerySet):
    """Requests for counts, by state."""

    def pending(self) -> Self:
        """Return those that were neither answered nor withdrawn."""
        return self.filter(answered_at=None, withdrawn_at=None)


@tracked(parent="agreement")
class CountRequest(models.Model):
    """A partner is asked for its counts of a period, by a day. It ends when it is answered or withdrawn."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="count_requests")
    payer = models.ForeignKey(Payer, models.PROTECT, related_name="count_requests", verbose_name=_("partner"))
    period = models.ForeignKey(FundingPeriod, models.PROTECT, related_name="count_requests")
    stage = models.CharField(_("of"), max_length=6, choices=Stage, default=Stage.PLAN)
    message = models.CharField(_("message"), max_length=1000, blank=True)
    due_on = models.DateField(_("due"))
    asked_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField(_("asked"))
    answered_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    reminded_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    objects = CountRequestQuerySet.as_manager()
    history_silent = ("asked_by", "asked_at", "answered_by", "reminded_by", "withdrawn_by")

    class Meta:
        verbose_name = _("request for counts")
        verbose_name_plural = _("requests for counts")
        constraints = [
            models.UniqueConstraint(
                fields=["payer", "period", "stage"],
                condition=Q(answered_at=None, withdrawn_at=None),
                name="counts_are_asked_for_once",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(withdrawn_at=None), name="answered_request_is_not_withdrawn"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"], name="count_request_by_day", condition=Q(answered_at=None, withdrawn_at=None)
            )
        ]

    def __str__(self) -> str:
        return str(self.payer)

    def get_absolute_url(self) -> str:
        """Return the address of the page where it is answered."""
        return reverse("agreements:count_request_detail", args=[self.pk])

    @property
    def is_pending(self) -> bool:
        """Whether it was neither answered nor withdrawn."""
        return self.answered_at is None and self.withdrawn_at is None


class CostShare(models.Model):
    """What one payer bears of one pool in one period, with the fraction it comes from. Computed, never typed.

    ``amount`` = ``of_amount`` x ``weight`` / ``of_weight``, rounded so that all shares of the pool add up. A negotiated
    share has no fraction. History needs none: it follows from what is recorded, and is kept once a period is closed.
    """

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="cost_shares")
    budget = models.ForeignKey(FundingBudget, models.CASCADE, related_name="shares")
    period = models.ForeignKey(FundingPeriod, models.CASCADE, related_name="shares")
    pool = models.ForeignKey(CostPool, models.PROTECT, related_name="shares")
    payer = models.ForeignKey(Payer, models.PROTECT, related_name="shares")
    stage = models.CharField(max_length=6, choices=Stage)
    amount = MoneyField(_("share"))
    weight = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    of_weight = models.DecimalField(max_digits=20, decimal_places=2, null=True)
    of_amount = MoneyField()

    objects = OfAgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("share")
        constraints = [
            models.UniqueConstraint(fields=["period", "pool", "payer", "stage"], name="payer_has_one_share_of_a_pool"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="share_is_not_negative"),
            models.CheckConstraint(
                condition=Q(weight=None, of_weight=None) | Q(weight__gte=0, of_weight__gte=F("weight")),
                name="share_is_a_fraction_of_its_pool",
            ),
        ]
        indexes = [models.Index(fields=["budget", "stage"], name="share_by_budget")]
        triggers = [stays_when_closed("shares_of_a_closed_period_stay")]

    def __str__(self) -> str:
        return f"{self.amount}"


@tracked(parent="agreement")
class ActualCost(models.Model):
    """What a cost line came to in one period, with the bill."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="actual_costs")
    period = models.ForeignKey(FundingPeriod, models.PROTECT, related_name="actual_costs")
    line = models.ForeignKey(CostLine, models.PROTECT, related_name="actual_costs", verbose_name=_("cost"))
    amount = MoneyField(_("actual cost"), validators=[NOT_NEGATIVE])
    note = models.CharField(_("note"), max_length=300, blank=True)
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("bill")
    )
    by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("entered"))

    objects = OfAgreementQuerySet.as_manager()
    history_silent = ("by", "at")

    class Meta:
        verbose_name = _("actual cost")
        constraints = [
            models.UniqueConstraint(fields=["period", "line"], name="cost_of_a_period_is_entered_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="actual_cost_is_not_negative"),
        ]
        triggers = [stays_when_closed("costs_of_a_closed_period_stay")]

    def __str__(self) -> str:
        return f"{self.amount}"

    def get_absolute_url(self) -> str:
        """Return the address of the reconciliation of its period."""
        return self.period.get_absolute_url()
