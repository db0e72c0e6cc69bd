"""The two clocks of a One-Stop center: its certification every three years, its accessibility review every year."""

from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from django.db.models import DateField, F, Func, Q

from partners.models import Center, CenterReview
from partners.models.places import CenterQuerySet

Kind = CenterReview.Kind
HELD, SOON, OVER, UNKNOWN = "held", "soon", "over", "unknown"


@dataclass(frozen=True)
class Law:
    """What the law asks of a center: how often, by which rule, and how long before its end we speak of it."""

    kind: Kind
    name: str
    column: str
    years: int
    soon_days: int
    source: str
    says: str


LAWS = {
    law.kind: law
    for law in (
        Law(
            Kind.CERTIFICATION, "Certification", "certified_on", 3, 90, "20 CFR 678.800",
            "The board certifies each center at least every three years",
        ),
        Law(
            Kind.ACCESSIBILITY, "Accessibility review", "accessibility_reviewed_on", 1, 30, "20 CFR 679.370(p)",
            "The board assesses the accessibility of each center every year",
        ),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Clock:
    """How one clock of a center stands on a day."""

    law: Law
    last_on: date | None
    due_on: date | None
    state: str

    @property
    def needs_somebody(self) -> bool:
        """Whether it has run out, will soon, or was never started."""
        return self.state != HELD


def clock_of(center: Center, kind: Kind | str, today: date) -> Clock:
    """Return how a clock of the center stands."""
    law = LAWS[Kind(kind)]
    last_on: date | None = getattr(center, law.column)
    if last_on is None:
        return Clock(law, None, None, UNKNOWN)
    due_on = last_on + relativedelta(years=law.years)
    soon = due_on <= today + timedelta(days=law.soon_days)
    return Clock(law, last_on, due_on, OVER if due_on < today else SOON if soon else HELD)


def clocks_of(center: Center, today: date) -> list[Clock]:
    """Return both clocks of the center, certification first."""
    return [clock_of(center, kind, today) for kind in LAWS]


def needing(centers: CenterQuerySet, kind: Kind | str, today: date) -> CenterQuerySet:
    """Return the centers whose clock has run out, will soon, or was never started."""
    law = LAWS[Kind(kind)]
    limit = today + timedelta(days=law.soon_days)
    due = centers.alias(due=due_day(law))
    return due.filter(Q(due=None) | Q(due__lte=limit))


def due_day(law: Law) -> Func:
    """Return the day by which the clock runs out, for a query: as :func:`clock_of` has it, leap years too."""
    shape = f"(%(expressions)s + interval '{law.years} years')::date"
    return Func(F(law.column), template=shape, output_field=DateField())
