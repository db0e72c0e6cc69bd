"""The sections that a board packet may have, in the order in which they are offered."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise

from onestop.dashboards.papers.section import Section
from onestop.dashboards.papers.sections import (
    agreements,
    cost_shares,
    coverage,
    decisions,
    engagement,
    figures,
    goals,
    meetings,
    opportunities,
    purchases,
)
from partners.models import LocalArea


@dataclass(frozen=True)
class Part:
    """A section that can be chosen: its code, its label, what it shows, and how it is read."""

    code: str
    label: str | Promise
    help_text: str | Promise
    read: Callable[[LocalArea, date], Section]


_MODULES = {
    "figures": figures,
    "decisions": decisions,
    "goals": goals,
    "agreements": agreements,
    "coverage": coverage,
    "cost_shares": cost_shares,
    "purchases": purchases,
    "meetings": meetings,
    "engagement": engagement,
    "opportunities": opportunities,
}
PARTS = {code: Part(code, module.LABEL, module.HELP, module.section) for code, module in _MODULES.items()}


def sections_of(area: LocalArea, codes: Iterable[str], *, today: date) -> list[tuple[str, Section]]:
    """Return the chosen sections with their codes, in this order; a fixed number of queries for each."""
    return [(code, PARTS[code].read(area, today)) for code in codes if code in PARTS]
