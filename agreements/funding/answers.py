"""Partners agree with their statements or dispute them in writing; the staff decide disputes.

A dispute may come until the last day that the period names; the answer is due in the days that the budget names.
"""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from agreements.funding.locking import CannotReconcile, lock_reconciled_period
from agreements.funding.statement_notices import tell_decided, tell_disputed
from agreements.models import FundingPeriod, PartnerStatement, StatementDispute
from onestop.accounts.models import User
from onestop.files.models import StoredFile
from onestop.files.storing import demand_usable
from onestop.history.tracking import recorded

Answer, Decision = PartnerStatement.Answer, StatementDispute.Decision
RELATED = ("payer__partnership__organization", "agreement__area__state")


@recorded
def agree_with_statement(statement: PartnerStatement, *, by: User | None, at: datetime) -> PartnerStatement:
    """Record that a partner agrees with its statement.

    :raises CannotReconcile: if the statement was replaced or closed, was agreed with, or has an open dispute.
    """
    statement, _period = _lock(statement)
    if statement.answer == Answer.AGREED:
        raise CannotReconcile(_("This statement was already agreed with."))
    if statement.disputes.exclude(decision=Decision.DECLINED).exists():
        raise CannotReconcile(_("This statement is disputed. The staff decide the dispute first."))
    statement.answer, statement.answered_at, statement.answered_by = Answer.AGREED, at, by
    statement.save(update_fields=["answer", "answered_at", "answered_by"])
    return statement


@recorded
def dispute_statement(
    statement: PartnerStatement, *, text: str, file: StoredFile | None = None, by: User | None, at: datetime
) -> StatementDispute:
    """Record a written dispute of a statement, and tell the staff.

    :raises CannotReconcile: if the statement was replaced or closed, was agreed with or disputed, the last day is over,
        or nothing is said.
    :raises CannotUseFile: if the file cannot belong to it.
    """
    statement, period = _lock(statement)
    today = period.agreement.area.day_of(at)
    if statement.answer == Answer.AGREED:
        raise CannotReconcile(_("This statement was already agreed with."))
    if statement.disputes.exists():
        raise CannotReconcile(_("This statement was already disputed. Each statement can be disputed once."))
    if period.answer_by and period.answer_by < today:
        raise CannotReconcile(_("The last day to dispute this statement is over. Ask the staff for a correction."))
    if not text.strip():
        raise CannotReconcile(_("Say what you dispute, and why."), field="text")
    dispute = StatementDispute(
        agreement=period.agreement, statement=statement, text=text, by=by, at=at,
        answer_by=today + timedelta(days=period.budget.answer_days),
    )  # fmt: skip
    demand_usable(file, dispute, "file", by=by)
    dispute.file = file
    dispute.save()
    statement.answer, statement.answered_at, statement.answered_by = Answer.DISPUTED, at, by
    statement.save(update_fields=["answer", "answered_at", "answered_by"])
    tell_disputed(dispute, at=at)
    return dispute


@recorded
def decide_dispute(
    dispute: StatementDispute, *, decision: str, answer: str, by: User | None, at: datetime
) -> StatementDispute:
    """Decide a dispute in writing, and tell the partner.

    If it is upheld, costs or counts are corrected and a revised statement is sent; if it is declined, the statement
    stays as it is.

    :raises CannotReconcile: if it was decided already, or the decision or the answer is missing.
    """
    statement, _period = _lock(dispute.statement)
    dispute = StatementDispute.objects.select_related("by").get(pk=dispute.pk)
    dispute.statement = statement
    if dispute.decision != Decision.OPEN:
        raise CannotReconcile(_("This dispute was already decided."))
    if decision not in (Decision.UPHELD, Decision.DECLINED):
        raise CannotReconcile(_("Choose a decision."), field="decision")
    if not answer.strip():
        raise CannotReconcile(_("Enter the answer. It is sent to the partner."), field="answer")
    dispute.decision, dispute.answer, dispute.decided_by, dispute.decided_at = decision, answer, by, at
    dispute.save(update_fields=["decision", "answer", "decided_by", "decided_at"])
    tell_decided(dispute, at=at)
    return dispute


def _lock(statement: PartnerStatement) -> tuple[PartnerStatement, FundingPeriod]:
    period = lock_reconciled_period(statement.period)
    locked = PartnerStatement.objects.select_related(*RELATED).get(pk=statement.pk)
    locked.period, locked.agreement = period, period.agreement
    if not locked.is_current:
        raise CannotReconcile(_("This statement was replaced by a revised one."))
    return locked, period
