"""The reconciliation of a period: actual costs and counts, statements, payments, disputes."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from agreements.funding import actuals, answers
from agreements.funding.closing import readiness_of
from agreements.funding.locking import CannotReconcile
from agreements.funding.progress import progress_of
from agreements.funding.reconciling import issue_by, preview_of
from agreements.funding.statements import positions_of
from agreements.models import (
    ActualCost,
    BaseCount,
    CostShare,
    PartnerStatement,
)
from onestop.editing.versions import ChangedMeanwhile, version_of
from onestop.notices.models import Notice
from tests import factories
from tests.agreements.funding.world import Year, make_approver, on
from tests.factories.files import make_file


@pytest.fixture
def approver(area):
    """A second staff member, who may approve money."""
    return make_approver(area)


@pytest.fixture
def year(area, partner, neighbor_partner, cast, approver) -> Year:
    return Year(area, partner, neighbor_partner, cast | {"approver": approver})


def owed(statements: Any) -> dict[str, Decimal]:
    return {str(each.payer): each.owed for each in statements}


# ---------------------------------------------------------------- The model clause, played through
def test_the_model_clause_is_played_through(year, cast):
    # After the quarter, the host enters actuals and new counts: the rent was 3,100 instead of 3,000, and the big
    # partner gave up 100 square feet.
    year.enter("3100.00")
    counts = {year.big: Decimal(500)}
    actuals.enter_counts(year.period(), year.base, values=counts, by=cast["staff"], at=on(10, 12))
    assert issue_by(year.period()) == date(2026, 11, 14)  # 45 days after September 30
    year.pay(year.big, "1800.00")

    # Statements with the budget go to all within 45 days; they have 15 days to pay and to dispute.
    sent = year.issue(at=on(11, 10))
    assert owed(sent) == {"Millrace Adult Learning": Decimal("1722.22"), "Crosswalk Legal Aid": Decimal("1377.78")}
    assert sum(owed(sent).values()) == Decimal("3100.00")
    assert [each.planned for each in sent] == [Decimal("1800.00"), Decimal("1200.00")]
    assert year.statement(year.big).balance == Decimal("-77.78")
    period = year.period()
    assert (period.status, period.pay_by, period.answer_by) == ("issued", date(2026, 11, 25), date(2026, 11, 25))
    told = Notice.objects.filter(kind="agreements.statement_sent")
    assert {notice.recipient_id for notice in told} == {cast["manager"].pk, cast["neighbor"].pk}

    # Payment in full is agreement.
    small = year.statement(year.small)
    year.pay(year.small, "1377.78")
    standings = {each.statement: each.standing.code for each in positions_of(period, date(2026, 11, 12))}
    assert standings == {small: "paid", year.statement(year.big): "waiting"}

    # The other one disputes in writing; the staff answer within 15 days, and the invoice is revised.
    dispute = answers.dispute_statement(
        year.statement(year.big), text="We have had 480 since July.", by=cast["manager"], at=on(11, 20)
    )
    assert dispute.answer_by == date(2026, 12, 5)
    assert Notice.objects.filter(kind="agreements.statement_disputed", recipient=cast["staff"]).exists()
    actuals.enter_counts(year.period(), year.base, values={year.big: Decimal(480)}, by=cast["staff"], at=on(11, 27))
    with pytest.raises(CannotReconcile, match="Decide the dispute of Millrace Adult Learning first"):
        year.issue(at=on(11, 27))
    answers.decide_dispute(dispute, decision="upheld", answer="You are right.", by=cast["staff"], at=on(11, 28))
    assert Notice.objects.filter(kind="agreements.dispute_decided", recipient=cast["manager"]).exists()
    revised = year.issue(at=on(11, 28))
    assert owed(revised) == {"Millrace Adult Learning": Decimal("1690.91"), "Crosswalk Legal Aid": Decimal("1409.09")}
    assert {each.revision for each in revised} == {2}
    assert PartnerStatement.objects.filter(is_current=False).count() == 2

    # The revised statements stand on the day after the last one to dispute them; then the quarter is closed.
    with pytest.raises(CannotReconcile, match="Wait for the answer of"):
        year.close(at=on(12, 13))
    answers.agree_with_statement(year.statement(year.big), by=cast["manager"], at=on(12, 1))
    year.close(at=on(12, 14))
    big, small = year.statement(year.big), year.statement(year.small)
    assert (big.outcome, big.balance) == ("carried", Decimal("-109.09"))
    assert (small.outcome, small.balance) == ("carried", Decimal("31.31"))
    assert Notice.objects.filter(kind="agreements.statement_closed").count() == 2

    # Both balances are in the next statements.
    year.enter("3000.00", 2, at=on(1, 10, 2027))
    year.issue(2, at=on(1, 12, 2027))
    assert year.statement(year.big, 2).carried_in == Decimal("-109.09")
    assert year.statement(year.small, 2).balance == Decimal("1200.00") + Decimal("31.31")


# ---------------------------------------------------------------- Actual costs and counts
def test_costs_are_entered_in_one_form_and_their_history_stays(year, cast):
    period = year.period()
    version = version_of(period, actuals.COST_LINKS)
    year.enter("3100.00")
    year.enter("3050.00")
    cost = ActualCost.objects.get()
    assert (cost.amount, cost.by) == (Decimal("3050.00"), cast["staff"])
    costs = {year.line: (Decimal(1), "")}
    with pytest.raises(ChangedMeanwhile):
        actuals.enter_costs(period, costs=costs, version=version, by=cast["staff"], at=on(10, 12))


def test_costs_of_another_budget_or_of_a_period_to_come_are_refused(year, cast):
    other = factories.make_cost_line(factories.make_pool(factories.make_base(factories.make_budget(
        factories.make_ifa(year.ifa.area)
    ))))  # fmt: skip
    with pytest.raises(CannotReconcile, match="not of this budget"):
        actuals.enter_costs(year.period(), costs={other: (Decimal(1), "")}, by=None, at=on(10, 12))
    with pytest.raises(CannotReconcile, match="has not begun"):
        year.enter("1.00", 3)


def test_counts_are_refused_for_a_base_that_counts_nothing(year):
    equal = factories.make_base(year.budget, kind="equal")
    with pytest.raises(CannotReconcile, match="Nothing is counted"):
        actuals.enter_counts(year.period(), equal, values={year.big: Decimal(1)}, by=None, at=on(10, 12))
    with pytest.raises(CannotReconcile, match="has not begun"):
        actuals.enter_counts(year.period(4), year.base, values={year.big: Decimal(1)}, by=None, at=on(10, 12))
    stranger = factories.make_payer(factories.make_budget(factories.make_ifa(year.ifa.area)), year.big.partnership)
    with pytest.raises(CannotReconcile, match="does not pay by this budget"):
        actuals.enter_counts(year.period(), year.base, values={stranger: Decimal(1)}, by=None, at=on(10, 12))


def test_an_actual_count_holds_for_its_period_alone(year, cast):
    year.enter("3000.00")
    actuals.enter_counts(year.period(), year.base, values={year.big: Decimal(100)}, by=cast["staff"], at=on(10, 12))
    assert owed(year.issue()) == {"Millrace Adult Learning": Decimal("600"), "Crosswalk Legal Aid": Decimal("2400")}
    year.enter("3000.00", 2, at=on(1, 5, 2027))
    assert owed(year.issue(2, at=on(1, 6, 2027)))["Millrace Adult Learning"] == Decimal("1800.00")


def test_nothing_of_a_draft_is_reconciled(year):
    draft = factories.make_budget(year.ifa, first_on=date(2027, 7, 1))
    line = factories.make_cost_line(factories.make_pool(factories.make_base(draft)))
    with pytest.raises(CannotReconcile, match="draft"):
        actuals.enter_costs(draft.periods.get(number=1), costs={line: (Decimal(1), "")}, by=None, at=on(10, 12, 2027))


def test_a_bill_belongs_to_one_cost(year, cast):
    year.enter("3000.00")
    bill = make_file(use="agreements.bill", by=cast["staff"])
    cost = actuals.attach_bill(ActualCost.objects.get(), file=bill, by=cast["staff"], at=on(10, 12))
    assert cost.file == bill


# ---------------------------------------------------------------- Sending statements
def test_statements_are_sent_after_the_end_of_a_period_once_costs_and_counts_are_there(year):
    with pytest.raises(CannotReconcile, match="not over yet"):
        year.issue(at=on(9, 30))
    with pytest.raises(CannotReconcile, match="actual cost of 1 more line first, also if it is zero: Rent"):
        year.issue()
    year.enter("3000.00")
    BaseCount.objects.all().delete()
    with pytest.raises(CannotReconcile, match="Nobody has a count by which to share: Rent"):
        year.issue()


def test_statements_are_not_sent_again_without_a_change(year):
    year.enter("3000.00")
    assert len(year.issue()) == 2
    with pytest.raises(CannotReconcile, match="Nothing has changed"):
        year.issue()
    year.pay(year.big, "10.00")  # a payment alone asks for no new statement
    with pytest.raises(CannotReconcile, match="Nothing has changed"):
        year.issue()


def test_a_revision_goes_to_those_who_owe_something_else(year, cast, area):
    third = factories.make_partnership(area, name="Third Partner")
    pool = factories.make_pool(factories.make_base(year.budget, kind="direct", name="Own"), name="Own")
    line = factories.make_cost_line(pool, name="Own phones", amount=Decimal("1200.00"))
    payer = factories.make_payer(year.budget, third)
    factories.make_count(pool.base, payer, 1)
    costs = {year.line: (Decimal(3000), ""), line: (Decimal(300), "")}
    actuals.enter_costs(year.period(), costs=costs, by=cast["staff"], at=on(10, 12))
    assert len(year.issue()) == 3
    answers.agree_with_statement(year.statement(payer), by=None, at=on(10, 21))
    year.enter("3300.00", at=on(10, 22))
    assert {each.payer for each in year.issue(at=on(10, 22))} == {year.big, year.small}
    kept = year.statement(payer)
    assert (kept.revision, kept.answer) == (1, "agreed")


def test_shares_and_statements_foot_to_the_cent(year):
    year.enter("1000.01")
    statements = year.issue()
    shares = CostShare.objects.filter(period=year.period(), stage="actual")
    assert sum(each.amount for each in shares) == sum(each.owed for each in statements) == Decimal("1000.01")


def test_what_a_third_party_gives_to_the_center_lowers_the_cost_for_all(year):
    year.enter("3000.00")
    year.pay(None, "1000.00", kind="third_party", giver="Library", pool=year.pool, valuation="rental")
    assert owed(year.issue()) == {"Millrace Adult Learning": Decimal("1200"), "Crosswalk Legal Aid": Decimal("800")}


def test_gifts_in_kind_count_once_they_are_accepted(year):
    year.enter("3000.00")
    given: dict[str, Any] = {"kind": "noncash", "pool": year.pool, "valuation": "market"}
    year.pay(year.big, "100.00", **given)
    year.pay(year.big, "50.00", status="entered", decided_at=None, **given)
    year.issue()
    statement = year.statement(year.big)
    assert (statement.in_kind, statement.balance) == (Decimal("100.00"), Decimal("1700.00"))


# ---------------------------------------------------------------- Answers
@pytest.fixture
def issued(year) -> Year:
    year.enter("3000.00")
    year.issue()
    return year


def test_who_agrees_disputes_no_more(issued, cast):
    statement = answers.agree_with_statement(issued.statement(issued.big), by=cast["manager"], at=on(10, 21))
    assert (statement.answer, statement.answered_by) == ("agreed", cast["manager"])
    with pytest.raises(CannotReconcile, match="already agreed"):
        answers.agree_with_statement(statement, by=cast["manager"], at=on(10, 21))
    with pytest.raises(CannotReconcile, match="already agreed"):
        answers.dispute_statement(statement, text="No", by=cast["manager"], at=on(10, 21))


def test_a_dispute_comes_in_time_says_why_and_comes_once(issued, cast):
    statement = issued.statement(issued.big)
    with pytest.raises(CannotReconcile, match="Say what you dispute") as refused:
        answers.dispute_statement(statement, text=" ", by=cast["manager"], at=on(10, 21))
    assert refused.value.field == "text"
    with pytest.raises(CannotReconcile, match="last day to dispute"):
        answers.dispute_statement(statement, text="No", by=cast["manager"], at=on(11, 5))
    answers.dispute_statement(statement, text="No", by=cast["manager"], at=on(11, 4))
    with pytest.raises(CannotReconcile, match="already disputed"):
        answers.dispute_statement(statement, text="No", by=cast["manager"], at=on(11, 4))
    with pytest.raises(CannotReconcile, match="is disputed"):
        answers.agree_with_statement(statement, by=cast["manager"], at=on(11, 4))


def test_a_declined_dispute_leaves_the_statement(issued, cast):
    dispute = answers.dispute_statement(issued.statement(issued.big), text="No", by=cast["manager"], at=on(10, 21))
    facts: dict[str, Any] = {"by": cast["staff"], "at": on(10, 22)}
    with pytest.raises(CannotReconcile, match="Choose a decision"):
        answers.decide_dispute(dispute, decision="open", answer="x", **facts)
    with pytest.raises(CannotReconcile, match="Enter the answer"):
        answers.decide_dispute(dispute, decision="declined", answer=" ", **facts)
    answers.decide_dispute(dispute, decision="declined", answer="The plan says 600.", **facts)
    with pytest.raises(CannotReconcile, match="already decided"):
        answers.decide_dispute(dispute, decision="upheld", answer="x", **facts)
    standing = positions_of(issued.period(), date(2026, 10, 23))[0].standing
    assert (standing.code, standing.is_final) == ("declined", True)
    assert answers.agree_with_statement(issued.statement(issued.big), by=cast["manager"], at=on(10, 23))


def test_a_replaced_statement_is_not_answered(issued, cast):
    old = issued.statement(issued.big)
    issued.enter("3300.00", at=on(10, 21))
    issued.issue(at=on(10, 21))
    with pytest.raises(CannotReconcile, match="replaced"):
        answers.agree_with_statement(old, by=cast["manager"], at=on(10, 22))


# ---------------------------------------------------------------- How periods stand
def test_how_periods_stand(year, cast):
    def codes(today: date) -> list[str]:
        return [each.state.code for each in progress_of(year.budget, today)]

    assert codes(date(2026, 9, 30)) == ["running", "coming", "coming", "coming"]
    assert codes(date(2026, 11, 14))[0] == "to_issue"
    assert codes(date(2026, 11, 15))[:2] == ["late", "running"]
    year.enter("3000.00")
    year.issue(at=on(11, 14))
    assert codes(date(2026, 11, 29))[0] == "issued"
    assert codes(date(2026, 11, 30))[0] == "to_close"
    answers.dispute_statement(year.statement(year.big), text="No", by=cast["manager"], at=on(11, 20))
    assert codes(date(2026, 12, 5))[0] == "disputed"
    assert codes(date(2026, 12, 6))[0] == "unanswered"


def test_sums_and_previews_cost_the_same_for_two_and_for_ten_partners(year, area, queries_of):
    year.enter("3000.00")
    year.issue()

    def read() -> None:
        progress_of(year.budget, date(2026, 11, 1))
        preview_of(year.period(), date(2026, 11, 1))
        readiness_of(year.period(), date(2026, 11, 1))

    two = queries_of(read)
    for _ in range(8):
        factories.make_count(year.base, factories.make_payer(year.budget, factories.make_partnership(area)), 50)
    year.issue(at=on(10, 21))
    assert queries_of(read) == two
