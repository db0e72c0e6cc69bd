"""The workbook of a budget: its shares as live formulas that come to the same cents.

Sheets: Summary, Inputs (costs by month), Partners (centers and time), Counts, and one for each pool, where every
period is divided by largest remainder as :func:`agreements.cost_sharing.allocate` does. A spreadsheet program computes
in binary fractions of 53 bits: everything is whole cents and whole weights, in steps that stay below 2^53. Each formula
comes with its value, for programs that do not calculate. Text is never read as a formula.
"""

import re
import tempfile
from collections import defaultdict
from decimal import Decimal
from functools import reduce
from math import gcd
from typing import IO, Any

from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from agreements.funding.plans import (
    MONTH,
    ONCE,
    YEAR,
    ZERO,
    Cost,
    PoolPlan,
    Share,
    Span,
    amount_in,
    escalate,
    months_from,
    months_of,
    shares_of,
    takes_part,
    time_in,
)
from agreements.funding.workbook_blocks import Block, BlockInputs, write_block
from agreements.funding.workbook_data import (
    COUNTS,
    FIRST_ROW,
    INPUTS,
    PARTNERS,
    SUMMARY,
    WorkbookData,
    span_label,
)

MONTHS = 12
FIRST_MONTH = 9  # the column of the first month on Inputs


def write_workbook(data: WorkbookData) -> IO[bytes]:
    """Return a temporary file with the workbook, at position 0; closing it deletes it."""
    import xlsxwriter  # here: with the first workbook, not with every process

    file = tempfile.TemporaryFile()  # noqa: SIM115 (the caller closes it)
    book = xlsxwriter.Workbook(
        file,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    _Writer(book, data).write()
    book.close()
    file.seek(0)
    return file


def month_places(cost: Cost, first_on: Any) -> tuple[int, int]:
    """Return the first and last month of the year, from 1 on, in which a cost may fall; 13 and 0 if in none."""
    months = list(months_from(first_on, MONTHS))
    if cost.each == ONCE:
        here = [at for at, month in enumerate(months, 1) if cost.first_on and month == cost.first_on.replace(day=1)]
    else:
        first = cost.first_on.replace(day=1) if cost.first_on else months[0]
        last = cost.last_on or months[-1]
        here = [at for at, month in enumerate(months, 1) if first <= month <= last]
    return (here[0], here[-1]) if here else (MONTHS + 1, 0)


class _Writer:
    """Writes the sheets of one workbook."""

    def __init__(self, book: Any, data: WorkbookData) -> None:
        self.book, self.data, self.plan = book, data, data.plan
        self.shares: dict[tuple[int, int], dict[int, Share]] = defaultdict(dict)
        for share in shares_of(self.plan).rows:
            self.shares[share.pool, share.period][share.payer] = share
        self.bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.money = book.add_format({"num_format": "#,##0.00"})
        self.total = book.add_format({"num_format": "#,##0.00", "bold": True, "top": 1})
        self.payers = self.plan.payers
        self.pool_sheets = self._sheet_names()
        self.pool_rows: dict[int, tuple[int, int]] = {}  # first and last row of the costs of a pool on Inputs
        self.blocks: dict[int, list[Block]] = defaultdict(list)

    def write(self) -> None:
        """Write all sheets; Summary is the first one."""
        summary = self._sheet(SUMMARY, _("Shares for the year"))
        self._inputs(self._sheet(INPUTS, _("Costs by month, in cents")))
        self._partners(self._sheet(PARTNERS, _("Who shares in which center, and for how long")))
        self._counts(self._sheet(COUNTS, _("Counts by base and period")))
        for pool in self.plan.pools:
            self._pool(pool)
        self._summary(summary)

    def _sheet(self, name: str, title: str) -> Any:
        sheet = self.book.add_worksheet(name)
        sheet.write_string(0, 0, self.data.title, self.title)
        sheet.write_string(1, 0, title)
        sheet.set_column(0, 0, 32)
        sheet.set_column(1, 40, 13)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        return sheet

    def _sheet_names(self) -> dict[int, str]:
        """Return "1 Rent": at most 31 characters, without what Excel refuses in a name."""
        names = {}
        for number, pool in enumerate(self.plan.pools, start=1):
            words = re.sub(r"[^\w ,.-]", " ", self.data.pools[pool.key])
            names[pool.key] = " ".join(f"{number} {words}".split())[:31].strip()
        return names

    def _labels(self, sheet: Any, row: int, labels: list[str]) -> None:
        for column, label in enumerate(labels):
            sheet.write_string(row, column, label, self.bold)

    # ------------------------------------------------------------ Inputs
    def _inputs(self, sheet: Any) -> None:
        months = [month.strftime("%b %Y") for month in months_from(self.plan.first_on, MONTHS)]
        self._labels(
            sheet,
            FIRST_ROW - 1,
            [
                _("Pool"), _("Cost"), _("Amount"), _("For"), _("Increase a year (percent)"),
                _("Years since the amount was agreed"), _("From month"), _("To month"), _("Cents"), *months,
            ],
        )  # fmt: skip
        sheet.freeze_panes(FIRST_ROW, 2)
        row = FIRST_ROW
        for pool in self.plan.pools:
            names = self.data.lines.get(pool.key, ())
            for at, cost in enumerate(pool.costs):
                sheet.write_string(row, 0, self.data.pools[pool.key])
                sheet.write_string(row, 1, names[at] if at < len(names) else "")
                self._cost(sheet, row, cost)
                row += 1
            self.pool_rows[pool.key] = (row - len(pool.costs), row - 1)
        sheet.write_string(
            row + 1, 0, _("For: 1 is a year, 2 is a month, 3 is once. Months are numbered from 1 to 12.")
        )

    def _cost(self, sheet: Any, row: int, cost: Cost) -> None:
        first, last = month_places(cost, self.plan.first_on)
        sheet.write_number(row, 2, cost.amount, self.money)
        sheet.write_number(row, 3, {YEAR: 1, MONTH: 2, ONCE: 3}[cost.each])
        sheet.write_number(row, 4, cost.escalator)
        sheet.write_number(row, 5, cost.escalated)
        sheet.write_number(row, 6, first)
        sheet.write_number(row, 7, last)
        cents = int(escalate(cost.amount, cost.escalator, cost.escalated) * 100)
        line = row + 1
        if binary_escalated(cost) == cents:
            increased = f"ROUND(C{line}*100,0)*ROUND((100+E{line})*1000,0)^F{line}/100000^F{line}"
            sheet.write_formula(row, 8, f"=ROUND({increased},0)", None, cents)
        else:
            sheet.write_number(row, 8, cents)
        for at, amount in enumerate(months_of(cost, self.plan.first_on), start=1):
            quarter, place = divmod(at - 1, 3)  # as in spread_over_year
            cents_in_quarter = f"(INT(I{line}/4)+IF({quarter}<MOD(I{line},4),1,0))"
            in_month = f"INT({cents_in_quarter}/3)+IF({place}<MOD({cents_in_quarter},3),1,0)"
            spread = f"IF(D{line}=1,{in_month},I{line})"
            formula = f"=IF(AND({at}>=G{line},{at}<=H{line}),{spread},0)"
            sheet.write_formula(row, FIRST_MONTH + at - 1, formula, None, int(amount * 100))

    # ------------------------------------------------------------ Partners and counts
    def _partners(self, sheet: Any) -> None:
        centers = list(self.data.centers.items())
        spans = [span_label(span) for span in self.plan.periods]
        unit = _("days") if self.plan.proration == "days" else _("months")
        times = [_("Time, %(period)s (%(unit)s)") % {"period": label, "unit": unit} for label in spans]
        self._labels(sheet, FIRST_ROW - 1, [_("Partner"), *[name for _key, name in centers], *times])
        sheet.freeze_panes(FIRST_ROW, 1)
        for at, payer in enumerate(self.payers):
            sheet.write_string(FIRST_ROW + at, 0, self.data.payers[payer.key])
            for column, (center, _name) in enumerate(centers, start=1):
                sheet.write_number(FIRST_ROW + at, column, int(center in payer.centers))
        for column, span in enumerate(self.plan.periods, start=1 + len(centers)):
            for at, time in enumerate(self._times(span)):
                sheet.write_number(FIRST_ROW + at, column, time)
        words = _("Time is in proportion: 1 for everybody if nobody joins or leaves in the period.")
        sheet.write_string(FIRST_ROW + len(self.payers) + 1, 0, words)

    def _times(self, span: Span) -> list[int]:
        """Return the time of each payer in a period, as the smallest whole numbers in proportion."""
        times = [time_in(payer, span, self.plan.proration)[0] for payer in self.payers]
        common = reduce(gcd, times, 0) or 1
        return [time // common for time in times]

    def _counts(self, sheet: Any) -> None:
        columns = self._count_columns()
        labels = [
            f"{self.data.bases[base]}, {span_label(self.plan.periods[number - 1])}" for base, number in columns
        ]  # fmt: skip
        self._labels(sheet, FIRST_ROW - 1, [_("Partner"), *labels])
        sheet.freeze_panes(FIRST_ROW, 1)
        for at, payer in enumerate(self.payers):
            sheet.write_string(FIRST_ROW + at, 0, self.data.payers[payer.key])
            for (base, number), column in columns.items():
                sheet.write_number(FIRST_ROW + at, column, self.plan.counts.get((base, payer.key, number), 0))

    def _count_columns(self) -> dict[tuple[int, int], int]:
        """Return the columns of Counts by base and number of the period."""
        counted = [base.key for base in self.plan.bases.values() if not base.is_equal]
        places = [(base, span.number) for base in counted for span in self.plan.periods]
        return {place: column for column, place in enumerate(places, start=1)}

    # ------------------------------------------------------------ Pools
    def _pool(self, pool: PoolPlan) -> None:
        sheet = self._sheet(self.pool_sheets[pool.key], self.data.pools[pool.key])
        base = self.plan.bases[pool.base]
        sheet.write_string(2, 0, _("Shared by: %(base)s") % {"base": self.data.bases[base.key]})
        if base.common:
            sheet.write_string(2, 2, _("Common area"))
            sheet.write_number(2, 3, base.common)
        columns, centers = self._count_columns(), list(self.data.centers)
        row = 4
        for at, span in enumerate(self.plan.periods):
            shares = self.shares[pool.key, span.number]
            inputs = BlockInputs(
                label=span_label(span),
                base=base,
                payers=[self.data.payers[payer.key] for payer in self.payers],
                counts=[self.plan.counts.get((base.key, payer.key, span.number), Decimal(0)) for payer in self.payers],
                count_column=xl_col_to_name(columns[base.key, span.number]) if not base.is_equal else "",
                shares_here=[int(takes_part(payer, pool)) for payer in self.payers],
                center_column=xl_col_to_name(1 + centers.index(pool.center)) if pool.center in centers else "",
                times=self._times(span),
                time_column=xl_col_to_name(1 + len(centers) + at),
                cost=amount_in(pool.costs, self.plan.first_on, span),
                cost_formula=self._cost_of(pool, span),
                negotiated=[
                    shares[payer.key].amount if payer.is_negotiated and payer.key in shares else None
                    for payer in self.payers
                ],
                is_negotiated=[payer.is_negotiated for payer in self.payers],
                amounts=[shares[payer.key].amount if payer.key in shares else ZERO for payer in self.payers],
            )
            block = write_block(sheet, row, inputs, bold=self.bold, money=self.money, total=self.total)
            self.blocks[pool.key].append(block)
            row = block.last_row + 3

    def _cost_of(self, pool: PoolPlan, span: Span) -> str:
        """Return the cells of Inputs that the cost of a pool in a period is the sum of, or nothing."""
        if not pool.costs:
            return ""
        months = list(months_from(self.plan.first_on, MONTHS))
        first = FIRST_MONTH + months.index(span.months[0])
        top, bottom = self.pool_rows[pool.key]
        cells = f"{xl_rowcol_to_cell(top, first)}:{xl_rowcol_to_cell(bottom, first + len(span.months) - 1)}"
        return f"{INPUTS}!{cells}"

    # ------------------------------------------------------------ Summary
    def _summary(self, sheet: Any) -> None:
        pools = self.plan.pools
        labels = [_("Partner"), *[self.data.pools[pool.key] for pool in pools], _("Year")]
        if self.data.recorded is not None:
            labels += [_("On record"), _("Difference")]
        self._labels(sheet, FIRST_ROW - 1, labels)
        sheet.freeze_panes(FIRST_ROW, 1)
        of_year = len(pools) + 1
        for at, payer in enumerate(self.payers):
            row = FIRST_ROW + at
            sheet.write_string(row, 0, self.data.payers[payer.key])
            for column, pool in enumerate(pools, start=1):
                cells = [f"{self._named(pool)}!{block.share_cell(at)}" for block in self.blocks[pool.key]]
                self._sum(sheet, row, column, cells, self._of_year(pool, payer.key))
            year = sum((self._of_year(pool, payer.key) for pool in pools), ZERO)
            sums = [f"{xl_rowcol_to_cell(row, 1)}:{xl_rowcol_to_cell(row, of_year - 1)}"] if pools else []
            self._sum(sheet, row, of_year, sums, year)
            if self.data.recorded is not None:
                recorded = self.data.recorded.get(payer.key, ZERO)
                sheet.write_number(row, of_year + 1, recorded, self.money)
                year_cell, recorded_cell = (xl_rowcol_to_cell(row, of_year + more) for more in (0, 1))
                formula = f"=ROUND({year_cell}-{recorded_cell},2)"
                sheet.write_formula(row, of_year + 2, formula, self.money, float(year - recorded))
        self._totals(sheet, FIRST_ROW + len(self.payers), of_year)

    def _totals(self, sheet: Any, row: int, of_year: int) -> None:
        """Write what partners pay, what pools cost, and the difference: what nobody shares yet."""
        words = (_("All partners"), _("Cost"), _("Not shared"))
        for more, label in enumerate(words):
            sheet.write_string(row + more, 0, label, self.bold)
        paid_year = cost_year = ZERO
        for column, pool in enumerate(self.plan.pools, start=1):
            paid = sum((self._of_year(pool, payer.key) for payer in self.payers), ZERO)
            cost = sum((amount_in(pool.costs, self.plan.first_on, span) for span in self.plan.periods), ZERO)
            cells = [f"{self._named(pool)}!{block.cost_cell}" for block in self.blocks[pool.key]]
            self._column_total(sheet, row, column, paid, cells, cost)
            paid_year, cost_year = paid_year + paid, cost_year + cost
        if self.plan.pools:
            costs = [f"{xl_rowcol_to_cell(row + 1, 1)}:{xl_rowcol_to_cell(row + 1, of_year - 1)}"]
            self._column_total(sheet, row, of_year, paid_year, costs, cost_year)

    def _column_total(self, sheet: Any, row: int, column: int, paid: Decimal, costs: list[str], cost: Decimal) -> None:
        top, bottom = xl_rowcol_to_cell(FIRST_ROW, column), xl_rowcol_to_cell(row - 1, column)
        self._sum(sheet, row, column, [f"{top}:{bottom}"] if self.payers else [], paid, self.total)
        self._sum(sheet, row + 1, column, costs, cost)
        formula = f"=ROUND({xl_rowcol_to_cell(row + 1, column)}-{xl_rowcol_to_cell(row, column)},2)"
        sheet.write_formula(row + 2, column, formula, self.money, float(cost - paid))

    def _sum(
        self, sheet: Any, row: int, column: int, cells: list[str], value: Decimal, style: Any = None
    ) -> None:  # fmt: skip
        formula = f"=ROUND(SUM({','.join(cells)}),2)" if cells else "=0"
        sheet.write_formula(row, column, formula, style or self.money, float(value))

    def _of_year(self, pool: PoolPlan, payer: int) -> Decimal:
        found = [self.shares[pool.key, span.number].get(payer) for span in self.plan.periods]
        return sum((share.amount for share in found if share), ZERO)

    def _named(self, pool: PoolPlan) -> str:
        return f"'{self.pool_sheets[pool.key]}'"


def binary_escalated(cost: Cost) -> int:
    """Return the cents of an increased amount as a spreadsheet program computes them."""
    factor = float(round((100 + cost.escalator) * 1000)) ** cost.escalated
    cents = float(cost.amount * 100) * factor / 100000.0**cost.escalated
    return int(cents + 0.5)
