"""Statements of a reconciled period, disputes about them, and corrections after it was closed."""

from decimal import Decimal
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agreements.models.agreements import Agreement
from agreements.models.budgets import FundingPeriod, Payer
from agreements.models.counts import stays_when_closed
from agreements.models.money import MoneyField
from agreements.models.purchases import OfAgreementQuerySet
from onestop.files.models import StoredFile
from onestop.history.tracking import tracked

PERSON: Any = settings.AUTH_USER_MODEL
ZERO = Decimal(0)


@tracked(parent="agreement")
class PartnerStatement(models.Model):
    """What one partner owes for a period by actual costs and counts, and what it has given toward it.

    ``balance`` is ``owed`` + ``carried_in`` + ``adjusted`` - ``contributed``: more than zero is still to be paid, less
    is in the partner's favor. A revised statement takes the place of the one before, which stays.
    """

    class Answer(models.TextChoices):
        NONE = "none", _("No answer yet")
        AGREED = "agreed", _("Agreed")
        DISPUTED = "disputed", _("Disputed")

    class Outcome(models.TextChoices):
        SETTLED = "settled", _("Nothing is left")
        CARRIED = "carried", _("Carried to the next period")
        REFUNDED = "refunded", _("Refunded")
        PAID = "paid", _("Paid")

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="partner_statements")
    period = models.ForeignKey(FundingPeriod, models.PROTECT, related_name="statements")
    payer = models.ForeignKey(Payer, models.PROTECT, related_name="statements", verbose_name=_("partner"))
    revision = models.PositiveSmallIntegerField(_("revision"), default=1)
    is_current = models.BooleanField(default=True)
    planned = MoneyField(_("budget"), default=ZERO)
    owed = MoneyField(_("owed"), default=ZERO)
    carried_in = MoneyField(_("carried in"), default=ZERO)
    adjusted = MoneyField(_("corrections of earlier periods"), default=ZERO)
    cash = MoneyField(_("paid in cash"), default=ZERO)
    in_kind = MoneyField(_("given in kind"), default=ZERO)
    balance = MoneyField(_("balance"), default=ZERO)
    answer = models.CharField(_("answer"), max_length=10, choices=Answer, default=Answer.NONE)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.CharField(_("what becomes of the balance"), max_length=10, choices=Outcome, blank=True)
    sources = models.JSONField(_("by funding source"), default=list, blank=True)  # [[name, "123.45"], ...] when closed

    objects = OfAgreementQuerySet.as_manager()
    history_silent = ("answered_by", "is_current", "sources")

    class Meta:
        verbose_name = _("statement")
        constraints = [
            models.UniqueConstraint(fields=["period", "payer", "revision"], name="statement_has_a_revision"),
            models.UniqueConstraint(
                fields=["period", "payer"], condition=Q(is_current=True), name="partner_has_one_statement_of_a_period"
            ),
            models.CheckConstraint(
                condition=Q(balance=F("owed") + F("carried_in") + F("adjusted") - F("cash") - F("in_kind")),
                name="statement_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(answer="none", answered_at=None) | ~Q(answer="none") & Q(answered_at__isnull=False),
                name="answered_statement_is_dated",
            ),
        ]
        triggers = [stays_when_closed("statements_of_a_closed_period_stay")]

    def __str__(self) -> str:
        return str(self.payer)

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("agreements:statement_detail", args=[self.pk])


@tracked(parent="agreement")
class StatementDispute(models.Model):
    """A written dispute of a statement, and the answer to it within the agreed days."""

    class Decision(models.TextChoices):
        OPEN = "open", _("Open")
        UPHELD = "upheld", _("Statement revised")
        DECLINED = "declined", _("Statement stays")

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="statement_disputes")
    statement = models.ForeignKey(PartnerStatement, models.PROTECT, related_name="disputes")
    text = models.TextField(_("what is disputed, and why"), max_length=3000)
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("file")
    )
    by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("received"))
    answer_by = models.DateField(_("to be answered by"))
    decision = models.CharField(_("decision"), max_length=10, choices=Decision, default=Decision.OPEN)
    answer = models.TextField(_("answer"), blank=True, max_length=3000)
    decided_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    objects = OfAgreementQuerySet.as_manager()
    history_silent = ("by", "decided_by")

    class Meta:
        verbose_name = _("dispute")
        constraints = [
            models.UniqueConstraint(
                fields=["statement"], condition=Q(decision="open"), name="statement_has_one_open_dispute"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="dispute_says_why"),
            models.CheckConstraint(
                condition=Q(decision="open", decided_at=None)
                | ~Q(decision="open") & ~Q(answer="") & Q(decided_at__isnull=False),
                name="decided_dispute_has_an_answer",
            ),
        ]
        indexes = [models.Index(fields=["answer_by"], name="dispute_by_day", condition=Q(decision="open"))]
        triggers = [pgtrigger.Protect(name="dispute_stays", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        """Return the address of its statement."""
        return self.statement.get_absolute_url()


@tracked(parent="agreement")
class Adjustment(models.Model):
    """A correction of a closed period: a new entry, which counts in a later period that is open."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="adjustments")
    corrects = models.ForeignKey(FundingPeriod, models.PROTECT, related_name="corrected_by", verbose_name=_("corrects"))
    period = models.ForeignKey(FundingPeriod, models.PROTECT, related_name="adjustments", verbose_name=_("counts in"))
    payer = models.ForeignKey(Payer, models.PROTECT, related_name="adjustments", verbose_name=_("partner"))
    amount = MoneyField(_("amount"), help_text=_("More than zero if the partner owes more, less if it owes less."))
    reason = models.CharField(_("reason"), max_length=500)
    by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("entered"))

    objects = OfAgreementQuerySet.as_manager()
    history_silent = ("by", "at")

    class Meta:
        verbose_name = _("correction of a closed period")
        verbose_name_plural = _("corrections of closed periods")
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="adjustment_changes_something"),
            models.CheckConstraint(condition=~Q(reason=""), name="adjustment_has_a_reason"),
            models.CheckConstraint(condition=~Q(corrects=F("period")), name="adjustment_counts_in_another_period"),
        ]
        triggers = [stays_when_closed("adjustments_of_a_closed_period_stay")]

    def __str__(self) -> str:
        return self.reason
