"""Compute what each partner owes for a period by actual costs and counts, and how its statement stands.

The model clause that several agreements use (45 days to send, 15 to pay, 15 to answer a dispute) is played through:
payment in full counts as agreement, and so does silence until the last day to dispute. Amounts are dollars to the cent.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.db.models import Q, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agreements.funding.plans import ZERO, Shares
from agreements.funding.shares import actual_shares
from agreements.models import (
    Adjustment,
    Contribution,
    CostShare,
    FundingBudget,
    FundingPeriod,
    PartnerStatement,
    Payer,
    Stage,
    StatementDispute,
)

Answer, Decision, Outcome = PartnerStatement.Answer, StatementDispute.Decision, PartnerStatement.Outcome
MOST_YEARS = 20  # budgets that follow each other


@dataclass(frozen=True)
class Figures:
    """What a statement is made of."""

    planned: Decimal = ZERO
    owed: Decimal = ZERO
    carried_in: Decimal = ZERO
    adjusted: Decimal = ZERO
    cash: Decimal = ZERO
    in_kind: Decimal = ZERO

    @property
    def asked(self) -> tuple[Decimal, Decimal]:
        """What a statement says of its own period; if it changes, a revised one must be sent.

        What is carried in later is taken up by the next statement.
        """
        return self.owed, self.adjusted

    @property
    def contributed(self) -> Decimal:
        """What was paid and given."""
        return self.cash + self.in_kind

    @property
    def balance(self) -> Decimal:
        """What is still to be paid; less than zero is in the partner's favor."""
        return self.owed + self.carried_in + self.adjusted - self.contributed


def figures_of(period: FundingPeriod) -> tuple[dict[int, Figures], Shares]:
    """Return the figures of each partner as they are now, by payer, and the shares they come from; twenty queries.

    Partners of whom there is nothing to say are left out.
    """
    shares = actual_shares(period)
    found: dict[int, Figures] = defaultdict(Figures)
    planned = CostShare.objects.filter(period=period, stage=Stage.PLAN).values_list("payer", "amount")
    for payer, amount in planned:
        found[payer] = replace(found[payer], planned=found[payer].planned + amount)
    for share in shares.rows:
        found[share.payer] = replace(found[share.payer], owed=found[share.payer].owed + share.amount)
    for payer, amount in Adjustment.objects.filter(period=period).values_list("payer", "amount"):
        found[payer] = replace(found[payer], adjusted=found[payer].adjusted + amount)
    for payer, amount in carried_into(period).items():
        found[payer] = replace(found[payer], carried_in=amount)
    for (_period, payer), (cash, in_kind) in given_in(period).items():
        found[payer] = replace(found[payer], cash=cash, in_kind=in_kind)
    return dict(found), shares


def given_in(*periods: FundingPeriod) -> dict[tuple[int, int], tuple[Decimal, Decimal]]:
    """Return what was paid in cash, and what was accepted in kind, by period and payer; one query."""
    rows = Contribution.objects.current().filter(
        period__in=periods, payer__isnull=False, status=Contribution.Status.ACCEPTED
    )
    found: dict[tuple[int, int], list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    for period, payer, kind, amount in rows.values_list("period", "payer", "kind", "amount"):
        if payer is not None:
            found[period, payer][kind != Contribution.Kind.CASH] += amount
    return {key: (cash, in_kind) for key, (cash, in_kind) in found.items()}


def carried_into(period: FundingPeriod) -> dict[int, Decimal]:
    """Return what is carried into a period, by payer; four queries.

    It is what closed periods carried on, in this year and in those before, less what statements of other periods have
    taken up already: so nothing is lost or counted twice, in whatever order statements are sent.
    """
    budgets = _years_until(period.budget)
    statements = PartnerStatement.objects.filter(is_current=True, period__budget__in=budgets).exclude(period=period)
    carried = Sum("balance", filter=Q(outcome=Outcome.CARRIED, period__status=FundingPeriod.Status.CLOSED))
    sums = statements.values("payer__partnership").annotate(out=carried, taken=Sum("carried_in"))
    left = {row["payer__partnership"]: (row["out"] or ZERO) - (row["taken"] or ZERO) for row in sums.order_by()}
    payers = Payer.objects.filter(budget=period.budget_id).values_list("pk", "partnership")
    return {pk: left[partner] for pk, partner in payers if left.get(partner)}


def _years_until(budget: FundingBudget) -> list[int]:
    """Return the budget and those of the years before it, as each names the one before."""
    area = budget.agreement.area_id
    before = dict(FundingBudget.objects.filter(agreement__area=area).values_list("pk", "before"))
    chain, known = [budget.pk], budget.before_id
    while known and known not in chain and len(chain) < MOST_YEARS:
        chain.append(known)
        known = before.get(known)
    return chain


# ---------------------------------------------------------------- How a statement stands
@dataclass(frozen=True)
class Standing:
    """How a statement stands: a word, an icon and a color, and whether it can be closed as it is."""

    code: str
    kind: str
    word: str | Promise
    icon: str = ""
    is_final: bool = False


WAITING = Standing("waiting", "way", _("No answer yet"))
DISPUTED = Standing("disputed", "soon", _("Disputed"), "chat-left-text")
UNANSWERED = Standing("unanswered", "now", _("Dispute overdue"))
UPHELD = Standing("upheld", "soon", _("To be revised"), "pencil")
AGREED = Standing("agreed", "good", _("Agreed"), is_final=True)
PAID = Standing("paid", "good", _("Paid in full"), is_final=True)
DECLINED = Standing("declined", "rest", _("Dispute declined"), "x-lg", is_final=True)
STANDS = Standing("stands", "rest", _("Not disputed in time"), "calendar-check", is_final=True)
REVISED = Standing("revised", "rest", _("Replaced by a revised statement"), "clock-history")
CLOSED = {
    Outcome.SETTLED: Standing("settled", "good", _("Settled"), is_final=True),
    Outcome.CARRIED: Standing("carried", "rest", _("Carried to the next period"), "arrow-right", is_final=True),
    Outcome.REFUNDED: Standing("refunded", "good", _("Refunded"), is_final=True),
    Outcome.PAID: Standing("paid", "good", _("Paid"), is_final=True),
}


@dataclass(frozen=True)
class Position:
    """A statement, what was paid and given so far, its last dispute, and how it stands."""

    statement: PartnerStatement
    cash: Decimal
    in_kind: Decimal
    dispute: StatementDispute | None
    standing: Standing

    @property
    def left(self) -> Decimal:
        """What is still to be paid now; less than zero is in the partner's favor."""
        statement = self.statement
        return statement.owed + statement.carried_in + statement.adjusted - self.cash - self.in_kind

    @property
    def paid_since(self) -> Decimal:
        """What was paid or accepted after the statement was sent."""
        return self.statement.balance - self.left

    @property
    def may_be_refunded(self) -> bool:
        """Whether the partner gave more than it owes, and paid at least that much in cash."""
        return self.left < 0 and -self.left <= self.cash


def positions_of(period: FundingPeriod, today: date) -> list[Position]:
    """Return the current statements of a period, and how each stands; three queries."""
    return [position for _period, position in positions_in([period], lambda _period: today)]


def positions_in(
    periods: Collection[FundingPeriod], today_in: Callable[[FundingPeriod], date]
) -> list[tuple[FundingPeriod, Position]]:
    """Return the current statements of several periods, and how each stands on the day there; three queries."""
    rows = PartnerStatement.objects.filter(period__in=periods, is_current=True)
    statements = rows.select_related("payer__partnership__organization").order_by("payer__position", "payer")
    known = {period.pk: period for period in periods}
    found = []
    for position in _positions(list(statements), known):
        period = known[position.statement.period_id]
        found.append((period, replace(position, standing=standing_of(period, position, today_in(period)))))
    return found


def position_of(statement: PartnerStatement, today: date) -> Position:
    """Return how one statement stands, also one that was replaced; two queries. Needs its period."""
    [position] = _positions([statement], {statement.period_id: statement.period})
    return replace(position, standing=standing_of(statement.period, position, today))


def _positions(statements: list[PartnerStatement], periods: Mapping[int, FundingPeriod]) -> Iterator[Position]:
    disputes = {
        dispute.statement_id: dispute
        for dispute in StatementDispute.objects.filter(statement__in=statements).order_by("at", "pk")
    }
    given = given_in(*periods.values())
    for each in statements:
        period = periods[each.period_id]
        each.period, each.agreement = period, period.agreement
        if dispute := disputes.get(each.pk):
            dispute.statement = each
        is_final = period.is_closed or not each.is_current
        now = (each.cash, each.in_kind) if is_final else given.get((period.pk, each.payer_id), (ZERO, ZERO))
        yield Position(each, *now, dispute, WAITING)


def standing_of(period: FundingPeriod, position: Position, today: date) -> Standing:
    """Return how a statement stands on a day."""
    statement, dispute = position.statement, position.dispute
    if not statement.is_current:
        return REVISED
    if period.is_closed:
        return CLOSED.get(Outcome(statement.outcome), STANDS) if statement.outcome else STANDS
    if dispute and dispute.decision == Decision.OPEN:
        return UNANSWERED if dispute.answer_by < today else DISPUTED
    if dispute and dispute.decision == Decision.UPHELD:
        return UPHELD
    if statement.answer == Answer.AGREED:
        return AGREED
    if statement.balance > 0 and position.left <= 0:
        return PAID
    if dispute:
        return DECLINED
    return STANDS if period.answer_by and period.answer_by < today else WAITING


def names_of(positions: Iterable[Position]) -> str:
    """Return the names of the partners of some statements."""
    return ", ".join(str(each.statement.payer) for each in positions)
