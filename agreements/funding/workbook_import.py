"""Turn last year's workbook into the draft of a budget: what would be created, and what is questioned.

The cost of a pool is the sum of its column, also of partners that are left out: the cost remains when they leave.
A pool is shared by a base of the file, equally, or in proportion to last year's shares.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from agreements.cost_sharing import allocate
from agreements.funding.last_year_file import FileColumn, LastYearFile, number_of
from agreements.funding.plans import (
    ZERO,
    BasePlan,
    BudgetPlan,
    Cost,
    PayerPlan,
    PoolPlan,
    periods_of,
    shares_of,
)
from agreements.models import CostPool, FundingBudget
from onestop.ops.request_numbers import whole_number
from partners.importing.cells import key

SKIP, EQUAL, SHARES = "skip", "equal", "shares"
POOLS = tuple(CostPool.Category.values)
BASES = ("square_feet", "fte", "customers", "direct", "custom")
EQUAL_KEY = -1
NEAR = Decimal("0.01")  # of a pool: so far may shares be from a base to be taken for shares by it
FREQUENCY = FundingBudget.Frequency.QUARTER
PERSONNEL = re.compile(r"personnel|salar|wages|fringe|payroll", re.IGNORECASE)
GUESSES = (
    (re.compile(r"total|percent|%|phone|e-?mail|contact|note", re.IGNORECASE), SKIP),
    (re.compile(r"sq(uare|\.)?\s*(feet|ft|foot)|sqft", re.IGNORECASE), "square_feet"),
    (re.compile(r"\bftes?\b|head\s?count|number of staff", re.IGNORECASE), "fte"),
    (re.compile(r"customer|participant|visit|served|head count", re.IGNORECASE), "customers"),
    (re.compile(r"\bcounts?\b|\bnumber\b", re.IGNORECASE), "custom"),
    (re.compile(r"career|intake|orientation|assessment|appraisal", re.IGNORECASE), "career"),
    (re.compile(r"shared|business service|operator|recept|front desk|referral", re.IGNORECASE), "shared"),
    (PERSONNEL, "shared"),
)


@dataclass(frozen=True)
class Choice:
    """What a column is: left out, a pool of a category, or a base of a kind; of a pool, by what it is shared."""

    role: str = SKIP
    by: str = SHARES  # or EQUAL, or the number of a column that is a base
    center: int | None = None

    @property
    def is_pool(self) -> bool:
        """Whether it is a pool with shares."""
        return self.role in POOLS

    @property
    def is_base(self) -> bool:
        """Whether it is a base with counts."""
        return self.role in BASES


@dataclass(frozen=True)
class Matches:
    """What each column is, and which partnership each partner of the file is, ``None`` if it is left out."""

    columns: Sequence[Choice]
    partners: Sequence[int | None]


@dataclass(frozen=True)
class Question:
    """A cell or column that keeps a budget from being created, and why."""

    place: str
    text: str
    reason: str


@dataclass(frozen=True)
class Compared:
    """What a partner paid, or a pool cost, by the workbook and by the draft."""

    name: str
    before: Decimal
    after: Decimal

    @property
    def difference(self) -> Decimal:
        """How much more or less it is."""
        return self.after - self.before


@dataclass(frozen=True)
class ImportDraft:
    """What would be created: the plan, whose keys are numbers of columns and ids of partnerships; and what to look at.

    ``questions`` keep it from being created; ``remarks`` do not.
    """

    file: LastYearFile
    matches: Matches
    plan: BudgetPlan
    questions: list[Question] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    partners: list[Compared] = field(default_factory=list)
    pools: list[Compared] = field(default_factory=list)

    @property
    def is_ready(self) -> bool:
        """Whether it can be created."""
        return not self.questions and bool(self.plan.payers and self.plan.pools)

    @property
    def before(self) -> Decimal:
        """The sum of the workbook."""
        return sum((each.before for each in self.pools), ZERO)

    @property
    def after(self) -> Decimal:
        """The sum of the draft."""
        return sum((each.after for each in self.partners), ZERO)


# ---------------------------------------------------------------- Guessing
def guess_matches(
    file: LastYearFile, *, partnerships: Mapping[str, int], centers: Mapping[str, int]
) -> Matches:  # fmt: skip
    """Return what columns and partners most likely are; partnerships by key of their names, centers by name."""
    roles = [_guess_role(column) for column in file.columns]
    columns = []
    for column, role in zip(file.columns, roles, strict=True):
        named = (pk for name, pk in centers.items() if name.casefold() in column.title.casefold())
        by = _guess_base(file, column, roles) if role in POOLS else SHARES
        columns.append(Choice(role, by, next(named, None) if role != SKIP else None))
    return Matches(columns, [_guess_partner(name, partnerships) for name in file.partners])


def _guess_role(column: FileColumn) -> str:
    readings = [column.reading(at) for at in column.cells]
    if all(reading.value is None for reading in readings):
        return SKIP
    if any("$" in text for text in column.cells.values()):
        found = (role for shape, role in GUESSES if role not in BASES and shape.search(column.title))
    else:
        found = (role for shape, role in GUESSES if shape.search(column.title))
    return next(found, CostPool.Category.INFRASTRUCTURE)


def _guess_base(file: LastYearFile, column: FileColumn, roles: Sequence[str]) -> str:
    """Return the base by which the shares of a pool are nearest to those of the workbook."""
    partners = range(len(file.partners))
    shares = {at: column.reading(at).value or ZERO for at in partners}
    total = sum(shares.values(), ZERO)
    offers: dict[str, dict[int, Decimal]] = {EQUAL: {at: Decimal(1) for at in partners}}
    for number, role in enumerate(roles):
        if role in BASES:
            offers[str(number)] = {at: file.columns[number].reading(at).value or ZERO for at in partners}
    distances = {
        by: max(abs(part - shares[at]) for at, part in allocate(total, weights).items())
        for by, weights in offers.items()
        if any(weights.values())
    }
    best = min(distances, key=lambda by: distances[by], default=SHARES)
    return best if total and distances[best] <= total * NEAR else SHARES


def _guess_partner(name: str, partnerships: Mapping[str, int]) -> int | None:
    wanted = key(name)
    if wanted in partnerships:
        return partnerships[wanted]
    near = {pk for known, pk in partnerships.items() if len(known) > 3 and (known in wanted or wanted in known)}
    return near.pop() if len(near) == 1 else None


# ---------------------------------------------------------------- The draft
def draft_of(file: LastYearFile, matches: Matches, *, first_on: date, percent: Decimal = ZERO) -> ImportDraft:
    """Return what would be created, without writing anything; ``percent`` is the increase of all costs since then."""
    return _Drafting(file, matches, first_on, percent).draft()


class _Drafting:
    """Puts the plan of a budget together from a file and what its columns are."""

    def __init__(self, file: LastYearFile, matches: Matches, first_on: date, percent: Decimal) -> None:
        self.file, self.matches, self.first_on, self.percent = file, matches, first_on, percent
        self.questions: list[Question] = []
        self.remarks: list[str] = []
        self.values = [self._values(at) for at in range(len(file.columns))]

    def draft(self) -> ImportDraft:
        """Return the plan with its questions."""
        chosen = list(enumerate(self.matches.columns))
        pools = [(at, choice) for at, choice in chosen if choice.is_pool]
        payers = list(dict.fromkeys(pk for pk in self.matches.partners if pk is not None))
        bases: dict[int, BasePlan] = {at: BasePlan(at) for at, choice in chosen if choice.is_base}
        counts = {at: self._by_payer(at) for at in bases}
        plans = []
        for at, choice in pools:
            base = self._base_of(at, choice)
            if base == EQUAL_KEY:
                bases[base] = BasePlan(base, is_equal=True)
            elif base not in bases:
                bases[base], counts[base] = BasePlan(base), self._by_payer(at)
            amount = sum(self.values[at].values(), ZERO)
            cost = Cost(amount, escalator=self.percent, escalated=1) if self.percent else Cost(amount)
            plans.append(PoolPlan(at, base, choice.center, (cost,)))
            self._check_pool(at, choice)
        periods = tuple(periods_of(self.first_on, FREQUENCY))
        plan = BudgetPlan(
            self.first_on,
            periods,
            tuple(PayerPlan(pk, self._centers_of(pk, pools)) for pk in payers),
            bases,
            tuple(plans),
            {
                (base, pk, period.number): value
                for base, found in counts.items()
                for pk, value in found.items()
                for period in periods
            },
        )
        draft = ImportDraft(self.file, self.matches, plan, self.questions, self.remarks)
        self._compare(draft)
        return draft

    def _base_of(self, at: int, choice: Choice) -> int:
        """Return the key of the base of a pool: a column of counts, -1 for equal shares, else the pool itself."""
        if choice.by == EQUAL:
            return EQUAL_KEY
        number = whole_number(choice.by)
        if number is None or number >= len(self.matches.columns) or not self.matches.columns[number].is_base:
            return at
        return number

    def _values(self, at: int) -> dict[int, Decimal]:
        """Return the numbers of a column by partner; cells that are none become questions."""
        column, choice = self.file.columns[at], self.matches.columns[at]
        if choice.role == SKIP:
            return {}
        found, rounded = {}, 0
        for partner, text in column.cells.items():
            reading = column.reading(partner)
            if reading.problem and (choice.is_pool or self.matches.partners[partner] is not None):
                self.questions.append(Question(column.places[partner], text, reading.problem))
            if reading.value is not None:
                found[partner] = reading.value
                rounded += reading.is_rounded
        if rounded:
            words = _("%(column)s: %(number)s cells with more than two decimal places are rounded.")
            self.remarks.append(words % {"column": column.title, "number": rounded})
        return found

    def _by_payer(self, at: int) -> dict[int, Decimal]:
        """Return the numbers of a column by partnership; rows of one partnership are added."""
        found: dict[int, Decimal] = defaultdict(lambda: ZERO)
        for partner, value in self.values[at].items():
            pk = self.matches.partners[partner]
            if pk is not None:
                found[pk] += value
        return dict(found)

    def _centers_of(self, pk: int, pools: Sequence[tuple[int, Choice]]) -> frozenset[int]:
        """Return the centers in which a partner pays: those of pools of which it had a share."""
        return frozenset(
            choice.center for at, choice in pools if choice.center is not None and self._by_payer(at).get(pk)
        )  # fmt: skip

    def _check_pool(self, at: int, choice: Choice) -> None:
        column, amount = self.file.columns[at], sum(self.values[at].values(), ZERO)
        if not amount:
            words = _("This column has no amounts. Leave it out.")
            self.questions.append(Question(column.place, column.title, words))
        if choice.role == CostPool.Category.INFRASTRUCTURE and PERSONNEL.search(column.title):
            words = _("Infrastructure costs are nonpersonnel (20 CFR 678.700). Choose career or shared services.")
            self.questions.append(Question(column.place, column.title, words))
        total = number_of(column.total).value
        if total is not None and total != amount:
            words = _("%(column)s: the rows add up to %(sum)s, but the row of totals says %(total)s.")
            said = {"column": column.title, "sum": f"${amount:,}", "total": f"${total:,}"}
            self.remarks.append(words % said)

    def _compare(self, draft: ImportDraft) -> None:
        """Fill in what partners and pools come to by the workbook and by the draft."""
        found = shares_of(draft.plan)
        by_payer: dict[int, Decimal] = defaultdict(lambda: ZERO)
        by_pool: dict[int, Decimal] = defaultdict(lambda: ZERO)
        for share in found.rows:
            by_payer[share.payer] += share.amount
            by_pool[share.pool] += share.amount
        names: dict[int, str] = {}
        before: dict[int, Decimal] = defaultdict(lambda: ZERO)
        left_out = []
        for at, (name, pk) in enumerate(zip(self.file.partners, self.matches.partners, strict=True)):
            paid = sum((self.values[pool.key].get(at, ZERO) for pool in draft.plan.pools), ZERO)
            if pk is None:
                left_out.append(Compared(_("%(name)s (left out)") % {"name": name}, paid, ZERO))
                continue
            names[pk] = f"{names[pk]}, {name}" if pk in names else name
            before[pk] += paid
        draft.partners.extend(Compared(names[pk], before[pk], by_payer[pk]) for pk in names)
        draft.partners.extend(left_out)
        for pool in draft.plan.pools:
            amount = sum(self.values[pool.key].values(), ZERO)
            draft.pools.append(Compared(self.file.columns[pool.key].title, amount, by_pool[pool.key]))
        for pool_key in dict.fromkeys(each.pool for each in found.unshared):
            words = _("%(pool)s cannot be shared yet: no partner has a count above zero.")
            draft.remarks.append(words % {"pool": self.file.columns[pool_key].title})
