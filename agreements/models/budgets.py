"""The budget of an infrastructure funding agreement for one program year: periods, bases, pools, lines, payers."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agreements.models.agreements import Agreement
from agreements.models.money import NOT_NEGATIVE, MoneyField
from agreements.models.purchases import ArchivedOfAgreementQuerySet, OfAgreementQuerySet
from onestop.editing.archiving import Archivable
from onestop.files.models import StoredFile
from onestop.history.tracking import tracked
from partners.models import Center, Partnership

PERSON: Any = settings.AUTH_USER_MODEL
DAYS = [MinValueValidator(1), MaxValueValidator(365)]
PERCENT: dict[str, Any] = {"max_digits": 6, "decimal_places": 3}


def months_in_words(first_on: date, last_on: date) -> str:
    """Return whole months in a few words: "Oct 2026", or "Oct to Dec 2026"."""
    last = date_format(last_on, "M Y")
    if (first_on.year, first_on.month) == (last_on.year, last_on.month):
        return last
    first = date_format(first_on, "M" if first_on.year == last_on.year else "M Y")
    return gettext("%(first)s to %(last)s") % {"first": first, "last": last}


@tracked(parent="agreement")
class FundingBudget(models.Model):
    """What the centers of an area cost in one program year, and how partners share it (20 CFR 678.755(b)).

    A draft can be changed freely. Once adopted, a change counts for periods that are still open.
    """

    class Frequency(models.TextChoices):
        MONTH = "month", _("Every month")
        QUARTER = "quarter", _("Every quarter")
        HALF = "half", _("Every half year")
        YEAR = "year", _("Once a year")

    class Proration(models.TextChoices):
        MONTHS = "months", _("By months")
        DAYS = "days", _("By days")

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ADOPTED = "adopted", _("Adopted")

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="budgets")
    first_on = models.DateField(_("first day of the program year"))
    frequency = models.CharField(
        _("reconciled"), max_length=8, choices=Frequency, default=Frequency.QUARTER,
        help_text=_("The law names monthly or quarterly as regular (20 CFR 678.720(c)(5))."),
    )  # fmt: skip
    billing = models.CharField(
        _("invoiced"), max_length=8, choices=Frequency, default=Frequency.QUARTER,
        help_text=_("The first invoice of a partner that joins during the year is pro rata."),
    )  # fmt: skip
    proration = models.CharField(
        _("who joins or leaves during the year pays"), max_length=8, choices=Proration, default=Proration.MONTHS
    )
    negotiator = models.CharField(
        _("impartial budget negotiator"), max_length=150, blank=True,
        help_text=_("Whoever leads the talks about the budget, named by the chair, and of no partner that pays."),
    )  # fmt: skip
    issue_days = models.PositiveSmallIntegerField(
        _("days to send statements"), default=45, validators=DAYS, help_text=_("After the end of a period.")
    )
    pay_days = models.PositiveSmallIntegerField(_("days to pay"), default=15, validators=DAYS)
    answer_days = models.PositiveSmallIntegerField(
        _("days to answer a dispute"), default=15, validators=DAYS, help_text=_("Also the days to dispute a statement.")
    )
    flag_percent = models.DecimalField(
        _("flag changes from last year above (percent)"), default=Decimal(10), validators=[NOT_NEGATIVE], **PERCENT
    )
    before = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="following", verbose_name=_("budget of last year")
    )
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.DRAFT)
    adopted_on = models.DateField(_("adopted"), null=True, blank=True)
    adopted_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField(_("method in words"), blank=True, max_length=5000)
    workbook = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("imported workbook")
    )

    objects = OfAgreementQuerySet.as_manager()
    history_silent = ("adopted_by",)

    class Meta:
        verbose_name = _("budget")
        constraints = [
            models.UniqueConstraint(fields=["agreement", "first_on"], name="agreement_has_one_budget_a_year"),
            models.CheckConstraint(
                condition=Q(status="draft", adopted_on=None) | Q(status="adopted", adopted_on__isnull=False),
                name="adopted_budget_is_dated",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="adopted_budget_is_not_deleted",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__status="adopted"),
            )
        ]

    def __str__(self) -> str:
        return gettext("Program year %(year)s") % {"year": self.first_on.year}

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("agreements:budget_detail", args=[self.pk])

    @property
    def last_on(self) -> date:
        """The last day of the program year."""
        return self.first_on.replace(year=self.first_on.year + 1) - timedelta(days=1)

    @property
    def is_adopted(self) -> bool:
        """Whether partners owe by it."""
        return self.status == self.Status.ADOPTED

    @property
    def is_reconciled_rarely(self) -> bool:
        """Whether it is reconciled less often than quarterly, which the law does not name as regular."""
        return self.frequency in (self.Frequency.HALF, self.Frequency.YEAR)


@tracked(parent="agreement")
class FundingPeriod(models.Model):
    """A month, quarter or other part of a program year, which is reconciled as one (20 CFR 678.720(c)(5)).

    Statements are issued after its end; once it is closed, the database refuses every change to it.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        ISSUED = "issued", _("Statements sent")
        CLOSED = "closed", _("Closed")

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="funding_periods")
    budget = models.ForeignKey(FundingBudget, models.CASCADE, related_name="periods")
    number = models.PositiveSmallIntegerField(_("number"))
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.OPEN)
    issued_on = models.DateField(_("statements sent"), null=True, blank=True)
    issued_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    pay_by = models.DateField(_("to be paid by"), null=True, blank=True)
    answer_by = models.DateField(_("to be disputed by"), null=True, blank=True)
    revision = models.PositiveSmallIntegerField(_("revision"), default=0)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")

    objects = OfAgreementQuerySet.as_manager()
    history_silent = ("issued_by", "closed_by")

    class Meta:
        verbose_name = _("period")
        constraints = [
            models.UniqueConstraint(fields=["budget", "number"], name="periods_of_a_budget_are_numbered"),
            models.CheckConstraint(condition=Q(first_on__lte=F("last_on")), name="period_begins_before_it_ends"),
            models.CheckConstraint(
                condition=Q(status="open") | Q(issued_on__isnull=False, pay_by__isnull=False, answer_by__isnull=False),
                name="issued_period_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(status="closed", closed_at__isnull=False) | ~Q(status="closed") & Q(closed_at=None),
                name="closed_period_is_dated",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="closed_period_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__status="closed"),
            )
        ]

    def __str__(self) -> str:
        return months_in_words(self.first_on, self.last_on)

    def get_absolute_url(self) -> str:
        """Return the address of its reconciliation."""
        return reverse("agreements:period_detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether nothing was sent for it yet."""
        return self.status == self.Status.OPEN

    @property
    def is_closed(self) -> bool:
        """Whether it is final."""
        return self.status == self.Status.CLOSED


@tracked(parent="agreement")
class AllocationBase(Archivable):
    """A measure of use or benefit by which pools are shared (2 CFR 200.405, 20 CFR 678.715)."""

    class Kind(models.TextChoices):
        SQUARE_FEET = "square_feet", _("Square feet")
        FTE = "fte", _("Staff (FTE)")
        CUSTOMERS = "customers", _("Customers served")
        EQUAL = "equal", _("Equal shares")
        DIRECT = "direct", _("Direct: those who cause the cost")
        CUSTOM = "custom", _("Another count")

    class CommonBy(models.TextChoices):
        OWN = "own", _("In proportion to own space")
        EQUAL = "equal", _("In equal parts")

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="allocation_bases")
    budget = models.ForeignKey(FundingBudget, models.CASCADE, related_name="bases")
    center = models.ForeignKey(
        Center, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("center"),
        help_text=_("Leave blank for the whole area."),
    )  # fmt: skip
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    name = models.CharField(_("name"), max_length=100)
    common = models.DecimalField(
        _("common area (square feet)"), max_digits=10, decimal_places=2, null=True, blank=True,
        validators=[NOT_NEGATIVE], help_text=_("Lobby, resource room, hallways: shared by all in the center."),
    )  # fmt: skip
    common_by = models.CharField(_("common area is shared"), max_length=6, choices=CommonBy, default=CommonBy.OWN)
    note = models.CharField(_("how it is counted"), max_length=500, blank=True)

    objects = ArchivedOfAgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("base")
        constraints = [
            models.UniqueConstraint(
                Lower("name"), "budget", condition=Q(archived_at=None), name="name_of_a_base_is_unique"
            ),
            models.CheckConstraint(
                condition=Q(common=None) | Q(kind="square_feet", common__gte=0), name="only_space_has_a_common_area"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def short_name(self) -> str:
        """What is counted, in a few words: "square feet"."""
        if self.kind in (self.Kind.DIRECT, self.Kind.CUSTOM):
            return self.name
        return SHORT_NAMES[self.Kind(self.kind)]

    @property
    def is_equal(self) -> bool:
        """Whether nothing is counted: each takes part with the same weight."""
        return self.kind == self.Kind.EQUAL


SHORT_NAMES: dict[str, Any] = {
    AllocationBase.Kind.SQUARE_FEET: _("square feet"),
    AllocationBase.Kind.FTE: _("staff (FTE)"),
    AllocationBase.Kind.CUSTOMERS: _("customers served"),
    AllocationBase.Kind.EQUAL: _("equal shares"),
}


@tracked(parent="agreement")
class CostPool(Archivable):
    """Costs of one category that are shared by one base, in one center or in the whole area."""

    class Category(models.TextChoices):
        INFRASTRUCTURE = "infrastructure", _("Infrastructure costs")
        CAREER = "career", _("Career services")
        SHARED = "shared", _("Shared services and operating costs")

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="cost_pools")
    budget = models.ForeignKey(FundingBudget, models.CASCADE, related_name="pools")
    center = models.ForeignKey(
        Center, models.PROTECT, null=True, blank=True, related_name="cost_pools", verbose_name=_("center"),
        help_text=_("Leave blank for the whole area."),
    )  # fmt: skip
    name = models.CharField(_("name"), max_length=100)
    category = models.CharField(_("category"), max_length=16, choices=Category)
    base = models.ForeignKey(AllocationBase, models.PROTECT, related_name="pools", verbose_name=_("shared by"))
    position = models.PositiveSmallIntegerField(default=1)

    objects = ArchivedOfAgreementQuerySet.as_manager()
    history_silent = ("position",)

    class Meta:
        verbose_name = _("cost pool")
        constraints = [
            models.UniqueConstraint(
                Lower("name"), "budget", "center", condition=Q(archived_at=None), nulls_distinct=False,
                name="name_of_a_pool_is_unique_in_a_center",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.name}, {self.center}" if self.center else self.name


@tracked(parent="agreement")
class CostLine(Archivable):
    """One cost of a pool: an amount a year, a month or once, perhaps escalated, perhaps only from or to a month."""

    class Item(models.TextChoices):
        RENT = "rent", _("Rent")
        UTILITIES = "utilities", _("Utilities")
        MAINTENANCE = "maintenance", _("Maintenance")
        EQUIPMENT = "equipment", _("Equipment, assessment products and assistive technology")
        TECHNOLOGY = "technology", _("Technology for access")
        IDENTIFIER = "identifier", _("Common identifier (signs, branding)")
        OTHER = "other", _("Other nonpersonnel cost")
        PERSONNEL = "personnel", _("Personnel")

    class Each(models.TextChoices):
        YEAR = "year", _("A year")
        MONTH = "month", _("A month")
        ONCE = "once", _("Once")

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="cost_lines")
    pool = models.ForeignKey(CostPool, models.PROTECT, related_name="lines", verbose_name=_("pool"))
    item = models.CharField(_("kind of cost"), max_length=12, choices=Item)
    name = models.CharField(_("name"), max_length=150)
    amount = MoneyField(_("amount"), validators=[NOT_NEGATIVE])
    each = models.CharField(_("for"), max_length=6, choices=Each, default=Each.YEAR)
    first_on = models.DateField(_("from"), null=True, blank=True, help_text=_("Only if not the whole year."))
    last_on = models.DateField(_("until"), null=True, blank=True)
    escalator = models.DecimalField(
        _("increase a year (percent)"), default=Decimal(0), validators=[MinValueValidator(-99), MaxValueValidator(100)],
        **PERCENT,
    )  # fmt: skip
    escalated = models.PositiveSmallIntegerField(
        _("years since the amount was agreed"), default=0, validators=[MaxValueValidator(50)]
    )
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("replaces")
    )
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = ArchivedOfAgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("cost line")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="cost_is_not_negative"),
            models.CheckConstraint(
                condition=Q(first_on=None) | Q(last_on=None) | Q(first_on__lte=F("last_on")),
                name="cost_begins_before_it_ends",
            ),
            models.CheckConstraint(
                condition=~Q(each="once") | Q(first_on__isnull=False), name="cost_that_comes_once_has_a_month"
            ),
        ]

    def __str__(self) -> str:
        return self.name


@tracked(parent="agreement")
class Payer(Archivable):
    """A partner that pays by a budget, from when to when.

    The share of a Native American program is negotiated and recorded, zero included (20 CFR 678.730(c)(1)).
    """

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="payers")
    budget = models.ForeignKey(FundingBudget, models.CASCADE, related_name="payers")
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="payers", verbose_name=_("partner"))
    position = models.PositiveSmallIntegerField(default=1)
    starts_on = models.DateField(_("pays from"), null=True, blank=True, help_text=_("Only if not the whole year."))
    ends_on = models.DateField(_("pays until"), null=True, blank=True)
    is_negotiated = models.BooleanField(
        _("Native American program"), default=False, help_text=_("Its share is negotiated, not computed.")
    )
    decision = models.CharField(
        _("what was decided"), max_length=500, blank=True, help_text=_("Also if the share is zero.")
    )
    decided_on = models.DateField(_("decided"), null=True, blank=True)

    objects = ArchivedOfAgreementQuerySet.as_manager()
    history_silent = ("position",)

    class Meta:
        verbose_name = _("partner that pays")
        verbose_name_plural = _("partners that pay")
        constraints = [
            models.UniqueConstraint(fields=["budget", "partnership"], name="partner_pays_once_by_a_budget"),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(starts_on__lte=F("ends_on")),
                name="payer_starts_before_it_ends",
            ),
            models.CheckConstraint(
                condition=Q(is_negotiated=False) | ~Q(decision="") & Q(decided_on__isnull=False),
                name="negotiated_share_has_a_decision",
            ),
        ]

    def __str__(self) -> str:
        return self.partnership.organization.name


@tracked(parent="agreement")
class PayerCenter(models.Model):
    """A center in which a payer takes part: it shares the pools of this center (TEGL 17-16)."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="payer_centers")
    payer = models.ForeignKey(Payer, models.CASCADE, related_name="centers")
    center = models.ForeignKey(Center, models.PROTECT, related_name="+", verbose_name=_("center"))

    objects = OfAgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("center of a payer")
        constraints = [models.UniqueConstraint(fields=["payer", "center"], name="payer_is_in_a_center_once")]

    def __str__(self) -> str:
        return str(self.center)


@tracked(parent="agreement")
class NegotiatedShare(models.Model):
    """What a Native American program pays toward a pool in a year; the others share the rest."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="negotiated_shares")
    payer = models.ForeignKey(Payer, models.CASCADE, related_name="negotiated")
    pool = models.ForeignKey(CostPool, models.PROTECT, related_name="negotiated", verbose_name=_("pool"))
    amount = MoneyField(_("amount a year"), validators=[NOT_NEGATIVE])

    objects = OfAgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("negotiated share")
        constraints = [
            models.UniqueConstraint(fields=["payer", "pool"], name="share_of_a_pool_is_negotiated_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="negotiated_share_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.amount}"
