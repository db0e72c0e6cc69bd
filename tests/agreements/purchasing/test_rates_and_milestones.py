"""Rates by effective date and milestone plans, with the figures that States publish."""

from datetime import date
from decimal import Decimal

import pytest

from agreements.models import Authorization, Rate
from agreements.purchasing import lines, rates
from agreements.purchasing.agreement_locks import CannotPurchase
from agreements.purchasing.authorization_reading import with_delivered
from agreements.purchasing.deliveries import CannotDeliver, reach_step, steps_left
from agreements.purchasing.milestones import amounts_of_steps, steps_of
from agreements.purchasing.rates import rate_on, reached_by, suggested_amount
from tests import factories
from tests.agreements.purchasing.purchase_world import ISSUE, TODAY, at, words

APRIL = date(2022, 4, 1)


def usd(*amounts: str) -> list[Decimal]:
    return [Decimal(amount) for amount in amounts]


# ---------------------------------------------------------------- Kansas: 30, 30 and 40 percent of 500
def test_kansas_pays_150_150_and_200_of_500(purchase, plan):
    issued = purchase.issue(plan, amount=Decimal("500.00"))
    assert [amount for _step, amount in steps_left(issued)] == usd("150.00", "150.00", "200.00")
    assert issued.units is None


@pytest.mark.parametrize("amount", ["0.01", "0.99", "100.01", "333.33", "499.99", "1234.57"])
def test_milestones_of_any_total_add_up_to_the_cent(plan, amount):
    parts = amounts_of_steps(Decimal(amount), plan.steps.order_by("position"))
    assert sum(parts.values()) == Decimal(amount)


def test_a_reissued_plan_pays_what_was_not_reached(purchase, plan):
    first = purchase.issue(plan, amount=Decimal("500.00"), last_on=date(2026, 12, 31))
    step = plan.steps.get(position=1)
    factories.make_delivery(first, step=step, units=1, rate="150.00", amount="150.00", happened_on="2026-11-20")
    again = factories.make_authorization(plan, replaces=first, amount="350.00")
    assert [step.position for step in steps_of(again)] == [2, 3]
    assert [amount for _step, amount in steps_left(again)] == usd("150.00", "200.00")
    with pytest.raises(CannotDeliver, match="already reached"):
        reach_step(again, step, on=again.first_on, **purchase.given)


def test_a_milestone_that_was_taken_back_is_paid_again(purchase, plan):
    first = purchase.issue(plan, amount=Decimal("500.00"))
    step = plan.steps.get(position=1)
    reached = factories.make_delivery(first, step=step, units=1, rate=150, amount=150, happened_on="2026-11-20")
    factories.make_delivery(
        first, step=step, units=-1, rate=150, amount=-150, happened_on="2026-11-20", corrects=reached
    )
    again = factories.make_authorization(plan, replaces=first, amount="500.00")
    assert len(steps_of(again)) == 3


# ---------------------------------------------------------------- Indiana: a new rate on April 1, 2022
def indiana() -> list[Rate]:
    return [Rate(effective_on=date(2021, 7, 1), amount=Decimal("44.00")), Rate(effective_on=APRIL, amount=Decimal(50))]


@pytest.mark.parametrize(
    ("day", "amount"),
    [(date(2021, 6, 30), None), (date(2021, 7, 1), 44), (date(2022, 3, 31), 44), (APRIL, 50), (date(2023, 1, 1), 50)],
)
def test_the_rate_of_the_day_counts(day, amount):
    for known in (indiana(), indiana()[::-1]):
        found = rate_on(known, day)
        assert (found and found.amount) == amount


def test_an_amount_is_suggested_that_pays_all_units_also_after_the_change():
    assert suggested_amount(indiana(), Decimal(10), date(2022, 1, 1), date(2022, 3, 31)) == Decimal("440.00")
    assert suggested_amount(indiana(), Decimal(10), date(2022, 1, 1), APRIL) == Decimal("500.00")
    assert suggested_amount(indiana(), Decimal(10), date(2021, 6, 1), APRIL) is None
    assert suggested_amount(indiana(), Decimal("0.25"), APRIL, APRIL) == Decimal("12.50")


def test_authorizations_that_last_past_the_new_rate_are_listed(purchase, line):
    past = purchase.issue(line, number="A-1", last_on=date(2027, 3, 31))
    reaching = purchase.issue(line, number="A-2")
    closed = purchase.issue(line, number="A-3")
    Authorization.objects.filter(pk=closed.pk).update(status="closed", closed_on=TODAY, close_reason="Hired")
    factories.make_delivery(reaching, units=8, rate=50, amount=400, happened_on="2026-11-10")
    rate = rates.add_rate(
        line, effective_on=date(2027, 4, 1), amount=Decimal("55.00"), authority="Rate letter 27-3", **purchase.given
    )
    [found] = reached_by(rate, with_delivered(Authorization.objects.all()))
    assert found.authorization == reaching != past
    assert (found.units_left, found.needed, found.falls_short) == (Decimal(12), Decimal("1060.00"), True)


# ---------------------------------------------------------------- Recording rates
def test_a_rate_never_changes_what_was_delivered(purchase, line):
    issued = purchase.issue(line)
    factories.make_delivery(issued, happened_on="2026-11-20")
    with pytest.raises(CannotPurchase, match=r"1 delivery is recorded .* Nov 20, 2026") as refused:
        rates.add_rate(line, effective_on=date(2026, 11, 20), amount=Decimal(60), **purchase.given)
    assert refused.value.field == "effective_on"
    rates.add_rate(line, effective_on=date(2026, 11, 21), amount=Decimal(60), **purchase.given)
    with pytest.raises(CannotPurchase, match="1 delivery"):
        rates.remove_rate(line.rates.get(amount=50), **purchase.given)


def test_a_rate_between_two_others_is_free_until_the_next_begins(purchase, line):
    rates.add_rate(line, effective_on=date(2026, 11, 15), amount=Decimal(60), **purchase.given)
    factories.make_delivery(purchase.issue(line), happened_on="2026-11-20")
    rates.add_rate(line, effective_on=date(2026, 11, 10), amount=Decimal(55), **purchase.given)
    assert line.rates.count() == 3


def test_a_rate_is_refused_that_fits_nothing(purchase, line, plan):
    for which, day, match in (
        (plan, date(2027, 1, 1), "percents"),
        (line, date(2026, 7, 1), "recorded already"),
        (line, date(2027, 7, 1), "ends on Jun 30, 2027"),
    ):
        with pytest.raises(CannotPurchase, match=match):
            rates.add_rate(which, effective_on=day, amount=Decimal(60), **purchase.given)


def test_a_rate_of_an_agreement_signed_in_the_portal_needs_what_decided_it(purchase, line):
    purchase.agreement.origin = "template"
    purchase.agreement.save()
    with pytest.raises(CannotPurchase, match="rate letter") as refused:
        rates.add_rate(line, effective_on=date(2027, 4, 1), amount=Decimal(55), **purchase.given)
    assert refused.value.field == "authority"
    rates.add_rate(line, effective_on=date(2027, 4, 1), amount=Decimal(55), authority="Letter", **purchase.given)


def test_a_mistaken_rate_is_removed_but_not_the_only_one_of_open_authorizations(purchase, line):
    mistaken = rates.add_rate(line, effective_on=date(2027, 4, 1), amount=Decimal(55), **purchase.given)
    purchase.issue(line)
    rates.remove_rate(mistaken, **purchase.given)
    rates.remove_rate(mistaken, **purchase.given)  # the button pressed twice
    with pytest.raises(CannotPurchase, match="rest on this rate"):
        rates.remove_rate(line.rates.get(), **purchase.given)


def test_the_page_of_a_rate_lists_whom_it_reaches_in_the_same_number_of_queries(as_, purchase, line, queries_of):
    rate = rates.add_rate(line, effective_on=date(2027, 4, 1), amount=Decimal(55), **purchase.given)
    purchase.issue(line)
    client = as_("staff")
    client.get(at("rate_detail", rate.pk))
    few = queries_of(lambda: client.get(at("rate_detail", rate.pk)))
    for number in range(2, 12):
        purchase.issue(line, number=f"A-{number}")
    assert queries_of(lambda: client.get(at("rate_detail", rate.pk))) == few
    page = words(client.get(at("rate_detail", rate.pk)))
    assert "does not pay all" not in page  # the amounts were suggested when the new rate was known
    assert "$1,100.00" in page
    client.post(at("rate_remove", rate.pk))
    assert not Rate.objects.filter(pk=rate.pk).exists()


def test_a_rate_is_recorded_on_its_page(as_, purchase, line):
    sent = {"effective_on": "2027-04-01", "amount": "55.00", "authority": "Rate letter 27-3"}
    purchase.issue(line, amount=Decimal("1000.00"))
    answer = as_("staff").post(at("rate_add", line.pk), sent, follow=True)
    assert "1 open authorization does not pay all its units at this rate" in words(answer)
    answer = as_("staff").post(at("rate_add", line.pk), sent)
    assert "recorded already" in words(answer)


# ---------------------------------------------------------------- Milestones
def test_the_percents_of_a_plan_sum_to_100(purchase, plan):
    def put(*percents: str) -> None:
        lines.set_milestones(plan, steps=[(f"Step {each}", Decimal(each)) for each in percents], **purchase.given)

    for percents, match in ((("30", "30"), "sum to 60"), (("60", "50"), "sum to 110"), (("100", "0"), "more than 0")):
        with pytest.raises(CannotPurchase, match=match):
            put(*percents)
    with pytest.raises(CannotPurchase, match="name"):
        lines.set_milestones(plan, steps=[(" ", Decimal(100))], **purchase.given)
    with pytest.raises(CannotPurchase, match="at most"):
        put(*["7.69"] * 13)
    put("33.33", "33.33", "33.34")
    assert [step.percent for step in plan.steps.order_by("position")] == usd("33.33", "33.33", "33.34")


def test_a_plan_that_was_authorized_stays(purchase, plan, line):
    purchase.issue(plan, **ISSUE | {"amount": Decimal(500)})
    with pytest.raises(CannotPurchase, match="was authorized"):
        lines.set_milestones(plan, steps=[("All", Decimal(100))], **purchase.given)
    with pytest.raises(CannotPurchase, match="by unit"):
        lines.set_milestones(line, steps=[("All", Decimal(100))], **purchase.given)


def test_the_form_of_milestones_keeps_what_was_typed(as_, purchase, plan):
    client, url = as_("staff"), at("milestone_plan_edit", plan.pk)
    form = client.get(url).context["form"]
    assert form.rows == 5
    sent = {"version": form.version, "name_1": "Placed", "percent_1": "60", "name_2": "90 days", "percent_2": "50"}
    assert "They must sum to 100" in words(client.post(url, sent))
    assert "Enter the name of this milestone" in words(client.post(url, sent | {"name_1": "", "percent_2": "40"}))
    assert "Enter the percent of this milestone" in words(client.post(url, sent | {"percent_2": ""}))
    client.post(url, sent | {"percent_2": "40", "name_3": "", "percent_3": ""})
    assert list(plan.steps.order_by("position").values_list("name", flat=True)) == ["Placed", "90 days"]


def test_who_saves_milestones_second_sees_those_of_the_first(as_, purchase, plan):
    client, url = as_("staff"), at("milestone_plan_edit", plan.pk)
    version = client.get(url).context["form"].version
    lines.set_milestones(plan, steps=[("Hired", Decimal(100))], **purchase.given)
    answer = client.post(url, {"version": version, "name_1": "Placed", "percent_1": "100"})
    assert answer.status_code == 200
    assert "Hired" in words(answer)
    assert plan.steps.get().name == "Hired"
