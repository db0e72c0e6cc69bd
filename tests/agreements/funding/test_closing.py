"""Closing a period, what protects it then, corrections of it, and two people who act at once."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import InternalError, transaction

from agreements.funding import actuals, answers
from agreements.funding.adjustments import add_adjustment
from agreements.funding.closing import close_period, readiness_of
from agreements.funding.counts import set_counts
from agreements.funding.locking import CannotReconcile
from agreements.funding.reconciling import issue_statements
from agreements.models import (
    ActualCost,
    Adjustment,
    CostShare,
    FundingPeriod,
    PartnerStatement,
    Payer,
    StatementDispute,
)
from onestop.editing.versions import ChangedMeanwhile, version_of
from onestop.notices.models import Notice
from tests import factories
from tests.agreements.funding.budget_year import at, words
from tests.agreements.funding.world import Year, make_approver, on
from tests.at_once import second_waits_for
from tests.signing_in import sign_in


@pytest.fixture
def approver(area):
    """A second staff member, who may approve money."""
    return make_approver(area)


@pytest.fixture
def year(area, partner, neighbor_partner, cast, approver) -> Year:
    return Year(area, partner, neighbor_partner, cast | {"approver": approver})


@pytest.fixture
def issued(year) -> Year:
    year.enter("3000.00")
    year.issue()
    return year


# ---------------------------------------------------------------- Closing
def test_what_must_be_done_before_closing(year, cast):
    assert readiness_of(year.period(), date(2026, 10, 1)).blockers == ["Statements were not sent yet."]
    year.enter("3000.00")
    year.issue()
    blockers = readiness_of(year.period(), date(2026, 11, 4)).blockers
    assert blockers == ["Wait for the answer of Millrace Adult Learning, Crosswalk Legal Aid until Wed, Nov 4, 2026."]
    assert readiness_of(year.period(), date(2026, 11, 5)).blockers == []
    waiting = year.pay(year.big, "5.00", status="entered", decided_at=None)
    year.enter("3001.00")
    assert readiness_of(year.period(), date(2026, 11, 5)).blockers == [
        "Send revised statements: costs, counts or corrections have changed since they were sent.",
        "1 contribution waits for approval. Accept or refuse it.",
    ]
    waiting.delete()
    year.issue(at=on(11, 5))
    dispute = answers.dispute_statement(year.statement(year.big), text="No", by=cast["manager"], at=on(11, 6))
    assert "Decide the dispute of Millrace Adult Learning." in readiness_of(year.period(), date(2026, 11, 30)).blockers
    answers.decide_dispute(dispute, decision="upheld", answer="Yes", by=cast["staff"], at=on(11, 7))
    found = readiness_of(year.period(), date(2026, 11, 30)).blockers
    assert found == ["Send the revised statements: the dispute of Millrace Adult Learning was upheld."]
    year.issue(at=on(11, 8))  # the same figures: the dispute was about a payment
    assert readiness_of(year.period(), date(2026, 11, 30)).blockers == []


def test_periods_are_closed_in_their_order(issued):
    issued.enter("3000.00", 2, at=on(1, 5, 2027))
    issued.issue(2, at=on(1, 6, 2027))
    with pytest.raises(CannotReconcile, match="Close the earlier periods first: Jul to Sep 2026"):
        issued.close(2, at=on(2, 6, 2027))


def test_what_a_partner_without_a_statement_paid_is_not_lost(issued, area):
    partner = factories.make_partnership(area, name="Late")
    late = factories.make_payer(issued.budget, partner, starts_on=date(2027, 1, 1))  # it shares no cost of this period
    assert readiness_of(issued.period(), date(2026, 11, 20)).blockers == []
    issued.pay(late, "250.00")
    [blocker] = readiness_of(issued.period(), date(2026, 11, 20)).blockers
    assert "Send revised statements" in blocker
    issued.issue(at=on(11, 20))
    issued.close(at=on(12, 20))
    assert (issued.statement(late).outcome, issued.statement(late).balance) == ("carried", Decimal("-250.00"))


def test_whoever_entered_a_figure_does_not_close(issued, cast, approver):
    factories.make_money_approver(issued.ifa.area, cast["staff"])
    with pytest.raises(CannotReconcile, match="Somebody else who may approve money closes it"):
        close_period(issued.period(), by=cast["staff"], at=on(11, 20))
    # An edit by somebody else does not free the first one: the history knows.
    costs = {issued.line: (Decimal("3000.00"), "Checked")}
    actuals.enter_costs(issued.period(), costs=costs, by=approver, at=on(11, 20))
    for person in (cast["staff"], approver):
        with pytest.raises(CannotReconcile, match="Somebody else"):
            close_period(issued.period(), by=person, at=on(11, 20))


def test_whoever_entered_a_count_or_a_correction_does_not_close(issued, approver):
    values = {issued.big: Decimal(600)}
    actuals.enter_counts(issued.period(), issued.base, values=values, by=approver, at=on(10, 21))
    with pytest.raises(CannotReconcile, match="Somebody else"):
        issued.close()


def test_whoever_made_a_count_blank_does_not_close(issued, cast, approver):
    actuals.enter_counts(
        issued.period(), issued.base, values={issued.big: Decimal(500)}, by=cast["staff"], at=on(10, 21)
    )
    blank = {(issued.base.pk, issued.big.pk): None}
    set_counts(issued.period(), values=blank, stage="actual", by=approver, at=on(10, 22))
    assert readiness_of(issued.period(), date(2026, 11, 20)).blockers == []
    with pytest.raises(CannotReconcile, match="Somebody else"):
        issued.close()


def test_what_becomes_of_balances(issued, cast):
    issued.pay(issued.big, "1800.00")
    issued.pay(issued.small, "1300.00")
    factories.make_funding_source(issued.small, name="Youth", weight=Decimal("33.333"), position=1)
    factories.make_funding_source(issued.small, name="Adult", weight=Decimal("66.667"), position=2)
    small = issued.statement(issued.small)
    closed = issued.close(refunded=[small.pk])
    big, small = issued.statement(issued.big), issued.statement(issued.small)
    assert (big.outcome, big.balance) == ("paid", Decimal("0.00"))
    assert (small.outcome, small.balance) == ("refunded", Decimal("-100.00"))
    assert small.sources == [["Youth", "400.00"], ["Adult", "800.00"]]
    assert (closed.closed_by.name, closed.is_closed) == ("Ann Approver", True)
    issued.enter("3000.00", 2, at=on(1, 5, 2027))
    assert {each.carried_in for each in issued.issue(2, at=on(1, 6, 2027))} == {Decimal(0)}


def test_only_cash_is_refunded(issued):
    issued.pay(issued.big, "1000.00", kind="noncash", pool=issued.pool, valuation="market")
    issued.pay(issued.big, "1000.00", kind="noncash", pool=issued.pool, valuation="market")
    issued.pay(issued.big, "100.00")
    with pytest.raises(CannotReconcile, match="only what was paid in cash can be refunded"):
        issued.close(refunded=[issued.statement(issued.big).pk])


def test_figures_that_changed_since_the_page_was_opened_are_checked_again(issued):
    seen = readiness_of(issued.period(), date(2026, 11, 20)).seen
    issued.pay(issued.big, "1.00")
    with pytest.raises(CannotReconcile, match="have changed since you opened"):
        issued.close(seen=seen)
    assert issued.close(seen=readiness_of(issued.period(), date(2026, 11, 20)).seen)


def test_a_closed_period_is_protected_by_the_database(issued):
    issued.close()
    period = issued.period()
    writes: list[Any] = [
        lambda: FundingPeriod.objects.filter(pk=period.pk).update(status="open", closed_at=None),
        lambda: ActualCost.objects.update(amount=1),
        lambda: ActualCost.objects.all().delete(),
        lambda: PartnerStatement.objects.update(owed=0, balance=0),
        lambda: CostShare.objects.filter(stage="actual").update(amount=0),
        lambda: CostShare.objects.filter(period=period).delete(),
        lambda: issued.pay(issued.big, "1.00"),
        lambda: factories.make_count(issued.base, issued.big, 1, stage="actual"),
        lambda: factories.make_actual_cost(period, factories.make_cost_line(issued.pool), 1),
        lambda: factories.make_adjustment(issued.big, issued.period(2), period),
    ]
    for write in writes:
        with pytest.raises(InternalError, match=r"protected|Cannot"), transaction.atomic():
            write()
    for act in (lambda: issued.enter("1.00"), issued.issue, issued.close):
        with pytest.raises(CannotReconcile, match="closed"):
            act()


def test_a_dispute_is_not_deleted(issued, cast):
    answers.dispute_statement(issued.statement(issued.big), text="No", by=cast["manager"], at=on(10, 21))
    with pytest.raises(InternalError), transaction.atomic():
        StatementDispute.objects.all().delete()


# ---------------------------------------------------------------- Corrections
def test_a_correction_of_a_closed_period_counts_in_a_later_one(issued, cast):
    facts: dict[str, Any] = {"reason": "Credit note of the landlord", "by": cast["staff"], "at": on(11, 21)}
    where: dict[str, Any] = {"period": issued.period(2), "partnership": issued.big.partnership}
    with pytest.raises(CannotReconcile, match="not closed"):
        add_adjustment(issued.period(), amount=Decimal("-20.00"), **where, **facts)
    issued.close()
    add_adjustment(issued.period(), amount=Decimal("-20.00"), **where, **facts)
    issued.enter("3000.00", 2, at=on(1, 5, 2027))
    issued.issue(2, at=on(1, 6, 2027))
    assert issued.statement(issued.big, 2).adjusted == Decimal("-20.00")
    assert issued.statement(issued.big, 2).balance == Decimal("3580.00")  # with what was carried
    with pytest.raises(CannotReconcile, match="Choose a later period"):
        add_adjustment(issued.period(), amount=Decimal("-20.00"), **where, **facts)


@pytest.mark.parametrize(
    ("changed", "field"), [({"amount": Decimal(0)}, "amount"), ({"reason": " "}, "reason"), ({}, "partnership")]
)
def test_a_correction_needs_an_amount_a_reason_and_a_partner_that_pays(issued, area, changed, field):
    issued.close()
    who = issued.big.partnership if changed else factories.make_partnership(area)
    facts: dict[str, Any] = {"amount": Decimal(5), "reason": "x", "partnership": who} | changed
    with pytest.raises(CannotReconcile) as refused:
        add_adjustment(issued.period(), period=issued.period(2), by=None, at=on(11, 21), **facts)
    assert refused.value.field == field
    assert not Adjustment.objects.exists()


def test_a_balance_is_carried_into_the_next_year(issued):
    for number, month, past in ((2, 1, 2027), (3, 4, 2027), (4, 7, 2027)):
        issued.enter("3000.00", number, at=on(month, 5, past))
        issued.issue(number, at=on(month, 6, past))
    for number in (1, 2, 3, 4):
        issued.close(number, at=on(9, 1, 2027))
    last = issued.statement(issued.big, 4)
    assert last.carried_in == Decimal("0.00")  # nothing was closed when it was sent
    following = factories.make_budget(
        issued.ifa, first_on=date(2027, 7, 1), before=issued.budget, status="adopted", adopted_on=date(2027, 6, 1)
    )
    line = factories.make_cost_line(factories.make_pool(factories.make_base(following, kind="equal")))
    payer = factories.make_payer(following, issued.big.partnership)
    period = following.periods.get(number=1)
    actuals.enter_costs(period, costs={line: (Decimal(3000), "")}, by=None, at=on(10, 5, 2027))
    [statement] = issue_statements(period, by=None, at=on(10, 6, 2027))
    assert (statement.payer, statement.carried_in) == (payer, Decimal("7200.00"))  # four quarters of 1,800


# ---------------------------------------------------------------- At the same moment
@pytest.mark.django_db(transaction=True)
def test_of_two_who_close_at_once_the_second_is_told(issued):
    outcome = second_waits_for(issued.close, issued.close)
    assert isinstance(outcome, CannotReconcile)
    assert Notice.objects.filter(kind="agreements.statement_closed").count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_who_send_at_once_the_second_finds_nothing_to_send(year):
    year.enter("3000.00")
    assert isinstance(second_waits_for(year.issue, year.issue), CannotReconcile)
    assert PartnerStatement.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_cost_that_is_entered_while_a_period_is_closed_is_refused(issued):
    outcome = second_waits_for(issued.close, lambda: issued.enter("9.00"))
    assert isinstance(outcome, CannotReconcile)
    assert ActualCost.objects.get().amount == Decimal("3000.00")


@pytest.mark.django_db(transaction=True)
def test_a_period_that_is_closed_waits_for_a_dispute(issued, cast):
    outcome = second_waits_for(
        lambda: answers.dispute_statement(issued.statement(issued.big), text="No", by=cast["manager"], at=on(11, 4)),
        issued.close,
    )
    assert isinstance(outcome, CannotReconcile)
    assert not issued.period().is_closed


@pytest.mark.django_db(transaction=True)
def test_of_two_corrections_of_a_figure_the_second_sees_the_first(issued, cast):
    version = version_of(issued.period(), actuals.COST_LINKS)

    def second() -> Any:
        costs = {issued.line: (Decimal(2), "")}
        return actuals.enter_costs(issued.period(), costs=costs, version=version, by=cast["staff"], at=on(10, 21))

    assert isinstance(second_waits_for(lambda: issued.enter("3100.00"), second), ChangedMeanwhile)


# ---------------------------------------------------------------- Partners that leave
def last_quarter(year: Year) -> None:
    """Close three quarters, and send the statements of the last: one partner owes, the other paid too much."""
    for number, month, past in ((1, 10, 2026), (2, 1, 2027), (3, 4, 2027), (4, 7, 2027)):
        year.enter("3000.00", number, at=on(month, 5, past))
        year.issue(number, at=on(month, 6, past))
        if number < 4:
            year.pay(year.big, "1800.00", number)
            year.pay(year.small, "1200.00", number)
            year.close(number, at=on(9, 1, 2027))
    year.pay(year.small, "1500.00", 4)


def test_a_partner_that_leaves_is_refunded_or_pays_directly(year, cast):
    last_quarter(year)
    period = year.period(4)
    assert readiness_of(period, date(2027, 9, 1)).leaving == frozenset()
    following = factories.make_budget(year.ifa, first_on=date(2027, 7, 1), before=year.budget)
    assert readiness_of(period, date(2027, 9, 1)).leaving == {year.big.pk, year.small.pk}
    factories.make_payer(following, year.small.partnership)
    assert readiness_of(period, date(2027, 9, 1)).leaving == {year.big.pk}
    owing, credited = year.statement(year.big, 4), year.statement(year.small, 4)
    with pytest.raises(CannotReconcile, match="only a partner that leaves"):
        year.close(4, at=on(9, 1, 2027), paid=[credited.pk])
    year.close(4, at=on(9, 1, 2027), paid=[owing.pk], refunded=[credited.pk])
    assert (year.statement(year.big, 4).outcome, year.statement(year.small, 4).outcome) == ("paid", "refunded")
    mail = Notice.objects.filter(kind="agreements.statement_closed", recipient=cast["manager"]).latest("pk")
    assert "Your organization pays $1,800.00 directly." in " ".join(mail.text.split())


def test_without_a_next_budget_who_stopped_to_pay_leaves(year):
    last_quarter(year)
    Payer.objects.filter(pk=year.big.pk).update(ends_on=date(2027, 6, 29))
    assert readiness_of(year.period(4), date(2027, 9, 1)).leaving == {year.big.pk}
    assert readiness_of(year.period(3), date(2027, 9, 1)).leaving == frozenset()


# ---------------------------------------------------------------- Statements that are out of date
def test_statements_are_out_of_date_once_a_cost_or_a_partner_changes(issued, area):
    assert readiness_of(issued.period(), date(2026, 11, 20)).stale == frozenset()
    issued.enter("3600.00", at=on(10, 21))
    ready = readiness_of(issued.period(), date(2026, 11, 20))
    assert ready.stale == {issued.big.pk, issued.small.pk}
    assert "Send revised statements" in " ".join(ready.blockers)
    issued.issue(at=on(10, 22))
    assert readiness_of(issued.period(), date(2026, 11, 20)).stale == frozenset()
    third = factories.make_payer(issued.budget, factories.make_partnership(area))
    factories.make_count(issued.base, third, 1000)
    assert readiness_of(issued.period(), date(2026, 11, 20)).stale == {issued.big.pk, issued.small.pk, third.pk}


def test_pages_say_that_statements_are_out_of_date(as_, issued):
    issued.enter("3600.00", at=on(10, 21))
    page = words(as_("staff").get(issued.period().get_absolute_url()))
    assert "2 statements are out of date" in page
    assert "Issue them again" in page
    statement = words(as_("manager").get(issued.statement(issued.big).get_absolute_url()))
    assert "This statement is out of date." in statement
    assert "Send revised statements" not in statement
    assert "Issue them again" not in words(as_("manager").get(issued.period().get_absolute_url()))


def test_the_page_of_the_last_period_names_who_leaves_and_the_form_asks_for_the_outcome(as_, approver, client, year):
    last_quarter(year)
    factories.make_budget(year.ifa, first_on=date(2027, 7, 1), before=year.budget)
    page = words(as_("staff").get(year.period(4).get_absolute_url()))
    assert f"takes up the balance of {year.big}, {year.small}" in page
    sign_in(client, approver)
    address = at("period_close", year.period(4).pk)
    form = words(client.get(address))
    assert "The partner pays it directly" in form
    assert "Refund it" in form
    PartnerStatement.objects.filter(period=year.period(4)).update(answer="agreed", answered_at=on(7, 10, 2027))
    shown = client.get(address).context["form"]
    seen = {"seen": shown.initial["seen"]}
    answer = client.post(address, seen)
    assert "Choose what becomes of this balance." in words(answer)
    outcomes = {
        f"outcome_{year.statement(year.big, 4).pk}": "paid", f"outcome_{year.statement(year.small, 4).pk}": "refunded",
    }  # fmt: skip
    client.post(address, seen | outcomes)
    assert (year.statement(year.big, 4).outcome, year.statement(year.small, 4).outcome) == ("paid", "refunded")
