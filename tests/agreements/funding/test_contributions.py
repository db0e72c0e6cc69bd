"""Contributions in cash and in kind: what fits their kind, who accepts them, the pages, notices and to-do items."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from agreements.funding import contributions as verbs
from agreements.funding.locking import CannotPay
from agreements.funding.paid import paid_by
from agreements.funding.shares import general_contributions
from agreements.models import Contribution, FundingPeriod, MoneyApprover
from agreements.todo.funding_paying import to_approve
from onestop.editing.versions import ChangedMeanwhile, version_of
from onestop.notices.models import Notice
from onestop.ui.small_queries import read_together
from tests import factories
from tests.agreements.funding.budget_year import at
from tests.at_once import second_waits_for


def desks(paying: Any, **changes: Any) -> dict[str, Any]:
    """Two desks of the first partner."""
    return {
        "kind": "noncash", "payer": paying.first, "giver": "", "period": paying.period(1), "pool": paying.rent,
        "text": "Two desks", "received_on": date(2026, 8, 3), "hours": None, "rate": None, "amount": Decimal(400),
        "valuation": "market", "file": None, **changes,
    }  # fmt: skip


def hours(paying: Any, **changes: Any) -> dict[str, Any]:
    """Twelve and a half hours at the welcome desk."""
    given = {"kind": "hours", "pool": paying.career, "hours": Decimal("12.50"), "rate": Decimal("31.47")}
    return desks(paying, **{**given, "amount": None, "valuation": "", **changes})


def add(paying: Any, facts: dict[str, Any], by: Any = None, **more: Any) -> Contribution:
    return verbs.add_contribution(paying.budget, facts=facts, by=by, at=timezone.now(), **more)


def with_evidence(given: Contribution, **more: Any) -> Contribution:
    file = factories.make_file(use="agreements.contribution", **more)
    Contribution.objects.filter(pk=given.pk).update(file=file)
    given.refresh_from_db()
    return given


# ---------------------------------------------------------------- What fits
def test_the_value_of_hours_is_computed(paying):
    given = add(paying, hours(paying))
    assert (given.amount, given.valuation, given.status) == (Decimal("393.38"), "pay", "entered")


def test_time_of_people_never_counts_toward_infrastructure(paying):
    with pytest.raises(CannotPay, match="nonpersonnel") as refused:
        add(paying, hours(paying, pool=paying.rent))
    assert refused.value.field == "pool"
    volunteers = desks(paying, kind="third_party", giver="Rotary club", payer=None, valuation="volunteer")
    with pytest.raises(CannotPay, match="nonpersonnel"):
        add(paying, volunteers)
    assert add(paying, {**volunteers, "pool": paying.career})


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"payer": None}, "payer"),
        ({"kind": "third_party", "giver": " "}, "giver"),
        ({"pool": None}, "pool"),
        ({"valuation": ""}, "valuation"),
        ({"valuation": "volunteer"}, "valuation"),
        ({"amount": Decimal(0)}, "amount"),
        ({"text": " "}, "text"),
        ({"received_on": date(2026, 10, 1)}, "received_on"),
        ({"received_on": timezone.localdate() + timedelta(days=2)}, "received_on"),
        ({"kind": "hours", "hours": None, "rate": Decimal(3)}, "hours"),
    ],
)
def test_what_does_not_fit_is_refused_beside_its_field(paying, changes, field):
    with pytest.raises(CannotPay) as refused:
        add(paying, desks(paying, **changes))
    assert refused.value.field == field


def test_things_of_another_budget_are_refused(paying):
    other = factories.make_budget(paying.ifa, first_on=date(2027, 7, 1))
    pool = factories.make_pool(factories.make_base(other))
    payer = factories.make_payer(other, paying.first.partnership)
    for changes in ({"pool": pool}, {"payer": payer}, {"period": other.periods.get(number=1)}):
        with pytest.raises(CannotPay):
            add(paying, desks(paying, **changes))
    with pytest.raises(CannotPay, match="draft"):
        verbs.add_contribution(other, facts=desks(paying), by=None, at=timezone.now())


def test_cash_that_staff_received_counts_at_once(paying, cast):
    cash = desks(paying, kind="cash", pool=None)
    assert add(paying, cash, by=cast["staff"], is_received=True).status == "accepted"
    assert add(paying, cash, by=cast["manager"]).status == "entered"
    assert paid_by(paying.budget).lines[0].cash == 400


# ---------------------------------------------------------------- Accept, decline
def test_nobody_accepts_what_they_entered(paying, cast):
    given = with_evidence(add(paying, desks(paying), by=cast["staff"]))
    with pytest.raises(CannotPay, match="You entered"):
        verbs.accept_contribution(given, by=cast["staff"], at=timezone.now())


def test_whoever_edits_it_counts_as_who_entered_it(paying, cast):
    given = with_evidence(add(paying, desks(paying), by=cast["manager"]))
    verbs.update_contribution(given, facts={"amount": Decimal(500)}, by=cast["staff"], at=timezone.now())
    with pytest.raises(CannotPay, match="You entered"):
        verbs.accept_contribution(given, by=cast["staff"], at=timezone.now())


def test_nothing_in_kind_is_accepted_without_evidence(paying, cast):
    given = add(paying, desks(paying), by=cast["manager"])
    with pytest.raises(CannotPay, match="no evidence"):
        verbs.accept_contribution(given, by=cast["staff"], at=timezone.now())


def test_evidence_that_the_scan_refused_is_none(paying, cast):
    given = with_evidence(add(paying, desks(paying), by=cast["manager"]), state="refused")
    with pytest.raises(CannotPay, match="no evidence"):
        verbs.accept_contribution(given, by=cast["staff"], at=timezone.now())


def test_what_is_accepted_counts_until_it_is_taken_back(paying, cast):
    given = with_evidence(add(paying, desks(paying), by=cast["manager"]))
    verbs.accept_contribution(given, by=cast["staff"], at=timezone.now())
    line = paid_by(paying.budget).lines[0]
    assert (line.in_kind, line.left) == (Decimal(400), Decimal(7600))
    with pytest.raises(CannotPay, match="already decided"):
        verbs.update_contribution(given, facts={"amount": Decimal(1)}, by=cast["manager"], at=timezone.now())
    with pytest.raises(CannotPay, match="already decided"):
        verbs.remove_contribution(given, by=cast["manager"], at=timezone.now())
    with pytest.raises(CannotPay, match="reason"):
        verbs.refuse_contribution(given, reason=" ", by=cast["staff"], at=timezone.now())
    verbs.refuse_contribution(given, reason="Paid by another award", by=cast["staff"], at=timezone.now())
    assert paid_by(paying.budget).lines[0].in_kind == 0
    decided = Notice.objects.filter(kind="agreements.contribution_decided", recipient=cast["manager"])
    assert decided.count() == 2


def test_a_gift_to_the_center_in_general_lowers_the_cost_for_all(paying, cast):
    gift = desks(paying, kind="third_party", giver="Library", payer=None)
    given = with_evidence(add(paying, gift, by=cast["manager"]))
    assert general_contributions(paying.period(1)) == {}
    verbs.accept_contribution(given, by=cast["staff"], at=timezone.now())
    assert general_contributions(paying.period(1)) == {paying.rent.pk: 400}
    assert paid_by(paying.budget).general == 400


def test_a_closed_period_takes_nothing_and_keeps_what_it_has(paying, cast):
    given = add(paying, desks(paying), by=cast["manager"])
    factories.mark_issued(paying.period(1))
    FundingPeriod.objects.filter(pk=given.period_id).update(status="closed", closed_at=timezone.now())
    for act in (
        lambda: add(paying, desks(paying)),
        lambda: verbs.remove_contribution(given, by=None, at=timezone.now()),
        lambda: verbs.accept_contribution(given, by=cast["staff"], at=timezone.now()),
    ):
        with pytest.raises(CannotPay, match="closed"):
            act()


def test_who_saves_second_is_told(paying, cast):
    given = add(paying, desks(paying), by=cast["manager"])
    version = version_of(given)
    facts = {"amount": Decimal(5)}
    verbs.update_contribution(given, facts=facts, version=version, by=cast["manager"], at=timezone.now())
    with pytest.raises(ChangedMeanwhile):
        verbs.update_contribution(given, facts=facts, version=version, by=cast["manager"], at=timezone.now())


def test_an_edit_by_somebody_else_does_not_free_who_entered_it(as_, paying, cast, approver):
    given = with_evidence(add(paying, desks(paying), by=cast["staff"]))
    facts = {"text": "Two desks and a chair"}
    given = verbs.update_contribution(given, facts=facts, by=cast["manager"], at=timezone.now())
    assert given.by == cast["manager"]
    for person in ("staff", "manager"):
        with pytest.raises(CannotPay, match="You entered this"):
            verbs.accept_contribution(given, by=cast[person], at=timezone.now())
    assert "Accept contribution" not in as_("staff").get(given.get_absolute_url()).content.decode()
    assert [item for found in read_together(to_approve(cast["staff"], paying.ifa.area)) for item in found] == []


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_the_second_sees_the_first(paying, cast):
    given = with_evidence(add(paying, desks(paying), by=cast["manager"]))
    outcome = second_waits_for(
        lambda: verbs.refuse_contribution(given, reason="No", by=cast["staff"], at=timezone.now()),
        lambda: verbs.accept_contribution(given, by=cast["staff"], at=timezone.now()),
    )
    assert isinstance(outcome, CannotPay)
    given.refresh_from_db()
    assert given.status == "refused"


@pytest.mark.django_db(transaction=True)
def test_a_period_is_not_closed_while_something_is_recorded_in_it(paying):
    factories.mark_issued(paying.period(1))
    one = FundingPeriod.objects.filter(budget=paying.budget, number=1)
    second_waits_for(lambda: add(paying, desks(paying)), lambda: one.update(status="closed", closed_at=timezone.now()))
    assert paying.period(1).is_closed


# ---------------------------------------------------------------- Pages
def form(paying: Any, **changes: Any) -> dict[str, Any]:
    return {
        "kind": "noncash", "payer": paying.first.pk, "period": paying.period(1).pk, "pool": paying.rent.pk,
        "text": "Two desks", "received_on": "2026-08-03", "amount": "400", "valuation": "market", **changes,
    }  # fmt: skip


def test_the_manager_records_one_with_evidence_and_an_approver_accepts_it(as_, paying, cast, approver):
    bill = factories.upload()
    answer = as_("manager").post(
        at("contribution_add", paying.budget.pk), form(paying, **{"file-upload": bill}), follow=True
    )
    assert "It counts once somebody" in answer.content.decode()
    given = Contribution.objects.get()
    assert given.by == cast["manager"]
    assert Notice.objects.filter(kind="agreements.contribution_waits", recipient=cast["staff"]).count() == 1
    with_evidence(given)
    page = as_("staff").get(given.get_absolute_url()).content.decode()
    assert "Accept contribution" in page
    as_("staff").post(at("contribution_accept", given.pk))
    given.refresh_from_db()
    assert (given.status, given.decided_by) == ("accepted", cast["staff"])


def test_a_manager_records_only_for_their_own_partner(as_, paying):
    refused = as_("manager").post(at("contribution_add", paying.budget.pk), form(paying, payer=paying.second.pk))
    assert refused.status_code == 200
    general = form(paying, kind="third_party", giver="Library", payer="")
    assert as_("manager").post(at("contribution_add", paying.budget.pk), general).status_code == 200
    assert not Contribution.objects.exists()
    assert as_("staff").post(at("contribution_add", paying.budget.pk), general).status_code == 302


def test_the_edit_form_keeps_what_is_recorded(as_, paying, cast):
    given = add(paying, desks(paying), by=cast["manager"])
    page = as_("manager").get(at("contribution_edit", given.pk))
    assert page.context["form"].initial["amount"] == 400
    facts = form(paying, amount="450", version=page.context["form"].version)
    assert as_("manager").post(at("contribution_edit", given.pk), facts).status_code == 302
    given.refresh_from_db()
    assert given.amount == 450


def test_it_is_removed_and_restored(as_, paying, cast):
    given = add(paying, desks(paying), by=cast["manager"])
    as_("manager").post(at("contribution_remove", given.pk))
    given.refresh_from_db()
    assert given.is_archived
    as_("manager").post(at("contribution_restore", given.pk))
    given.refresh_from_db()
    assert not given.is_archived


def test_an_approver_declines_with_a_reason(as_, paying, cast, approver):
    given = add(paying, desks(paying), by=cast["manager"])
    assert as_("manager").get(at("contribution_refuse", given.pk)).status_code == 403
    as_("staff").post(at("contribution_refuse", given.pk), {"reason": "No appraisal"})
    assert "No appraisal" in as_("manager").get(given.get_absolute_url()).content.decode()


def test_without_the_right_nobody_accepts(as_, paying, cast, approver):
    given = with_evidence(add(paying, desks(paying), by=cast["manager"]))
    MoneyApprover.objects.update(ended_at=timezone.now())
    assert as_("staff").post(at("contribution_accept", given.pk)).status_code == 403


def test_the_list_filters_and_foots(as_, paying, cast):
    first = with_evidence(add(paying, desks(paying), by=cast["manager"]))
    second = add(paying, desks(paying, kind="cash", payer=paying.second, pool=None), by=cast["staff"], is_received=True)
    client = as_("board")
    for query, found in (
        ({"kind": "cash"}, [second]), ({"status": "entered"}, [first]), ({"payer": paying.second.pk}, [second]),
        ({"payer": "none"}, []), ({"q": "desks millrace"}, [first]), ({"period": paying.period(2).pk}, []),
    ):  # fmt: skip
        answer = client.get(at("contribution_list", paying.budget.pk), query)
        assert [row.record for row in answer.context["table"].page.object_list] == found, query
    sums = answer.context["totals"].sums
    assert (sums["share"], sums["cash"], sums["waiting"], sums["left"]) == (12_000, 400, 400, 11_600)
    assert client.get(at("contribution_list", paying.budget.pk), {"export": "csv"}).status_code == 200


def test_the_list_costs_the_same_for_one_and_ten(as_, paying, queries_of):
    client = as_("staff")
    url = at("contribution_list", paying.budget.pk)
    add(paying, desks(paying))
    client.get(url)
    one = queries_of(lambda: client.get(url))
    for _number in range(10):
        add(paying, desks(paying, payer=paying.second))
    assert queries_of(lambda: client.get(url)) == one


def test_what_waits_is_on_the_to_do_list_of_whoever_may_approve_it(paying, cast, area, approver):
    add(paying, desks(paying), by=cast["manager"])

    def items(who: str) -> list[str]:
        return [item.what for found in read_together(to_approve(cast[who], area)) for item in found]

    assert items("staff") == ["1 contribution by IFA-26-01 waits for your approval"]
    assert items("manager") == []
    Contribution.objects.update(by=cast["staff"])
    assert items("staff") == []
