"""Send the statements of a period: what each partner owes by actual costs and counts, and send revised ones.

20 CFR 678.720(c)(5) asks for regular reconciliation. Statements are due some days after the end of a period (45 unless
the budget says otherwise); partners then have days to pay and to dispute.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import ngettext

from agreements.funding.actuals import missing_in, pools_of_period
from agreements.funding.locking import CannotReconcile, lock_reconciled_period
from agreements.funding.plans import Shares
from agreements.funding.shares import write_shares
from agreements.funding.statement_notices import tell_statements
from agreements.funding.statements import Figures, figures_of
from agreements.models import (
    CostPool,
    CostShare,
    FundingPeriod,
    PartnerStatement,
    Payer,
    Stage,
    StatementDispute,
)
from onestop.accounts.models import User
from onestop.history.tracking import recorded
from onestop.ui.sentences import retold as _

NAMED = 5  # lines that a refusal names


@dataclass(frozen=True)
class Preview:
    """What sending the statements of a period would say, and why it is not possible now."""

    rows: list[tuple[Payer, Figures, PartnerStatement | None]]
    shares: Shares
    refusal: str
    renewed: frozenset[int]
    was_sent: bool

    @property
    def stale(self) -> frozenset[int]:
        """The ids of payers whose statement is out of date: costs, counts or corrections have changed since.

        A partner that owes or gave something and has no statement yet is one of them.
        """
        return frozenset(
            payer.pk
            for payer, now, known in self.rows
            if self.was_sent and payer.pk in self.renewed and (known is not None or now.contributed or any(now.asked))
        )


def issue_by(period: FundingPeriod) -> date:
    """Return the day by which the statements of a period are to be sent."""
    return period.last_on + timedelta(days=period.budget.issue_days)


def preview_of(period: FundingPeriod, today: date) -> Preview:
    """Return what each partner would be told now; some 30 queries, however many partners there are."""
    figures, shares = figures_of(period)
    known = {each.payer_id: each for each in period.statements.filter(is_current=True)}
    upheld = StatementDispute.objects.filter(
        statement__period=period, statement__is_current=True, decision=StatementDispute.Decision.UPHELD
    )
    to_revise = set(upheld.values_list("statement__payer", flat=True))
    rows = Payer.objects.filter(budget=period.budget_id).select_related("partnership__organization")
    payers = [payer for payer in rows.order_by("position", "pk") if payer.pk in figures or payer.pk in known]
    found = [(payer, figures.get(payer.pk, Figures()), known.get(payer.pk)) for payer in payers]
    renewed = frozenset(
        payer.pk
        for payer, now, sent in found
        if sent is None or (sent.owed, sent.adjusted) != now.asked or payer.pk in to_revise
    )
    return Preview(found, shares, _why_not(period, shares, renewed, today), renewed, not period.is_open)


def _why_not(period: FundingPeriod, shares: Shares, renewed: frozenset[int], today: date) -> str:
    """Return why statements cannot be sent now, or nothing."""
    if not period.budget.is_adopted:
        return _("This budget is a draft. Periods are reconciled once it is adopted.")
    if period.is_closed:
        return _("This period is closed.")
    if period.last_on >= today:
        return _("This period is not over yet.")
    if missing := missing_in(pools_of_period(period)):
        words = ngettext(
            "Enter the actual cost of %(number)d more line first, also if it is zero: %(names)s.",
            "Enter the actual cost of %(number)d more lines first, also if it is zero: %(names)s.",
            len(missing),
        )
        names = ", ".join(str(line) for line in missing[:NAMED])
        return words % {"number": len(missing), "names": names}
    if shares.unshared:
        pools = CostPool.objects.filter(pk__in=[each.pool for each in shares.unshared]).select_related("center")
        names = ", ".join(str(pool) for pool in pools.order_by("position", "pk"))
        return _("Nobody has a count by which to share: %(names)s. Enter the counts first.") % {"names": names}
    disputes = StatementDispute.objects.filter(
        statement__period=period, decision=StatementDispute.Decision.OPEN
    ).select_related("statement__payer__partnership__organization")
    if names := ", ".join(str(each.statement.payer) for each in disputes.order_by("at")):
        return _("Decide the dispute of %(names)s first.") % {"names": names}
    if not period.is_open and not renewed:
        return _("Nothing has changed since the statements were sent.")
    return ""


@recorded
def issue_statements(period: FundingPeriod, *, by: User | None, at: datetime) -> list[PartnerStatement]:
    """Send the statements of a period, or revised ones to partners whose figures have changed; return those sent.

    What is stored: the shares by actual costs and counts, and a statement for each partner. A revised statement takes
    the place of the one before; partners that owe the same keep theirs with their answer.

    :raises CannotReconcile: if the period is not over or closed, a cost or count is missing, a dispute is open, or
        nothing has changed since statements were sent.
    """
    period = lock_reconciled_period(period)
    today = period.agreement.area.day_of(at)
    preview = preview_of(period, today)
    if preview.refusal:
        raise CannotReconcile(preview.refusal)
    CostShare.objects.filter(period=period, stage=Stage.ACTUAL).delete()
    write_shares(period.budget, [period], preview.shares.rows, Stage.ACTUAL)
    replaced = [sent.pk for payer, _now, sent in preview.rows if sent and payer.pk in preview.renewed]
    PartnerStatement.objects.filter(pk__in=replaced).update(is_current=False)
    period.revision += 1
    statements = PartnerStatement.objects.bulk_create(
        [_statement(period, payer, now) for payer, now, _sent in preview.rows if payer.pk in preview.renewed]
    )
    period.status, period.issued_on, period.issued_by = FundingPeriod.Status.ISSUED, today, by
    period.pay_by = today + timedelta(days=period.budget.pay_days)
    period.answer_by = today + timedelta(days=period.budget.answer_days)
    period.save(update_fields=["status", "issued_on", "issued_by", "pay_by", "answer_by", "revision"])
    tell_statements(statements, at=at)
    return statements


def _statement(period: FundingPeriod, payer: Payer, figures: Figures) -> PartnerStatement:
    return PartnerStatement(
        agreement=period.agreement, period=period, payer=payer, revision=period.revision, planned=figures.planned,
        owed=figures.owed, carried_in=figures.carried_in, adjusted=figures.adjusted, cash=figures.cash,
        in_kind=figures.in_kind, balance=figures.balance,
    )  # fmt: skip
