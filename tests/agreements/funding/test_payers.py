"""Partners that pay by a budget: which, in which centers, from when to when, and what was negotiated."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from agreements.funding import budgets, payers
from agreements.funding.locking import CannotBudget
from agreements.funding.places import usual_centers
from agreements.models import Payer, PayerCenter
from partners.models import Partnership
from tests import factories
from tests.agreements.funding.budget_year import Year, at, make_year, words
from tests.at_once import second_waits_for

NOW = timezone.now()


@pytest.fixture
def year(area, partner, neighbor_partner) -> Year:
    return make_year(area, partner, neighbor_partner)


@pytest.fixture
def third(area, year) -> Partnership:
    """A party that does not pay yet."""
    third = factories.make_partnership(area, name="Riverbend College")
    factories.make_party(year.budget.agreement, third)
    return third


def add(year: Year, *partnerships: Partnership) -> list[Payer]:
    return payers.add_payers(year.budget, partnerships=partnerships, by=None, at=NOW)


def adopt(year: Year) -> None:
    budgets.adopt_budget(year.budget, by=None, at=NOW)
    year.budget.refresh_from_db()


def test_parties_are_added_at_once_each_in_its_usual_centers(as_, area, year, third):
    affiliate = factories.make_center(area, name="Affiliate", kind="affiliate")
    factories.make_center(area, name="Other affiliate", kind="affiliate")
    factories.make_presence(third, affiliate)
    fourth = factories.make_partnership(area, name="Second Mile")
    factories.make_party(year.budget.agreement, fourth)
    answer = as_("staff").post(at("payer_add", year.budget.pk), {"partnerships": [third.pk, fourth.pk]}, follow=True)
    assert "2 partners are added." in words(answer)
    centers = {
        str(payer): [each.center.name for each in payer.centers.order_by("center__name")]
        for payer in Payer.objects.filter(partnership__in=[third, fourth])
    }
    assert centers == {"Riverbend College": ["Affiliate", "Center Street"], "Second Mile": ["Center Street"]}
    assert "Add further parties" in words(as_("staff").get(at("payer_add", year.budget.pk)))


def test_only_parties_that_do_not_pay_are_added(as_, area, year):
    stranger = factories.make_partnership(area, name="No party")
    answer = as_("staff").post(at("payer_add", year.budget.pk), {"partnerships": [stranger.pk]})
    assert answer.context["form"].errors
    with pytest.raises(CannotBudget, match="do not pay yet"):
        add(year, stranger)
    with pytest.raises(CannotBudget, match="at least one"):
        add(year)


def test_joining_and_leaving_counts_by_months_in_open_periods(as_, year):
    adopt(year)
    factories.mark_issued(year.budget.periods.get(number=1))
    first, second = year.payers
    page = as_("staff").get(at("payer_edit", second.pk))
    sent = {"ends_on": "2026-11-15", "centers": [year.center.pk], "version": page.context["form"].version}
    as_("staff").post(at("payer_edit", second.pk), sent)
    assert year.shares()[1, second.pk] == Decimal("750.00")
    # In the second quarter 300 for three months, 100 for two: 900 and 200 parts of 3,000 dollars.
    assert year.shares()[2, second.pk] == Decimal("545.45")
    assert (3, second.pk) not in year.shares()
    assert year.shares()[3, first.pk] == Decimal("3000.00")
    answer = as_("staff").post(at("payer_edit", second.pk), {**sent, "ends_on": "2026-12-15"})
    assert "conflict_changes" in answer.context


def test_a_partner_pays_only_where_it_takes_part(as_, area, year):
    other = factories.make_center(area, name="Elsewhere", kind="affiliate")
    page = as_("staff").get(at("payer_edit", year.payers[1].pk))
    assert page.context["form"].initial["centers"] == [year.center.pk]
    sent = {"centers": [other.pk], "version": page.context["form"].version}
    as_("staff").post(at("payer_edit", year.payers[1].pk), sent)
    assert [each.center for each in PayerCenter.objects.filter(payer=year.payers[1])] == [other]
    far = factories.make_center(factories.make_area(name="Far"), name="Far")
    with pytest.raises(CannotBudget, match="centers of this area"):
        payers.update_payer(year.payers[1], facts={}, centers=[far], by=None, at=NOW)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"starts_on": "2026-06-01"}, "starts_on"),
        ({"starts_on": "2026-12-01", "ends_on": "2026-11-01"}, "ends_on"),
        ({"is_negotiated": "on"}, "decision"),
        ({"is_negotiated": "on", "decision": "Zero"}, "decided_on"),
    ],
)
def test_what_does_not_fit_a_payer_is_told_beside_its_field(as_, year, sent, field):
    answer = as_("staff").post(at("payer_edit", year.payers[0].pk), {"centers": [year.center.pk], **sent})
    assert answer.context["form"].errors.keys() == {field}


def test_the_share_of_a_native_american_program_is_negotiated_and_recorded_zero_included(as_, year, third):
    third.programs.add(factories.make_program(code="native-american"))
    payer = add(year, third)[0]
    page = words(as_("staff").get(at("budget_setup", year.budget.pk)))
    assert "Decision missing" in page
    edit = as_("staff").get(at("payer_edit", payer.pk))
    assert "negotiated; record what was decided" in words(edit)
    field = f"amount_{year.pool.pk}"
    sent = {
        "centers": [year.center.pk], "is_negotiated": "on", "decision": "They pay for two desks.",
        "decided_on": "2026-05-04", field: "1200.00", "version": edit.context["form"].version,
    }  # fmt: skip
    as_("staff").post(at("payer_edit", payer.pk), sent)
    adopt(year)
    assert year.shares()[1, payer.pk] == Decimal("300.00")
    assert sum(year.shares().values()) == Decimal("12000.00")
    page = words(as_("staff").get(at("budget_setup", year.budget.pk)))
    assert "$1,200.00, negotiated" in page
    for amount, share in (("600.00", Decimal("150.00")), ("", None)):
        version = as_("staff").get(at("payer_edit", payer.pk)).context["form"].version
        as_("staff").post(at("payer_edit", payer.pk), {**sent, field: amount, "version": version})
        assert year.shares().get((1, payer.pk)) == share
    payers.update_payer(payer, facts={"is_negotiated": False}, amounts={}, by=None, at=NOW)
    payer.refresh_from_db()
    assert (payer.decision, payer.decided_on, payer.negotiated.count()) == ("", None, 0)


def test_negotiated_amounts_are_of_pools_of_the_budget(year):
    other = factories.make_budget(year.budget.agreement, first_on=date(2028, 7, 1))
    pool = factories.make_pool(factories.make_base(other))
    facts = {"is_negotiated": True, "decision": "Zero", "decided_on": date(2026, 5, 4)}
    with pytest.raises(CannotBudget, match="pools of this budget"):
        payers.update_payer(year.payers[0], facts=facts, amounts={pool.pk: Decimal(1)}, by=None, at=NOW)


def test_a_payer_is_removed_and_restored_and_added_again(as_, year):
    second = year.payers[1]
    as_("staff").post(at("payer_remove", second.pk))
    second.refresh_from_db()
    assert second.is_archived
    as_("staff").post(at("payer_restore", second.pk))
    second.refresh_from_db()
    assert not second.is_archived
    payers.remove_payer(second, by=None, at=NOW)
    assert add(year, second.partnership) == [second]
    assert second.centers.count() == 1


def test_a_payer_stays_once_statements_were_sent_and_while_nobody_else_shares(as_, year):
    adopt(year)
    payers.remove_payer(year.payers[1], by=None, at=NOW)
    assert year.shares()[1, year.payers[0].pk] == Decimal("3000.00")
    with pytest.raises(CannotBudget, match="cannot be shared"):
        payers.remove_payer(year.payers[0], by=None, at=NOW)
    factories.mark_issued(year.budget.periods.get(number=1))
    answer = as_("staff").post(at("payer_remove", year.payers[0].pk), follow=True)
    assert "Enter the last day on which the partner pays instead." in words(answer)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_add_the_same_partner_the_second_is_told(year, third):
    refusal = second_waits_for(lambda: add(year, third), lambda: add(year, third))
    assert isinstance(refusal, CannotBudget)


def test_usual_centers_take_three_queries_for_many(area, year, queries_of):
    partners = [factories.make_partnership(area, name=f"Partner {number}") for number in range(5)]
    assert queries_of(lambda: usual_centers(year.budget.agreement, partners)) == 2
