"""Due dates of a One-Stop center: its certification every three years, its accessibility review every year."""

from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from django.db.models import DateField, F, Func, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from partners.models import Center, CenterReview
from partners.models.places import CenterQuerySet

Kind = CenterReview.Kind
HELD, SOON, OVER, UNKNOWN = "held", "soon", "over", "unknown"


@dataclass(frozen=True)
class Law:
    """A review that the law requires of each center: how often, by which rule, and when it counts as due soon."""

    kind: Kind
    name: str | Promise
    column: str
    years: int
    soon_days: int
    source: str
    says: str | Promise


LAWS = {
    law.kind: law
    for law in (
        Law(
            Kind.CERTIFICATION, _("Certification"), "certified_on", 3, 90, "20 CFR 678.800",
            _("The board certifies each center at least every three years"),
        ),
        Law(
            Kind.ACCESSIBILITY, _("Accessibility review"), "accessibility_reviewed_on", 1, 30, "20 CFR 679.370(p)",
            _("The board assesses the accessibility of each center every year"),
        ),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Clock:
    """The status of a required review of a center on a day."""

    law: Law
    last_on: date | None
    due_on: date | None
    state: str

    @property
    def needs_somebody(self) -> bool:
        """Whether it is overdue, due soon, or was never recorded."""
        return self.state != HELD


def clock_of(center: Center, kind: Kind | str, today: date) -> Clock:
    """Return the status of a required review of a center."""
    law = LAWS[Kind(kind)]
    last_on: date | None = getattr(center, law.column)
    if last_on is None:
        return Clock(law, None, None, UNKNOWN)
    due_on = last_on + relativedelta(years=law.years)
    soon = due_on <= today + timedelta(days=law.soon_days)
    return Clock(law, last_on, due_on, OVER if due_on < today else SOON if soon else HELD)


def clocks_of(center: Center, today: date) -> list[Clock]:
    """Return the status of both required reviews of a center, certification first."""
    return [clock_of(center, kind, today) for kind in LAWS]


def needing(centers: CenterQuerySet, kind: Kind | str, today: date) -> CenterQuerySet:
    """Return the centers whose review is overdue, due soon, or was never recorded."""
    law = LAWS[Kind(kind)]
    limit = today + timedelta(days=law.soon_days)
    due = centers.alias(due=due_day(law))
    return due.filter(Q(due=None) | Q(due__lte=limit))


def due_day(law: Law) -> Func:
    """Return the due date as a query expression; it agrees with :func:`clock_of`, also in leap years."""
    shape = f"(%(expressions)s + interval '{law.years} years')::date"
    return Func(F(law.column), template=shape, output_field=DateField())
