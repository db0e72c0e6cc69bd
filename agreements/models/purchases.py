"""The terms of a purchase of service: what may be bought, at which rate, up to which ceiling."""

from datetime import date
from decimal import Decimal
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agreements.models.agreements import Agreement
from agreements.models.money import NOT_NEGATIVE, POSITIVE, MoneyField
from agreements.models.parties import Party
from onestop.editing.archiving import Archivable, ArchivedQuerySet
from onestop.history.tracking import tracked


class OfAgreementQuerySet(models.QuerySet):
    """Rows below an agreement, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return the rows of agreements that the user sees."""
        return self.filter(agreement__in=Agreement.objects.visible_to(user).values("pk"))


class ArchivedOfAgreementQuerySet(ArchivedQuerySet):
    """Archivable rows below an agreement, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return the rows of agreements that the user sees."""
        return self.filter(agreement__in=Agreement.objects.visible_to(user).values("pk"))


@tracked(parent="agreement")
class PurchaseTerms(models.Model):
    """Who buys from whom under an agreement, and up to which amount in all (34 CFR 361.50)."""

    agreement = models.OneToOneField(Agreement, models.PROTECT, related_name="purchase_terms")
    purchaser = models.ForeignKey(
        Party, models.PROTECT, related_name="purchases", verbose_name=_("purchaser"),
        help_text=_("The party that authorizes and pays, such as Vocational Rehabilitation."),
    )  # fmt: skip
    provider = models.ForeignKey(
        Party, models.PROTECT, related_name="provisions", verbose_name=_("provider"),
        help_text=_("The party that delivers the services and sends invoices."),
    )  # fmt: skip
    ceiling = MoneyField(
        _("ceiling of the agreement"), null=True, blank=True, validators=[NOT_NEGATIVE],
        help_text=_("No more than this is paid in all, unless an exception is recorded (34 CFR 361.50)."),
    )  # fmt: skip
    within_fiscal_year = models.BooleanField(
        _("authorizations end with the fiscal year of the State"), default=True,
        help_text=_("An authorization that is not used up by then is reissued for the next fiscal year."),
    )  # fmt: skip
    pays_within = models.PositiveSmallIntegerField(
        _("days to pay an invoice"), default=30, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )

    objects = OfAgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("terms of the purchase")
        verbose_name_plural = _("terms of the purchase")
        constraints = [
            models.CheckConstraint(condition=~Q(purchaser=F("provider")), name="purchase_is_between_two_parties"),
            models.CheckConstraint(
                condition=Q(ceiling=None) | Q(ceiling__gte=0), name="purchase_ceiling_is_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return str(self.agreement)

    def get_absolute_url(self) -> str:
        """Return the address of the page of the purchase."""
        return reverse("agreements:purchase_detail", args=[self.agreement_id])


@tracked(parent="agreement")
class ServiceLine(Archivable):
    """One service that may be bought: by unit at a rate, or by milestones of a negotiated total."""

    class Unit(models.TextChoices):
        HOUR = "hour", _("Hour")
        SESSION = "session", _("Session")
        DAY = "day", _("Day")
        MONTH = "month", _("Month")
        MILESTONE = "milestone", _("Milestone at a fixed rate")
        PLAN = "plan", _("Milestone plan: percents of a negotiated total")

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="service_lines")
    position = models.PositiveIntegerField(default=1)
    code = models.CharField(_("code"), max_length=20, help_text=_("As the purchaser's fee schedule names it."))
    name = models.CharField(_("service"), max_length=200)
    unit = models.CharField(_("paid by"), max_length=10, choices=Unit)
    ceiling = MoneyField(_("ceiling of the line"), null=True, blank=True, validators=[NOT_NEGATIVE])
    note = models.CharField(_("note"), max_length=500, blank=True)

    objects = ArchivedOfAgreementQuerySet.as_manager()
    history_silent = ("position",)

    class Meta:
        verbose_name = _("service line")
        constraints = [
            models.UniqueConstraint(
                Lower("code"), "agreement", condition=Q(archived_at=None), name="code_of_a_service_line_is_unique"
            ),
            models.CheckConstraint(condition=Q(ceiling=None) | Q(ceiling__gte=0), name="line_ceiling_is_not_negative"),
            models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="service_line_has_code_and_name"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def is_plan(self) -> bool:
        """Whether it is paid by milestones of a negotiated total."""
        return self.unit == self.Unit.PLAN


@tracked(parent="agreement")
class Rate(models.Model):
    """The rate of a service line from a day on. The rate in force on the day of service counts."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="rates")
    line = models.ForeignKey(ServiceLine, models.PROTECT, related_name="rates", verbose_name=_("service line"))
    effective_on = models.DateField(_("in force from"))
    amount = MoneyField(_("rate for one unit"), validators=[POSITIVE])
    authority = models.CharField(
        _("decided by"), max_length=200, blank=True, help_text=_("Such as a rate letter or an amendment.")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("entered"))

    objects = OfAgreementQuerySet.as_manager()
    history_silent = ("by", "at")

    class Meta:
        verbose_name = _("rate")
        constraints = [
            models.UniqueConstraint(fields=["line", "effective_on"], name="line_has_one_rate_from_a_day_on"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="rate_is_more_than_nothing"),
        ]

    def __str__(self) -> str:
        return f"{self.amount}"


@tracked(parent="agreement")
class MilestoneStep(models.Model):
    """One milestone of a plan, as a percent of the total that an authorization negotiates. All sum to 100."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="milestone_steps")
    line = models.ForeignKey(ServiceLine, models.PROTECT, related_name="steps", verbose_name=_("service line"))
    position = models.PositiveSmallIntegerField(_("number"))
    name = models.CharField(_("milestone"), max_length=200)
    percent = models.DecimalField(
        _("percent of the total"), max_digits=5, decimal_places=2,
        validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(Decimal(100))],
    )  # fmt: skip

    objects = OfAgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("milestone")
        constraints = [
            models.UniqueConstraint(fields=["line", "position"], name="milestones_of_a_plan_are_numbered"),
            models.CheckConstraint(condition=Q(percent__gt=0, percent__lte=100), name="milestone_is_a_percent"),
        ]

    def __str__(self) -> str:
        return self.name


@tracked(parent="agreement")
class ReportDuty(Archivable):
    """A report that the provider owes for each authorization, and when."""

    class When(models.TextChoices):
        MONTHLY = "monthly", _("Every month, so many days after its end")
        AFTER_START = "after_start", _("Once, so many days after the authorization begins")
        AFTER_END = "after_end", _("Once, so many days after the authorization ends")

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="report_duties")
    line = models.ForeignKey(
        ServiceLine, models.PROTECT, null=True, blank=True, related_name="report_duties",
        verbose_name=_("only for"), help_text=_("Leave blank for all services."),
    )  # fmt: skip
    name = models.CharField(_("report"), max_length=150)
    when = models.CharField(_("due"), max_length=12, choices=When, default=When.MONTHLY)
    days = models.PositiveSmallIntegerField(_("days"), default=14, validators=[MaxValueValidator(730)])
    holds_payment = models.BooleanField(
        _("invoices wait for it"), default=False,
        help_text=_("While this report is late, no invoice for the authorization is approved."),
    )  # fmt: skip

    objects = ArchivedOfAgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("report duty")
        verbose_name_plural = _("report duties")

    def __str__(self) -> str:
        return self.name


@tracked(parent="agreement")
class CeilingChange(models.Model):
    """A change of a ceiling after the agreement was executed, with what decided it. It is never edited."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="ceiling_changes")
    line = models.ForeignKey(
        ServiceLine, models.PROTECT, null=True, blank=True, related_name="ceiling_changes",
        verbose_name=_("service line"),
    )  # fmt: skip
    before = MoneyField(_("ceiling before"), null=True, blank=True)
    after = MoneyField(_("new ceiling"), null=True, blank=True, validators=[NOT_NEGATIVE])
    amendment = models.ForeignKey(
        Agreement, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("amendment")
    )
    reason = models.CharField(_("reason"), max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("entered"))

    objects = OfAgreementQuerySet.as_manager()
    history_silent = ("by", "at")

    class Meta:
        verbose_name = _("change of a ceiling")
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="change_of_a_ceiling_has_a_reason")]
        triggers = [
            pgtrigger.Protect(name="ceiling_change_stays", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.reason


def fiscal_year_of(day: date, month: int) -> tuple[date, date]:
    """Return the first and the last day of the State's fiscal year that contains a day, if it starts in this month."""
    first = date(day.year if day.month >= month else day.year - 1, month, 1)
    return first, date.fromordinal(first.replace(year=first.year + 1).toordinal() - 1)
