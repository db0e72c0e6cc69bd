"""What is delivered under an authorization: at the rate of the day, and never more than was authorized."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import InternalError, transaction

from agreements.models import Agreement, Authorization, ServiceDelivery
from agreements.purchasing import approving
from agreements.purchasing import deliveries as verbs
from agreements.purchasing.authorizations import reissue_authorization
from agreements.purchasing.deliveries import CannotDeliver, Entry
from tests import factories
from tests.agreements.purchasing.money_world import AT, OCTOBER_6, Purchase, make_world


@pytest.fixture
def purchase(area, partner, neighbor_partner, cast) -> Purchase:
    return make_world(neighbor_partner, partner, cast)


@pytest.fixture
def plan(purchase) -> Authorization:
    """A job placement of 500 dollars, paid 30, 30 and 40 percent."""
    line = factories.make_milestone_plan(purchase.agreement)
    return factories.make_authorization(line, amount=Decimal(500))


def refused(purchase: Purchase, units: str = "2", on: date = OCTOBER_6) -> str:
    with pytest.raises(CannotDeliver) as problem:
        purchase.deliver(units, on)
    assert not ServiceDelivery.objects.exists()
    return str(problem.value)


# ---------------------------------------------------------------- Units
def test_units_are_paid_at_the_rate_of_their_day(purchase):
    """Indiana changed its rates within authorizations that went on: each day is paid at the rate then in force."""
    factories.make_rate(purchase.line, effective_on=date(2026, 10, 1), amount=Decimal("55.50"))
    entries = [Entry(date(2026, 9, 30), Decimal(2)), Entry(date(2026, 10, 1), Decimal("1.5"))]
    before, after = verbs.record_deliveries(purchase.authorization, entries, by=purchase.provider, at=AT)
    assert (before.rate, before.amount) == (Decimal(50), Decimal(100))
    assert (after.rate, after.amount) == (Decimal("55.50"), Decimal("83.25"))
    assert after.by == purchase.provider


def test_an_amount_is_rounded_half_up_to_the_cent(purchase):
    factories.make_rate(purchase.line, effective_on=date(2026, 10, 1), amount=Decimal("50.10"))
    assert purchase.deliver("0.25").amount == Decimal("12.53")  # 12.525


def test_a_day_without_a_rate_cannot_be_recorded(purchase):
    purchase.line.rates.update(effective_on=date(2026, 10, 7))
    assert "has no rate on Oct 6, 2026" in refused(purchase)


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (date(2026, 8, 31), "not authorized before Sep 1, 2026"),
        (date(2026, 11, 3), "in the future"),
    ],
)
def test_a_day_must_be_authorized_and_past(purchase, on, words):
    assert words in refused(purchase, on=on)


def test_a_day_after_the_authorization_ended_cannot_be_recorded(purchase):
    Authorization.objects.update(last_on=date(2026, 10, 5))
    assert "ended on Oct 5, 2026" in refused(purchase)


def test_service_counts_from_the_call_by_which_it_was_authorized(purchase):
    Authorization.objects.update(issued_on=date(2026, 9, 10), verbal_on=date(2026, 9, 1))
    assert purchase.deliver(on=date(2026, 9, 2)).amount == 100


def test_a_day_outside_the_term_of_the_agreement_cannot_be_recorded(purchase):
    Agreement.objects.update(terminated_on=date(2026, 10, 6), termination_reason="Moved", status="terminated")
    assert "not in force on this day" in refused(purchase)
    assert purchase.deliver(on=date(2026, 10, 5))


def test_nothing_is_recorded_under_a_closed_authorization(purchase):
    Authorization.objects.update(status="closed", closed_on=date(2026, 10, 30), close_reason="Hired")
    assert "closed" in refused(purchase)


def test_nothing_is_recorded_before_the_agreement_is_executed(purchase):
    Agreement.objects.update(status="review", executed_on=None)
    assert "once the agreement is executed" in refused(purchase)


def test_no_more_units_are_delivered_than_authorized(purchase):
    purchase.deliver("19.5")
    with pytest.raises(CannotDeliver, match=r"0\.5 units are left") as problem:
        purchase.deliver("0.75")
    assert problem.value.field == "units"
    assert purchase.deliver("0.5")


def test_no_more_is_delivered_than_the_amount_and_its_exceptions(purchase):
    factories.make_rate(purchase.line, effective_on=date(2026, 10, 1), amount=Decimal(60))
    purchase.deliver("16")
    with pytest.raises(CannotDeliver, match=r"\$40\.00 is left"):
        purchase.deliver("1")
    factories.make_ceiling_exception(purchase.agreement, authorization=purchase.authorization, amount=20)
    assert purchase.deliver("1").amount == 60


def test_all_days_of_a_form_are_recorded_or_none(purchase):
    entries = [Entry(OCTOBER_6, Decimal(8)), Entry(date(2026, 10, 7), Decimal(13), field="units_2026_10_07")]
    with pytest.raises(CannotDeliver) as problem:
        verbs.record_deliveries(purchase.authorization, entries, by=None, at=AT)
    assert problem.value.field == "units_2026_10_07"
    assert not ServiceDelivery.objects.exists()


@pytest.mark.parametrize("number", [0, 32])
def test_a_form_has_1_to_31_days(purchase, number):
    entries = [Entry(OCTOBER_6, Decimal("0.1"))] * number
    with pytest.raises(CannotDeliver):
        verbs.record_deliveries(purchase.authorization, entries, by=None, at=AT)


@pytest.mark.parametrize("units", ["0", "-1", "10000"])
def test_units_are_above_zero_and_not_absurd(purchase, units):
    assert "Enter units above zero" in refused(purchase, units)


def test_milestones_at_a_fixed_rate_are_whole(purchase):
    purchase.line.unit = "milestone"
    purchase.line.save()
    assert "whole number" in refused(purchase, "0.5")


# ---------------------------------------------------------------- Milestones of a plan
def test_kansas_pays_500_as_30_30_and_40_percent(purchase, plan):
    """Kansas pays a placement of 500 dollars by milestones: 150, 150 and 200 (DOMAIN: public figures)."""
    steps = list(plan.line.steps.order_by("position"))
    made = [verbs.reach_step(plan, step, on=OCTOBER_6, by=None, at=AT) for step in steps]
    assert [each.amount for each in made] == [150, 150, 200]
    assert verbs.left_of(plan).amount == 0
    assert verbs.steps_left(plan) == []


def test_a_milestone_is_reached_once(purchase, plan):
    step = plan.line.steps.get(position=1)
    verbs.reach_step(plan, step, on=OCTOBER_6, by=None, at=AT)
    with pytest.raises(CannotDeliver, match="already reached"):
        verbs.reach_step(plan, step, on=OCTOBER_6, by=None, at=AT)


def test_milestones_add_up_to_the_total_in_any_order(purchase, plan):
    Authorization.objects.filter(pk=plan.pk).update(amount=Decimal("100.01"))
    plan.refresh_from_db()
    made = [
        verbs.reach_step(plan, plan.line.steps.get(position=number), on=OCTOBER_6, by=None, at=AT)
        for number in (3, 1, 2)
    ]
    assert sum(each.amount for each in made) == Decimal("100.01")


def test_after_an_amendment_the_other_milestones_share_what_is_left(purchase, plan):
    verbs.reach_step(plan, plan.line.steps.get(position=1), on=OCTOBER_6, by=None, at=AT)
    Authorization.objects.filter(pk=plan.pk).update(amount=Decimal(640))
    plan.refresh_from_db()
    assert [amount for _step, amount in verbs.steps_left(plan)] == [210, 280]


def test_a_milestone_of_another_plan_is_refused(purchase, plan):
    other = factories.make_milestone_plan(purchase.agreement).steps.get(position=1)
    with pytest.raises(CannotDeliver, match="Choose a milestone"):
        verbs.reach_step(plan, other, on=OCTOBER_6, by=None, at=AT)


def test_units_and_milestones_are_not_mixed(purchase, plan):
    with pytest.raises(CannotDeliver, match="paid by milestones"):
        purchase.deliver(of=plan)


# ---------------------------------------------------------------- Taking back
def test_a_withdrawn_delivery_counts_no_more(purchase):
    delivery = purchase.deliver("20")
    verbs.withdraw_delivery(delivery, by=purchase.provider, at=AT)
    assert verbs.left_of(purchase.authorization) == verbs.Left(Decimal(20), Decimal(1000))
    delivery.refresh_from_db()
    verbs.withdraw_delivery(delivery, by=purchase.provider, at=AT)
    delivery.refresh_from_db()
    assert delivery.withdrawn_at == AT


def test_what_is_on_an_invoice_is_not_withdrawn(purchase):
    delivery = purchase.deliver()
    purchase.draft("INV-7")
    with pytest.raises(CannotDeliver, match="It is on invoice INV-7"):
        verbs.withdraw_delivery(delivery, by=purchase.provider, at=AT)


def test_after_a_rejection_a_delivery_can_be_withdrawn(purchase):
    delivery = purchase.deliver()
    approving.reject_invoice(purchase.submit(), reason="A holiday", by=purchase.approver, at=AT)
    verbs.withdraw_delivery(delivery, by=purchase.provider, at=AT)


def test_the_database_protects_a_delivery_on_a_submitted_invoice(purchase):
    delivery = purchase.deliver()
    purchase.submit()
    with pytest.raises(InternalError, match="is on an invoice"), transaction.atomic():
        ServiceDelivery.objects.filter(pk=delivery.pk).update(amount=1)
    with pytest.raises(InternalError, match="Cannot delete"), transaction.atomic():
        purchase.deliver().delete()


def correct(delivery: ServiceDelivery, units: str, note: str = "Only one hour") -> ServiceDelivery:
    return verbs.correct_delivery(delivery, units=Decimal(units), note=note, by=None, at=AT)


def test_a_correction_takes_back_units_at_the_rate_that_was_charged(purchase):
    delivery = purchase.deliver("2")
    purchase.approve(purchase.submit())
    factories.make_rate(purchase.line, effective_on=date(2026, 10, 1), amount=Decimal(60))
    correction = correct(delivery, "0.5")
    assert (correction.units, correction.amount, correction.corrects) == (Decimal("-0.5"), Decimal(-25), delivery)
    assert verbs.left_of(purchase.authorization).units == Decimal("18.5")
    with pytest.raises(CannotDeliver, match=r"up to 1\.5"):
        correct(delivery, "2")
    assert correct(delivery, "1.5").amount == -75
    with pytest.raises(CannotDeliver, match="This is a correction"):
        correct(correction, "0.1")


def test_corrections_never_take_back_more_than_was_charged(purchase):
    factories.make_rate(purchase.line, effective_on=date(2026, 10, 1), amount=Decimal("0.01"))
    delivery = purchase.deliver("1.5")  # two cents
    purchase.approve(purchase.submit())
    parts = [correct(delivery, "0.5").amount for _ in range(3)]
    assert delivery.amount + sum(parts) == 0


def test_only_what_was_approved_is_corrected_and_with_a_reason(purchase):
    delivery = purchase.deliver()
    with pytest.raises(CannotDeliver, match="Only deliveries on an approved invoice"):
        correct(delivery, "1")
    purchase.approve(purchase.submit())
    with pytest.raises(CannotDeliver, match="Say why"):
        correct(delivery, "1", " ")


def test_a_milestone_is_taken_back_as_a_whole_and_can_be_reached_again(purchase, plan):
    step = plan.line.steps.get(position=1)
    delivery = verbs.reach_step(plan, step, on=OCTOBER_6, by=purchase.provider, at=AT)
    purchase.approve(purchase.submit())
    with pytest.raises(CannotDeliver, match="as a whole"):
        correct(delivery, "0.5")
    correction = correct(delivery, "1")
    assert verbs.reach_step(plan, step, on=OCTOBER_6, by=purchase.provider, at=AT).amount == 150
    with pytest.raises(CannotDeliver, match="delivered again since"):
        verbs.withdraw_delivery(correction, by=None, at=AT)


def test_a_correction_is_withdrawn_unless_what_it_freed_is_used(purchase):
    delivery = purchase.deliver("20")
    purchase.approve(purchase.submit())
    correction = correct(delivery, "5")
    again = purchase.deliver("5", date(2026, 10, 8))
    with pytest.raises(CannotDeliver, match="delivered again since"):
        verbs.withdraw_delivery(correction, by=None, at=AT)
    verbs.withdraw_delivery(again, by=None, at=AT)
    verbs.withdraw_delivery(correction, by=None, at=AT)
    assert verbs.left_of(purchase.authorization).units == 0


def test_a_correction_stays_once_what_it_freed_was_reissued(purchase):
    delivery = purchase.deliver("20")
    purchase.approve(purchase.submit())
    correction = correct(delivery, "5")
    facts = {"number": "A-9", "first_on": date(2026, 11, 9), "last_on": date(2026, 12, 31), "issued_on": AT.date()}
    again = reissue_authorization(purchase.authorization, facts=facts, by=None, at=AT)
    assert again.amount == 250
    with pytest.raises(CannotDeliver, match="A-9 is the reissue"):  # otherwise $1,250 could be paid of $1,000
        verbs.withdraw_delivery(correction, by=None, at=AT)
