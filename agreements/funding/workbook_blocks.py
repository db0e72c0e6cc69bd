"""One period of a pool on its sheet: a table that divides the cost by largest remainder, in formulas.

Long division keeps every product below 2^53: the amount is split into high x 10,000 + low, so that

    step = (high x weight) mod weights,  remainder = (step x 10,000 + low x weight) mod weights,

and the whole cents are the two quotients. A cent more goes to the largest remainders, ties to whoever is listed first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from agreements.funding.plans import OWN, BasePlan
from agreements.funding.workbook_data import COUNTS, FIRST_ROW, PARTNERS

LOW = 10_000
EXACT = 2**53


@dataclass(frozen=True)
class BlockInputs:
    """What a period of a pool is divided by; lists are in the order of the payers.

    The columns are letters on the sheets Counts and Partners, or nothing: every count is 1, the pool is of the area.
    """

    label: str
    base: BasePlan
    payers: Sequence[str]
    counts: Sequence[Decimal]
    count_column: str
    shares_here: Sequence[int]
    center_column: str
    times: Sequence[int]
    time_column: str
    cost: Decimal
    cost_formula: str
    negotiated: Sequence[Decimal | None]
    is_negotiated: Sequence[bool]
    amounts: Sequence[Decimal]


@dataclass(frozen=True)
class Block:
    """Where a period stands on its sheet."""

    first_payer: int  # row, from 0 on
    last_row: int
    cost_cell: str

    def share_cell(self, at: int) -> str:
        """Return the cell with the share of a payer."""
        return f"M{self.first_payer + at + 1}"


@dataclass(frozen=True)
class Division:
    """Whole numbers divided by weights, with each step of the way; lists are in the order of the weights."""

    high: int
    low: int
    total: int
    steps: Sequence[int]
    rests: Sequence[int]
    down: Sequence[int]
    more: Sequence[int]  # 1 for those that get one more

    @property
    def left(self) -> int:
        """How many get one more."""
        return sum(self.more)

    @property
    def is_exact(self) -> bool:
        """Whether a spreadsheet program computes it without rounding."""
        largest = max((*self.steps, self.total)) * LOW + LOW * self.total
        return max(largest, self.high * self.total) < EXACT


def divide_cents(amount: int, weights: Sequence[int]) -> Division:
    """Divide a whole number as the formulas do."""
    high, low = divmod(amount, LOW)
    total = sum(weights)
    if not total:
        nothing = [0] * len(weights)
        return Division(high, low, 0, nothing, nothing, nothing, nothing)
    steps = [high * weight % total for weight in weights]
    rests = [(step * LOW + low * weight) % total for step, weight in zip(steps, weights, strict=True)]
    down = [amount * weight // total for weight in weights]
    left = sum(rests) // total
    first = sorted(range(len(weights)), key=lambda at: -rests[at])[:left]
    return Division(high, low, total, steps, rests, down, [int(at in first) for at in range(len(weights))])


def write_block(sheet: Any, row: int, given: BlockInputs, *, bold: Any, money: Any, total: Any) -> Block:
    """Write one period from a row on, and return where it stands."""
    return _Block(sheet, row, given, bold=bold, money=money, total=total).write()


class _Block:
    """Writes one period of a pool."""

    def __init__(self, sheet: Any, row: int, given: BlockInputs, *, bold: Any, money: Any, total: Any) -> None:
        self.sheet, self.row, self.given = sheet, row, given
        self.bold, self.money, self.total = bold, money, total
        self.first = row + 4
        self.last = self.first + len(given.payers) - 1
        self.has_common = bool(given.base.common)
        takes = [int(here and time > 0) for here, time in zip(given.shares_here, given.times, strict=True)]
        counts = given.counts if given.count_column else [Decimal(1)] * len(takes)
        self.counts = counts
        self.own = [int(count * 100) * take for count, take in zip(counts, takes, strict=True)]
        self.parts = self.own if given.base.common_by == OWN else takes
        self.common_amount = int((given.base.common or 0) * 100) if any(self.own) else 0
        self.common = divide_cents(self.common_amount, self.parts)
        shared = [down + more for down, more in zip(self.common.down, self.common.more, strict=True)]
        self.shared = shared if self.has_common else [0] * len(takes)
        weights = [(own + more) for own, more in zip(self.own, self.shared, strict=True)]
        self.weights = [weight * time for weight, time in zip(weights, given.times, strict=True)]
        fixed = sum((amount for amount in given.negotiated if amount), Decimal(0))
        self.fixed = fixed
        self.to_share = int((given.cost - fixed) * 100)
        self.division = divide_cents(self.to_share, self.weights)

    def write(self) -> Block:
        """Write the head, the payers and the total."""
        self.sheet.write_string(self.row, 0, self.given.label, self.bold)
        if self.given.payers:
            self._head()
            for at in range(len(self.given.payers)):
                self._payer(at)
            amount = float(sum(self.given.amounts, Decimal(0)))
            self.sheet.write_string(self.last + 1, 0, _("All partners"), self.bold)
            self.sheet.write_formula(self.last + 1, 12, f"=ROUND(SUM({self._range('M')}),2)", self.total, amount)
        return Block(self.first, self.last + 1, f"$B${self.row + 2}")

    def _range(self, column: str) -> str:
        return f"{column}${self.first + 1}:{column}${self.last + 1}"

    def _head(self) -> None:
        """Write the amount and the weights, which the formulas of the payers name."""
        amounts, rests = self.row + 1, self.row + 2
        given, division = self.given, self.division
        cost = f"=SUM({given.cost_formula})/100" if given.cost_formula else "=0"
        self._named(amounts, 0, _("Cost"), cost, float(given.cost), self.money)
        negotiated = [f"M{self.first + at + 1}" for at, is_fixed in enumerate(given.is_negotiated) if is_fixed]
        fixed = f"=SUM({','.join(negotiated)})" if negotiated else "=0"
        self._named(amounts, 2, _("Negotiated"), fixed, float(self.fixed), self.money)
        line = amounts + 1
        self._named(amounts, 4, _("Cents to share"), f"=ROUND((B{line}-D{line})*100,0)", self.to_share)
        self._named(amounts, 6, _("Of them ten thousands"), f"=INT(F{line}/{LOW})", division.high)
        self._named(amounts, 8, _("Rest of them"), f"=F{line}-H{line}*{LOW}", division.low)
        self._named(amounts, 10, _("All weights"), f"=SUM({self._range('I')})", division.total)
        left = f"=IF(L{line}=0,0,SUM({self._range('K')})/L{line})"
        self._named(rests, 0, _("Partners with a cent more"), left, division.left)
        if self.has_common:
            amount = f"=IF(SUM({self._range('E')})=0,0,ROUND($D$3*100,0))"
            self._named(rests, 2, _("Common area x 100"), amount, self.common_amount)
            self._named(rests, 4, _("All parts of it"), f"=SUM({self._range('F')})", self.common.total)
            left = f"=IF(F{rests + 1}=0,0,SUM({self._range('G')})/F{rests + 1})"
            self._named(rests, 6, _("Partners with one more"), left, self.common.left)
        labels = [
            _("Partner"), _("Count"), _("Shares this pool"), _("Time"), _("Count x 100"),
            *([_("Part of the common area"), _("Remainder"), _("Common area x 100")] if self.has_common else [""] * 3),
            _("Weight"), _("Step"), _("Remainder"), _("Whole cents"), _("Share"),
        ]  # fmt: skip
        for column, label in enumerate(labels):
            self.sheet.write_string(self.row + 3, column, label, self.bold)

    def _named(self, row: int, column: int, label: str, formula: str, value: float, style: Any = None) -> None:
        self.sheet.write_string(row, column, label)
        self.sheet.write_formula(row, column + 1, formula, style, value)

    def _payer(self, at: int) -> None:
        sheet, row, x, given = self.sheet, self.first + at, self.first + at + 1, self.given
        source = FIRST_ROW + at + 1
        sheet.write_string(row, 0, given.payers[at])
        if given.count_column:
            sheet.write_formula(row, 1, f"={COUNTS}!{given.count_column}{source}", None, float(self.counts[at]))
        else:
            sheet.write_number(row, 1, 1)
        if given.is_negotiated[at] or not given.center_column:
            sheet.write_number(row, 2, given.shares_here[at])
        else:
            sheet.write_formula(row, 2, f"={PARTNERS}!{given.center_column}{source}", None, given.shares_here[at])
        sheet.write_formula(row, 3, f"={PARTNERS}!{given.time_column}{source}", None, given.times[at])
        sheet.write_formula(row, 4, f"=ROUND(B{x}*100,0)*C{x}*IF(D{x}>0,1,0)", None, self.own[at])
        if self.has_common:
            self._common(at)
        weight = f"=(E{x}+H{x})*D{x}" if self.has_common else f"=E{x}*D{x}"
        sheet.write_formula(row, 8, weight, None, self.weights[at])
        if given.is_negotiated[at]:
            sheet.write_number(row, 12, given.negotiated[at] or 0, self.money)
        elif self.division.is_exact and self.common.is_exact:
            self._share(at)
        else:
            sheet.write_number(row, 12, given.amounts[at], self.money)

    def _common(self, at: int) -> None:
        row, x, head = self.first + at, self.first + at + 1, self.row + 3
        amount, parts, left = f"$D${head}", f"$F${head}", f"$H${head}"
        part = f"=E{x}" if self.given.base.common_by == OWN else f"=C{x}*IF(D{x}>0,1,0)"
        self.sheet.write_formula(row, 5, part, None, self.parts[at])
        rest = f"=IF({parts}=0,0,MOD({amount}*F{x},{parts}))"
        self.sheet.write_formula(row, 6, rest, None, self.common.rests[at])
        whole = f"=IF({parts}=0,0,({amount}*F{x}-G{x})/{parts}+{self._one_more('G', at, left)})"
        self.sheet.write_formula(row, 7, whole, None, self.shared[at])

    def _share(self, at: int) -> None:
        row, x, head = self.first + at, self.first + at + 1, self.row + 2
        high, low, total, left = f"$H${head}", f"$J${head}", f"$L${head}", f"$B${head + 1}"
        division = self.division
        self.sheet.write_formula(row, 9, f"=IF({total}=0,0,MOD({high}*I{x},{total}))", None, division.steps[at])
        rest = f"=IF({total}=0,0,MOD(J{x}*{LOW}+{low}*I{x},{total}))"
        self.sheet.write_formula(row, 10, rest, None, division.rests[at])
        down = f"=IF({total}=0,0,({high}*I{x}-J{x})/{total}*{LOW}+(J{x}*{LOW}+{low}*I{x}-K{x})/{total})"
        self.sheet.write_formula(row, 11, down, None, division.down[at])
        cents = division.down[at] + division.more[at]
        share = f"=(L{x}+{self._one_more('K', at, left)})/100"
        self.sheet.write_formula(row, 12, share, self.money, cents / 100)

    def _one_more(self, column: str, at: int, left: str) -> str:
        """Return 1 if a remainder is among the largest; equals are served in their order."""
        x = self.first + at + 1
        rank = f"RANK({column}{x},{self._range(column)},0)"
        if at:
            rank += f"+COUNTIF({column}${self.first + 1}:{column}{x - 1},{column}{x})"
        return f"IF({rank}<={left},1,0)"
