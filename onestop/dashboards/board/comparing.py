"""The areas of a state on the same measures, from the last snapshot of each.

A figure that rests on fewer than three organizations is not shown: with two, each would know that of the other. It
counts for nothing else on the page either: not for the order of areas, the filters, or the middle area.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onestop.dashboards.board.figures import percent
from onestop.dashboards.models import AreaSnapshot
from onestop.ui.presentation import money
from partners.models import LocalArea, State

FEWEST = 3  # organizations behind a figure that is shown
PERCENT, DOLLARS, WHETHER = "%", "$", "?"  # units
COMPLIANCE, MONEY, TOGETHER = "compliance", "money", "together"
KINDS: tuple[tuple[str, str | Promise], ...] = (
    (COMPLIANCE, gettext_lazy("Compliance")),
    (MONEY, gettext_lazy("Money")),
    (TOGETHER, gettext_lazy("Working together")),
)
Numbers = Mapping[str, Any]


@dataclass(frozen=True)
class Measure:
    """One column: its code, kind, what it is called, how it is read, its unit, and where the rows of an area are.

    ``behind`` names the figure that counts the organizations behind it, if it would reveal one of them. ``rows`` is
    the page of these rows: its name, and the further parts of its address.
    """

    code: str
    kind: str
    label: str | Promise
    read: Callable[[Numbers], int | Decimal | None]
    rows: tuple[str, ...]
    unit: str = ""
    behind: str = ""

    def url_in(self, area: LocalArea) -> str:
        """Return the address of its rows in an area."""
        name, *parts = self.rows
        return reverse(name, args=[area.slug, *parts])


def _share(parts: Sequence[str], whole: str) -> Callable[[Numbers], int | None]:
    """Return a reader of a share in percent, which is 0 and 100 only if it is that."""
    return lambda numbers: percent(sum(numbers.get(part, 0) for part in parts), numbers.get(whole))


def _plain(code: str) -> Callable[[Numbers], int | None]:
    return lambda numbers: numbers.get(code)


def _dollars(code: str) -> Callable[[Numbers], Decimal | None]:
    return lambda numbers: Decimal(numbers[code]) if numbers.get(code) is not None else None


def _whether(code: str) -> Callable[[Numbers], int | None]:
    return lambda numbers: None if numbers.get(code) is None else int(numbers[code] > 0)


ROWS, DASHBOARD = "dashboards:board_rows", "dashboards:board_dashboard"
MEASURES = (
    Measure("covered", COMPLIANCE, gettext_lazy("Required programs with a partner"), _share(["covered"], "required"),
            ("partners:coverage",), PERCENT),
    Measure("settled", COMPLIANCE, gettext_lazy("With a partner or a decision"),
            _share(["covered", "decided"], "required"), ("partners:coverage",), PERCENT),
    Measure("mou", COMPLIANCE, gettext_lazy("MOU in force"), _whether("mous_in_force"), (ROWS, "agreements"), WHETHER),
    Measure("ifa", COMPLIANCE, gettext_lazy("IFA in force"), _whether("ifas_in_force"), (ROWS, "agreements"), WHETHER),
    Measure("in_force", COMPLIANCE, gettext_lazy("Agreements in force"), _share(["in_force"], "agreements"),
            (ROWS, "agreements"), PERCENT),
    Measure("lapsed", COMPLIANCE, gettext_lazy("Agreements expired"), _plain("lapsed"), (ROWS, "agreements")),
    Measure("late", COMPLIANCE, gettext_lazy("Reviews and other clocks late"), _plain("late"), (ROWS, "late")),
    Measure("paid", MONEY, gettext_lazy("Cost shares paid"), _plain("paid_percent"), (ROWS, "shares"), PERCENT,
            behind="payers"),
    Measure("purchases_left", MONEY, gettext_lazy("Purchase of service left"), _dollars("purchases_left"),
            ("agreements:purchase_list",), DOLLARS, behind="purchase_sides"),
    Measure("attendance", TOGETHER, gettext_lazy("Partners at meetings"), _plain("attendance"), (ROWS, "meetings"),
            PERCENT, behind="seated"),
    Measure("goals", TOGETHER, gettext_lazy("Goals on track"), _share(["goals_on_track"], "goals"),
            ("meetings:goal_list",), PERCENT),
    Measure("engagement", TOGETHER, gettext_lazy("Engagement, middle partner"), _plain("engagement"),
            ("dashboards:engagement_list",), behind="scored"),
    Measure("fresh", TOGETHER, gettext_lazy("Services confirmed"), _share(["services_fresh"], "services"),
            ("partners:service_list",), PERCENT, behind="partners"),
)  # fmt: skip


def measures_of(kind: str) -> list[Measure]:
    """Return the measures of a kind; all of them for any other word."""
    return [each for each in MEASURES if each.kind == kind] or list(MEASURES)


@dataclass(frozen=True)
class Cell:
    """One figure of an area: its value, or why none is shown."""

    measure: Measure
    value: int | Decimal | None
    is_hidden: bool = False

    @property
    def exported(self) -> int | Decimal | str | None:
        """The value for a file: a number, or words."""
        return self.words if self.is_hidden or self.measure.unit == WHETHER else self.value

    @property
    def words(self) -> str:
        """The value in words, or why there is none."""
        if self.is_hidden:
            return _("Fewer than %(number)d organizations") % {"number": FEWEST}
        if self.value is None:
            return _("None yet")
        if self.measure.unit == DOLLARS:
            return money(self.value, "whole")
        if self.measure.unit == WHETHER:
            return _("Yes") if self.value else _("No")
        return f"{self.value}{self.measure.unit}"


@dataclass(frozen=True)
class AreaLine:
    """An area, the day of its figures, and the figures; without a snapshot there are none."""

    area: LocalArea
    day: date | None
    cells: Sequence[Cell]

    def cells_of(self, measures: Sequence[Measure]) -> list[tuple[Cell, str]]:
        """Return the figures of some measures, each with the address of its rows."""
        return [(self.cell(measure.code), measure.url_in(self.area)) for measure in measures]

    def cell(self, code: str) -> Cell:
        """Return the figure of a measure."""
        return next(cell for cell in self.cells if cell.measure.code == code)


def compare(state: State) -> list[AreaLine]:
    """Return the areas of a state by name with the figures of their last snapshots; two queries."""
    areas = list(LocalArea.objects.current().filter(state=state).select_related("state").order_by(Lower("name"), "pk"))
    rows = AreaSnapshot.objects.filter(area__in=areas).order_by("area", "-day").distinct("area")
    known = {pk: (day, figures) for pk, day, figures in rows.values_list("area", "day", "figures")}
    return [_line(area, *known.get(area.pk, (None, {}))) for area in areas]


def _line(area: LocalArea, day: date | None, numbers: Mapping[str, Any]) -> AreaLine:
    return AreaLine(area, day, [_cell(measure, numbers) for measure in MEASURES])


def _cell(measure: Measure, numbers: Mapping[str, Any]) -> Cell:
    value = measure.read(numbers)
    is_hidden = bool(value is not None and measure.behind and numbers.get(measure.behind, 0) < FEWEST)
    return Cell(measure, None if is_hidden else value, is_hidden)


def in_order(lines: Sequence[AreaLine], code: str, *, is_descending: bool) -> list[AreaLine]:
    """Return the areas sorted by a measure; those without a figure come last, whichever way."""
    known = [line for line in lines if line.cell(code).value is not None]
    rest = [line for line in lines if line.cell(code).value is None]
    return sorted(known, key=lambda line: line.cell(code).value or 0, reverse=is_descending) + rest


@dataclass(frozen=True)
class Middle:
    """The middle of a measure over the areas that show it, and how many these are.

    A figure that is not shown does not count: from the middle and the other areas, nobody can tell it.
    """

    words: str
    areas: int


def middles_of(lines: Sequence[AreaLine], measures: Sequence[Measure]) -> list[Middle]:
    """Return the middle area of each measure; of what is in force or not, how many areas have it."""
    return [_middle(measure, [line.cell(measure.code).value for line in lines]) for measure in measures]


def _middle(measure: Measure, found: Sequence[int | Decimal | None]) -> Middle:
    values = sorted(value for value in found if value is not None)
    if measure.unit == WHETHER and values:
        return Middle(_("%(number)d of %(all)d") % {"number": sum(values), "all": len(values)}, len(values))
    middle = values[(len(values) - 1) // 2] if values else None
    return Middle(Cell(measure, middle).words, len(values))
