"""The clocks of an agreement: the review of an MOU, and the final agreement after an interim funding agreement.

20 CFR 678.500(b)(6): an MOU is reviewed at least once in each 3-year period. 20 CFR 678.715(c): an interim IFA is
replaced within 6 months after the MOU is signed; otherwise the board notifies the Governor.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import DateField, F, Func, OuterRef, Subquery
from django.db.models.functions import Coalesce, Least
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agreements.models import Agreement, AgreementQuerySet, Review
from agreements.terms.standings import LAPSED, standing_of

REVIEW, INTERIM = "review", "interim"
REVIEW_YEARS, INTERIM_MONTHS = 3, 6
DUE_SOON = timedelta(days=90)


@dataclass(frozen=True)
class Rule:
    """What a clock counts, in a sentence with its law."""

    name: str | Promise
    sentence: str | Promise
    law: str


RULES = {
    REVIEW: Rule(
        _("Review of the MOU"), _("An MOU is reviewed at least once in each 3-year period."), "20 CFR 678.500(b)(6)"
    ),
    INTERIM: Rule(
        _("Final funding agreement"),
        _(
            "The final agreement replaces an interim one within 6 months after the MOU is signed; otherwise the board "
            "notifies the Governor."
        ),
        "20 CFR 678.715(c)",
    ),
}


@dataclass(frozen=True)
class Clock:
    """One clock of an agreement on a day; ``last_on`` is the last review, or the day the MOU was signed."""

    code: str
    agreement: Any
    due_on: date
    last_on: date | None
    today: date

    @property
    def rule(self) -> Rule:
        """What it counts."""
        return RULES[self.code]

    @property
    def days(self) -> int:
        """Days until it is due; negative if it is overdue."""
        return (self.due_on - self.today).days

    @property
    def is_over(self) -> bool:
        """Whether it is overdue."""
        return self.days < 0

    @property
    def is_soon(self) -> bool:
        """Whether it is due within 90 days."""
        return 0 <= self.days <= DUE_SOON.days

    @property
    def kind(self) -> str:
        """The kind of its chip."""
        return "now" if self.is_over else "soon" if self.is_soon else "good"

    @property
    def word(self) -> str:
        """The word of its chip."""
        return str(_("Overdue") if self.is_over else _("Due soon") if self.is_soon else _("On time"))

    icon = ""


def with_clocks(rows: AgreementQuerySet) -> AgreementQuerySet:
    """Annotate when agreements were reviewed and what is due: ``reviewed_on``, ``review_due_on``, ``mou_signed_on``."""
    reviews = Review.objects.current().filter(agreement=OuterRef("pk")).latest_first()
    # An interim agreement belongs to the MOU that was in effect when it began.
    mous = Agreement.objects.executed().filter(
        kind__in=Agreement.MOUS, area=OuterRef("area"), effective_on__lte=OuterRef("effective_on")
    )
    signed = mous.order_by("-effective_on", "-executed_on", "-pk").values("executed_on")[:1]
    three_years = Func(
        F("effective_on"),
        template=f"(%(expressions)s + interval '{REVIEW_YEARS} years')::date",
        output_field=DateField(),
    )
    planned = Least(F("review_on"), three_years)  # without nulls
    return rows.annotate(
        reviewed_on=Subquery(reviews.values("held_on")[:1]),
        review_due_on=Coalesce(Subquery(reviews.values("next_on")[:1]), planned, output_field=DateField()),
        mou_signed_on=Coalesce(Subquery(signed), F("executed_on"), output_field=DateField()),
    )


def interim_due(signed_on: date) -> date:
    """Return by which day the final agreement replaces an interim one."""
    return signed_on + relativedelta(months=INTERIM_MONTHS)


def clocks_of(agreement: Any, today: date) -> Iterator[Clock]:
    """Yield the clocks that run for an agreement on a day. Needs with_terms and with_clocks."""
    standing = standing_of(agreement, today)
    if agreement.is_mou and standing.holds:
        yield Clock(REVIEW, agreement, agreement.review_due_on, agreement.reviewed_on, today)
    if agreement.is_interim and agreement.successor_on is None and (standing.holds or standing.code == LAPSED):
        yield Clock(INTERIM, agreement, interim_due(agreement.mou_signed_on), agreement.mou_signed_on, today)
