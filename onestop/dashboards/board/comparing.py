"""The areas of a state on the same measures, from the last snapshot of each.

A figure that rests on fewer than three organizations is not shown: with two, each would know that of the other.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models.functions import Lower
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onestop.dashboards.models import AreaSnapshot
from onestop.ui.presentation import money
from partners.models import LocalArea, State

FEWEST = 3  # organizations behind a figure that is shown


@dataclass(frozen=True)
class Measure:
    """One column: its code, what it is called, how it is read, its unit, and whether more is better.

    ``behind`` names the figure that counts the organizations behind it, if it would reveal one of them.
    """

    code: str
    label: str | Promise
    read: Callable[[Mapping[str, Any]], int | Decimal | None]
    unit: str = ""
    more_is_better: bool = True
    behind: str = ""
    page: str = ""  # of the area, where its rows are


def _share(part: str, whole: str) -> Callable[[Mapping[str, Any]], int | None]:
    def read(numbers: Mapping[str, Any]) -> int | None:
        of = numbers.get(whole)
        return round(100 * numbers.get(part, 0) / of) if of else None

    return read


def _plain(code: str) -> Callable[[Mapping[str, Any]], int | None]:
    return lambda numbers: numbers.get(code)


def _dollars(code: str) -> Callable[[Mapping[str, Any]], Decimal | None]:
    return lambda numbers: Decimal(numbers[code]) if numbers.get(code) is not None else None


MEASURES = (
    Measure("covered", gettext_lazy("Required programs covered"), _share("covered", "required"), "%",
            page="partners:coverage"),
    Measure("in_force", gettext_lazy("Agreements in force"), _share("in_force", "agreements"), "%",
            page="agreements:agreement_list"),
    Measure("lapsed", gettext_lazy("Agreements expired"), _plain("lapsed"), more_is_better=False,
            page="agreements:agreement_list"),
    Measure("paid", gettext_lazy("Cost shares paid"), _plain("paid_percent"), "%", behind="payers",
            page="agreements:cost_shares"),
    Measure("purchases_left", gettext_lazy("Purchase of service left"), _dollars("purchases_left"), "$",
            behind="purchases", page="agreements:purchase_list"),
    Measure("attendance", gettext_lazy("Partners at meetings"), _plain("attendance"), "%", behind="seated",
            page="meetings:group_list"),
    Measure("goals", gettext_lazy("Goals on track"), _share("goals_on_track", "goals"), "%",
            page="dashboards:board_dashboard"),
    Measure("engagement", gettext_lazy("Engagement, middle partner"), _plain("engagement"), behind="scored",
            page="dashboards:board_dashboard"),
    Measure("fresh", gettext_lazy("Services confirmed"), _share("services_fresh", "services"), "%",
            page="partners:service_list"),
    Measure("late", gettext_lazy("Clocks late"), _plain("late"), more_is_better=False,
            page="dashboards:board_dashboard"),
)  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """One figure of an area: its value, or why none is shown."""

    measure: Measure
    value: int | Decimal | None
    is_hidden: bool = False

    @property
    def words(self) -> str:
        """The value in words, or why there is none."""
        if self.is_hidden:
            return _("Fewer than 3")
        if self.value is None:
            return _("None yet")
        if self.measure.unit == "$":
            return money(self.value, "whole")
        return f"{self.value}{self.measure.unit}"


@dataclass(frozen=True)
class AreaLine:
    """An area, the day of its figures, and the figures; without a snapshot there are none."""

    area: LocalArea
    day: date | None
    cells: Sequence[Cell]

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
    """The middle of a measure over the areas that show it, and how many these are."""

    measure: Measure
    words: str
    areas: int


def middles_of(lines: Sequence[AreaLine]) -> list[Middle]:
    """Return the middle area of each measure."""
    found = []
    for measure in MEASURES:
        values: Any = sorted(value for line in lines if (value := line.cell(measure.code).value) is not None)
        middle = values[(len(values) - 1) // 2] if values else None
        found.append(Middle(measure, Cell(measure, middle).words, len(values)))
    return found
