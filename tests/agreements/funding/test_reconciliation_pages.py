"""The pages of reconciliation: what people see, what they may do, and what is refused."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from dateutil.relativedelta import relativedelta
from django.urls import reverse
from django.utils import timezone

from agreements.forms import funding_actuals
from agreements.funding import answers
from agreements.models import ActualCost, Adjustment, BaseCount, FundingPeriod, StatementDispute
from tests import factories
from tests.agreements.funding.budget_year import at, words
from tests.agreements.funding.world import Year, make_approver
from tests.factories.files import upload

TODAY = timezone.localdate()
START = TODAY.replace(day=1) - relativedelta(months=5)  # the first quarter is over, the second is running


@pytest.fixture
def approver(area):
    return make_approver(area)


@pytest.fixture
def year(area, partner, neighbor_partner, cast, approver) -> Year:
    return Year(area, partner, neighbor_partner, cast | {"approver": approver}, first_on=START)


@pytest.fixture
def after(year, area) -> datetime:
    """Return a time ten days before the statements of the first quarter are due, or now if that is earlier."""
    return min(timezone.now(), datetime.combine(year.period().last_on + timedelta(days=2), time(12), area.zone))


@pytest.fixture
def issued(year) -> Year:
    """Statements were sent today."""
    year.enter("3000.00", at=timezone.now())
    year.issue(at=timezone.now())
    return year


@pytest.fixture
def over(issued) -> Year:
    """The last day to dispute is over."""
    yesterday = TODAY - timedelta(days=1)
    FundingPeriod.objects.filter(pk=issued.period().pk).update(answer_by=yesterday, pay_by=yesterday)
    return issued


@pytest.fixture
def as_approver(client, approver):
    client.force_login(approver)
    return client


# ---------------------------------------------------------------- The periods of a budget
def test_the_tab_shows_periods_what_is_late_and_sums(as_, year):
    page = words(as_("staff").get(at("reconciliation", year.budget.pk)))
    first, second = year.period(1), year.period(2)
    for shown in (str(first), str(second), "$3,000.00", "$12,000.00", "Running", "Not begun"):
        assert shown in page
    if first.last_on + timedelta(days=45) < TODAY:
        assert f"The statements of <b>{first}</b> were due" in page
        assert "Statements overdue" in page
    assert "reconciled less often" not in page
    assert "Statements are due 45 days after the end of a period" in page


def test_the_tab_warns_when_a_budget_is_reconciled_rarely_or_is_a_draft(as_, area):
    ifa = factories.make_ifa(area)
    draft = factories.make_budget(ifa, first_on=START, frequency="half")
    page = words(as_("staff").get(at("reconciliation", draft.pk)))
    assert "reconciled less often than quarterly" in page
    assert "This budget is a draft" in page
    assert "overdue" not in page
    assert "This budget is a draft" in words(as_("staff").get(draft.periods.get(number=1).get_absolute_url()))


def test_parties_see_the_reconciliation_and_others_do_not(as_, year, other_area):
    for who, status in (("manager", 200), ("neighbor", 200), ("board", 200), ("outsider", 404)):
        assert as_(who).get(at("reconciliation", year.budget.pk)).status_code == status
        assert as_(who).get(year.period().get_absolute_url()).status_code == status


# ---------------------------------------------------------------- Actual cost
def test_staff_enter_all_costs_of_a_period_at_once(as_, year, cast):
    phones = factories.make_cost_line(year.pool, name="Phones", amount=Decimal("1200.00"))
    address = at("actuals_edit", year.period().pk)
    page = as_("staff").get(address)
    assert "Budget: $300.00" in words(page)
    sent = {f"amount_{year.line.pk}": "three", f"note_{year.line.pk}": "Two bills", f"amount_{phones.pk}": ""}
    answer = as_("staff").post(address, sent | {"version": page.context["form"].version})
    assert answer.status_code == 200
    assert answer.context["form"].errors.keys() == {f"amount_{year.line.pk}"}
    answer = as_("staff").post(address, sent | {f"amount_{year.line.pk}": "$3,100.50"})
    assert answer["Location"] == year.period().get_absolute_url()
    cost = ActualCost.objects.get()
    assert (cost.amount, cost.note, cost.by) == (Decimal("3100.50"), "Two bills", cast["staff"])
    page = words(as_("staff").get(year.period().get_absolute_url()))
    assert "$3,100.50" in page
    assert "1 line missing" in page
    assert "Attach a bill" in page


def test_a_cost_is_not_emptied_and_a_note_needs_an_amount(as_, year):
    year.enter("3000.00", at=timezone.now())
    phones = factories.make_cost_line(year.pool, name="Phones")
    sent = {f"amount_{year.line.pk}": "", f"note_{phones.pk}": "Free this year"}
    page = words(as_("staff").post(at("actuals_edit", year.period().pk), sent))
    assert "cannot be made blank. Enter 0" in page
    assert "Enter the amount as well, or 0." in page
    sent = {f"amount_{year.line.pk}": "-5"}
    assert as_("staff").post(at("actuals_edit", year.period().pk), sent).status_code == 200
    assert ActualCost.objects.get().amount == Decimal("3000.00")


def test_two_who_enter_costs_at_once_see_what_the_other_entered(as_, year):
    address = at("actuals_edit", year.period().pk)
    version = as_("staff").get(address).context["form"].version
    year.enter("3000.00", at=timezone.now())
    name = f"amount_{year.line.pk}"
    page = as_("staff").post(address, {name: "2900.00", f"initial-{name}": "", "version": version})
    assert page.status_code == 200
    assert page.context["conflicts"]
    assert ActualCost.objects.get().amount == Decimal("3000.00")


def test_many_lines_are_entered_page_by_page(as_, year, monkeypatch):
    monkeypatch.setattr("agreements.views.funding_actuals.LINES_AT_ONCE", 2)
    for number in range(3):
        factories.make_cost_line(year.pool, name=f"Cost {number}")
    address = at("actuals_edit", year.period().pk)
    assert "Page 1 of 2." in words(as_("staff").get(address))
    answer = as_("staff").post(address, {f"amount_{year.line.pk}": "10"})
    assert answer["Location"] == f"{address}?page=2"
    assert "Cost 2" in words(as_("staff").get(answer["Location"]))
    assert funding_actuals.LINES_AT_ONCE * 2 <= 300


def test_a_bill_is_attached_seen_by_parties_and_removed(as_, year, django_capture_on_commit_callbacks):
    year.enter("3000.00", at=timezone.now())
    cost = ActualCost.objects.get()
    assert as_("staff").post(at("actual_bill", cost.pk), {"file-upload": upload(name="rent.pdf")}).status_code == 302
    assert "rent.pdf" in words(as_("manager").get(year.period().get_absolute_url()))
    cost.refresh_from_db()
    assert cost.file
    assert as_("manager").get(reverse("files:download", args=[cost.file.pk])).status_code in (200, 302)
    assert as_("manager").get(at("actual_bill", cost.pk)).status_code == 403
    assert as_("staff").post(at("actual_bill", cost.pk), {"file-remove": "on"}).status_code == 302
    cost.refresh_from_db()
    assert cost.file is None


# ---------------------------------------------------------------- Counts
def test_staff_enter_what_was_really_counted(as_, year):
    address = at("actual_counts_edit", year.period().pk, year.base.pk)
    assert "Budget: 600" in words(as_("staff").get(address))
    assert as_("staff").post(address, {f"count_{year.big.pk}": "500.5"}).status_code == 302
    assert BaseCount.objects.get(stage="actual").value == Decimal("500.50")
    page = words(as_("staff").post(address, {f"count_{year.big.pk}": ""}))
    assert "cannot be made blank" in page
    equal = factories.make_base(year.budget, kind="equal")
    assert as_("staff").get(at("actual_counts_edit", year.period().pk, equal.pk)).status_code == 404
    assert as_("manager").get(address).status_code == 403


# ---------------------------------------------------------------- Statements
def test_statements_are_looked_at_before_they_are_sent(as_, year):
    address = at("period_issue", year.period().pk)
    assert "Enter the actual cost of 1 more line first" in words(as_("staff").get(address))
    year.enter("3000.00", at=timezone.now())
    page = words(as_("staff").get(address))
    assert "$1,800.00" in page
    assert "Send 2 statements" in page
    assert not year.period().statements.exists()
    page = words(as_("staff").post(address, follow=True))
    assert "2 statements were sent." in page
    assert "No answer yet" in page
    assert "Nothing has changed" in words(as_("staff").post(address, follow=True))
    year.enter("3100.00", at=timezone.now())
    page = words(as_("staff").get(address))
    assert "was $1,800.00" in page
    assert "Send revised statements" in page


def test_a_statement_shows_how_its_balance_comes_about(as_, issued):
    issued.pay(issued.big, "1000.00")
    statement = issued.statement(issued.big)
    page = words(as_("manager").get(statement.get_absolute_url()))
    for shown in ("Statement of Millrace Adult Learning", "600 / 1,000", "$1,800.00", "$800.00", "came in after",
                  "Payment in full counts as agreement", "Agree with the statement", "Dispute"):  # fmt: skip
        assert shown in page
    theirs = words(as_("neighbor").get(statement.get_absolute_url()))
    assert "Agree with the statement" not in theirs


def test_a_partner_agrees(as_, issued):
    statement = issued.statement(issued.big)
    assert as_("neighbor").post(at("statement_agree", statement.pk)).status_code == 403
    page = words(as_("manager").post(at("statement_agree", statement.pk), follow=True))
    assert "Millrace Adult Learning agrees." in page
    assert "Agreed" in page
    assert "already agreed" in words(as_("manager").post(at("statement_agree", statement.pk), follow=True))


def test_a_partner_disputes_and_the_staff_decide(as_, issued, area):
    statement = issued.statement(issued.big)
    address = at("statement_dispute", statement.pk)
    assert as_("neighbor").get(address).status_code == 403
    assert as_("manager").post(address, {"text": ""}).context["form"].errors.keys() == {"text"}
    answer = as_("manager").post(address, {"text": "One office less.", "file-upload": upload(name="plan.pdf")})
    assert answer["Location"] == statement.get_absolute_url()
    dispute = StatementDispute.objects.get()
    assert (str(dispute.file), dispute.answer_by) == ("plan.pdf", TODAY + timedelta(days=15))
    page = words(as_("staff").get(issued.period().get_absolute_url()))
    for shown in ("One office less.", "plan.pdf", "Decide the dispute", "Disputed"):
        assert shown in page
    assert "Decide the dispute of Millrace Adult Learning" in words(as_("staff").get(f"/areas/{area.slug}/"))
    decide = at("dispute_decide", dispute.pk)
    assert as_("manager").get(decide).status_code == 403
    assert "Choose a decision." in words(as_("staff").post(decide, {"answer": "x"}))
    page = words(as_("staff").post(decide, {"decision": "upheld", "answer": "You are right."}, follow=True))
    assert "then send the revised statements" in page
    assert "the dispute of Millrace Adult Learning was upheld" in page
    page = words(as_("staff").post(decide, {"decision": "declined", "answer": "No."}))
    assert "already decided" in page


def test_a_replaced_statement_leads_to_the_current_one(as_, issued):
    old = issued.statement(issued.big)
    issued.enter("3100.00", at=timezone.now())
    issued.issue(at=timezone.now())
    page = words(as_("manager").get(old.get_absolute_url()))
    assert "replaced by a revised one" in page
    assert issued.statement(issued.big).get_absolute_url() in page
    assert "Agree with the statement" not in page


# ---------------------------------------------------------------- Closing
def test_who_may_approve_money_closes_and_others_do_not(as_, as_approver, over):
    address = at("period_close", over.period().pk)
    page = words(as_approver.get(address))
    assert "Close this period for good" in page
    assert "can be closed by somebody who may approve money" in words(as_approver.get(over.period().get_absolute_url()))
    seen = as_approver.get(address).context["form"].initial["seen"]
    page = words(as_approver.post(address, {"seen": seen}, follow=True))
    assert "The period is closed." in page
    assert "Carried to the next period" in page
    assert over.period().is_closed
    assert as_("staff").get(address).status_code == 403


def test_whoever_entered_the_costs_is_told_that_somebody_else_closes(client, over, cast):
    factories.make_money_approver(over.ifa.area, cast["staff"])
    client.force_login(cast["staff"])
    address = at("period_close", over.period().pk)
    page = words(client.get(address))
    assert "Somebody else who may approve money closes it" in page
    assert "Close this period for good" not in page
    assert "Somebody else who may approve money closes it" in words(client.post(address))
    assert "somebody else who may approve money closes it" in words(client.get(over.period().get_absolute_url()))
    assert not over.period().is_closed


def test_a_payment_that_comes_in_meanwhile_is_looked_at_again(as_approver, over):
    address = at("period_close", over.period().pk)
    seen = as_approver.get(address).context["form"].initial["seen"]
    over.pay(over.big, "1.00")
    assert "have changed since you opened this page" in words(as_approver.post(address, {"seen": seen}))
    assert not over.period().is_closed


def test_what_was_paid_too_much_is_refunded_or_carried(as_approver, over):
    over.pay(over.big, "2000.00")
    over.pay(over.small, "1500.00")
    big, small = over.statement(over.big), over.statement(over.small)
    address = at("period_close", over.period().pk)
    assert "Millrace Adult Learning: $200.00 in its favor" in words(as_approver.get(address))
    as_approver.post(address, {f"outcome_{big.pk}": "refunded", f"outcome_{small.pk}": "carried"})
    assert [over.statement(each).outcome for each in (over.big, over.small)] == ["refunded", "carried"]


def test_a_closed_period_is_corrected_in_a_later_one(as_, over, partner):
    over.close(at=timezone.now())
    page = words(as_("staff").get(over.period().get_absolute_url()))
    assert "Nothing of it can change any more" in page
    assert "Enter actual cost" not in page
    assert "closed" in words(as_("staff").post(at("actuals_edit", over.period().pk), {f"amount_{over.line.pk}": "1"}))
    address = at("adjustment_add", over.period().pk)
    facts = {"partnership": partner.pk, "amount": "-12.50", "reason": "Credit note", "period": over.period(2).pk}
    assert as_("manager").get(address).status_code == 403
    assert as_("staff").post(address, facts | {"amount": "0"}).status_code == 200
    assert as_("staff").post(address, facts).status_code == 302
    assert Adjustment.objects.get().amount == Decimal("-12.50")
    assert "counts in" in words(as_("staff").get(over.period().get_absolute_url()))
    assert "Credit note" in words(as_("manager").get(over.period(2).get_absolute_url()))


# ---------------------------------------------------------------- What pages cost
def test_two_and_ten_partners_and_lines_cost_the_same(as_, issued, area, queries_of):
    client = as_("staff")
    period, statement = issued.period(), issued.statement(issued.big)
    answers.dispute_statement(statement, text="No", by=None, at=timezone.now())
    addresses = [
        at("reconciliation", issued.budget.pk),
        period.get_absolute_url(),
        statement.get_absolute_url(),
        at("actuals_edit", period.pk),
        at("actual_counts_edit", period.pk, issued.base.pk),
        at("period_issue", period.pk),
    ]

    def costs() -> list[int]:
        return [queries_of(lambda address=address: client.get(address)) for address in addresses]

    costs()
    few = costs()
    for number in range(8):
        payer = factories.make_payer(issued.budget, factories.make_partnership(area))
        factories.make_count(issued.base, payer, 50)
        line = factories.make_cost_line(issued.pool, name=f"Line {number}")
        factories.make_actual_cost(period, line, 5, by=issued.cast["staff"])
        other = factories.make_statement(payer, period, answer="disputed", answered_at=timezone.now())
        factories.make_dispute(other, answer_by=date(2099, 1, 1))
    assert costs() == few
