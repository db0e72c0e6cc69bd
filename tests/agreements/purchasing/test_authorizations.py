"""Authorizations: issued before service, amended, closed, canceled, reissued for what is left."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from agreements.models import Agreement, Authorization, PurchaseTerms
from agreements.purchasing import authorizations, lines
from agreements.purchasing.agreement_locks import CannotPurchase
from onestop.editing.versions import ChangedMeanwhile, version_of
from partners.models import State
from tests import factories
from tests.agreements.purchasing.purchase_world import NOW, TODAY, Purchase
from tests.at_once import second_waits_for

NOVEMBER = date(2026, 11, 20)


@pytest.fixture
def issued(purchase, line) -> Authorization:
    return purchase.issue(line)


def refused_at(field: str | None, match: str, verb: Any, *args: Any, **given: Any) -> None:
    with pytest.raises(CannotPurchase, match=match) as refused:
        verb(*args, **given)
    assert refused.value.field == field


# ---------------------------------------------------------------- Issue
def test_the_amount_is_suggested_from_the_rate(purchase, line):
    assert purchase.issue(line, units=Decimal("7.5")).amount == Decimal("375.00")
    assert purchase.issue(line, number="A-2", amount=Decimal("300.00")).amount == Decimal("300.00")


def test_the_reports_of_its_duties_are_expected(purchase, line, plan):
    monthly = factories.make_report_duty(purchase.agreement)
    placement = factories.make_report_duty(purchase.agreement, line=line, when="after_start", days=30, name="Placement")
    factories.make_report_duty(purchase.agreement, line=plan, when="after_end", days=1)
    factories.make_report_duty(purchase.agreement, archived_at=NOW, name="Old")
    issued = purchase.issue(line, last_on=date(2026, 12, 31))
    found = list(issued.reports.order_by("due_on").values_list("duty", "due_on"))
    assert found == [
        (placement.pk, date(2026, 12, 9)), (monthly.pk, date(2026, 12, 14)), (monthly.pk, date(2027, 1, 14)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "field", "match"),
    [
        ({"reference": "Ann Smith"}, "reference", "name|digit"),
        ({"note": "Call (555) 010-0142"}, "note", "phone number"),
        ({"first_on": date(2026, 11, 1)}, "first_on", "before it is authorized"),
        ({"issued_on": date(2026, 11, 3)}, "issued_on", "still to come"),
        ({"verbal_on": date(2026, 11, 3)}, "verbal_on", "still to come"),
        ({"verbal_on": date(2026, 11, 1), "issued_on": date(2026, 10, 30)}, "verbal_on", "before the written"),
        ({"verbal_on": date(2026, 10, 30), "first_on": date(2026, 10, 29)}, "first_on", "before it is authorized"),
        ({"last_on": date(2026, 11, 8)}, "last_on", "after the first"),
        ({"last_on": date(2027, 7, 1)}, "last_on", "agreement ends on Jun 30, 2027"),
        ({"issued_on": date(2026, 6, 1), "first_on": date(2026, 6, 30)}, "first_on", "takes effect on Jul 1, 2026"),
        ({"units": None}, "units", "number of units"),
        ({"units": Decimal("0.00")}, "amount", "more than"),
    ],
)
def test_what_does_not_fit_is_refused_beside_its_field(purchase, line, facts, field, match):
    refused_at(field, match, purchase.issue, line, **facts)
    assert not Authorization.objects.exists()


def test_a_call_authorizes_service_before_the_paper(purchase, line):
    issued = purchase.issue(line, first_on=date(2026, 10, 28), verbal_on=date(2026, 10, 28))
    assert issued.valid_from == date(2026, 10, 28)


def test_the_number_is_unique_in_the_agreement_whatever_its_case(purchase, line, issued):
    refused_at("number", "has the number a-1", purchase.issue, line, number="a-1")
    assert authorizations.free_number(purchase.agreement) == f"{purchase.agreement.number}-001"
    purchase.issue(line, number=f"{purchase.agreement.number.lower()}-001")
    assert authorizations.free_number(purchase.agreement) == f"{purchase.agreement.number}-002"


def test_an_authorization_needs_a_rate_or_milestones_and_a_total(purchase, line):
    bare = factories.make_service_line(purchase.agreement, rate="")
    refused_at("line", "No rate is in force on Nov 9, 2026", purchase.issue, bare)
    plan = factories.make_service_line(purchase.agreement, unit="plan")
    refused_at("amount", "negotiated total", purchase.issue, plan)
    refused_at("line", "milestones of this plan first", purchase.issue, plan, amount=Decimal(500))
    lines.remove_line(line, **purchase.given)
    refused_at("line", "was removed", purchase.issue, line)


@pytest.mark.parametrize("status", ["draft", "review", "signing"])
def test_nothing_is_authorized_before_the_agreement_is_executed(purchase, line, status):
    Agreement.objects.filter(pk=purchase.agreement.pk).update(status=status, executed_on=None)
    refused_at(None, "executed agreement only", purchase.issue, line)


def test_nothing_is_authorized_without_terms_or_past_the_successor(purchase, line):
    factories.make_agreement(
        purchase.agreement.area, kind="purchase", supersedes=purchase.agreement, status="executed",
        executed_on=TODAY, effective_on=date(2027, 1, 1), expires_on=None, review_on=None,
    )  # fmt: skip
    refused_at("last_on", "ends on Dec 31, 2026", purchase.issue, line)
    assert purchase.issue(line, last_on=date(2026, 12, 31))
    PurchaseTerms.objects.all().delete()
    refused_at(None, "who purchases", purchase.issue, line, number="A-2")


# ---------------------------------------------------------------- The State's fiscal year
def test_an_authorization_does_not_cross_the_fiscal_year_of_the_state(purchase, line):
    State.objects.update(fiscal_year_month=1)
    refused_at("last_on", "fiscal year ends on Dec 31, 2026", purchase.issue, line)
    assert purchase.issue(line, last_on=date(2026, 12, 31))
    PurchaseTerms.objects.update(within_fiscal_year=False)
    assert purchase.issue(line, number="A-2")


def test_an_amendment_does_not_cross_it_either(purchase, line):
    State.objects.update(fiscal_year_month=1)
    issued = purchase.issue(line, last_on=date(2026, 12, 1))
    given: dict[str, Any] = {"facts": {"last_on": date(2027, 1, 1)}, "reason": "Longer", **purchase.given}
    refused_at("last_on", "fiscal year", authorizations.amend_authorization, issued, **given)


# ---------------------------------------------------------------- Amend
def amend(
    purchase: Purchase, issued: Authorization, reason: str = "More hours", version: str = "", **facts: Any
) -> Any:
    return authorizations.amend_authorization(issued, facts=facts, reason=reason, version=version, **purchase.given)


def test_an_amendment_keeps_what_was(purchase, issued):
    change = amend(purchase, issued, units=Decimal(30), amount=None, last_on=date(2027, 3, 31))
    issued.refresh_from_db()
    assert (issued.units, issued.amount, issued.last_on) == (30, 1500, date(2027, 3, 31))
    assert (change.units_before, change.amount_before, change.last_on_before) == (20, 1000, date(2027, 6, 30))
    assert (change.units_after, change.amount_after, change.by) == (30, 1500, purchase.staff)


def test_reports_move_with_the_last_day(purchase, line):
    factories.make_report_duty(purchase.agreement)
    factories.make_report_duty(purchase.agreement, when="after_end", days=10, name="Final")
    issued = purchase.issue(line, last_on=date(2027, 1, 31))
    done = issued.reports.get(covers_from=date(2027, 1, 1))
    done.status, done.received_on = "received", TODAY
    done.save()

    def months() -> list[tuple[date, date]]:
        return list(issued.reports.order_by("duty", "covers_from").values_list("covers_to", "due_on"))

    amend(purchase, issued, last_on=date(2026, 12, 15))
    assert months() == [
        (date(2026, 11, 30), date(2026, 12, 14)), (date(2026, 12, 15), date(2027, 1, 14)),
        (date(2027, 1, 31), date(2027, 2, 14)), (date(2026, 12, 15), date(2026, 12, 25)),
    ]  # fmt: skip
    amend(purchase, issued, last_on=date(2027, 2, 10))
    assert [to for to, _due in months()] == [
        date(2026, 11, 30), date(2026, 12, 31), date(2027, 1, 31), date(2027, 2, 10), date(2027, 2, 10),
    ]  # fmt: skip


def test_an_amendment_never_goes_below_what_was_delivered(purchase, issued):
    factories.make_delivery(issued, happened_on=NOVEMBER, units=4, amount=200)
    factories.make_delivery(issued, happened_on=date(2026, 12, 1), units=9, amount=450, withdrawn_at=NOW)
    refused_at("amount", r"\$200.00 were delivered", amend, purchase, issued, amount=Decimal("199.99"))
    refused_at("units", "4 units were delivered", amend, purchase, issued, units=Decimal("3.99"))
    refused_at("last_on", "Nov 20, 2026", amend, purchase, issued, last_on=date(2026, 11, 19))
    amend(purchase, issued, units=Decimal(4), amount=Decimal(200), last_on=NOVEMBER)


def test_an_amendment_never_goes_below_what_was_approved(purchase, issued):
    delivery = factories.make_delivery(issued, happened_on=NOVEMBER, units=4, amount=200)
    factories.make_invoice(purchase.agreement, delivery, status="approved")
    factories.make_delivery(issued, happened_on=NOVEMBER, units=-2, amount=-100, corrects=delivery)
    refused_at("amount", r"\$200.00", amend, purchase, issued, amount=Decimal(150))


def test_the_total_of_a_plan_stays_once_a_milestone_is_reached(purchase, plan):
    issued = purchase.issue(plan, amount=Decimal(500))
    amend(purchase, issued, amount=Decimal(600))
    step = plan.steps.get(position=1)
    factories.make_delivery(issued, step=step, units=1, rate=180, amount=180, happened_on=NOVEMBER)
    refused_at("amount", "milestone of this total was reached", amend, purchase, issued, amount=Decimal(700))
    amend(purchase, issued, last_on=date(2027, 5, 31))


def test_an_amendment_needs_a_reason_and_a_change(purchase, issued):
    refused_at("reason", "Enter the reason", amend, purchase, issued, reason=" ", units=Decimal(30))
    refused_at("reason", "Ms. Smith", amend, purchase, issued, reason="Ms. Smith asked", units=Decimal(30))
    refused_at(None, "Nothing would change", amend, purchase, issued, units=Decimal(20))


def test_who_amends_second_learns_what_the_first_did(purchase, issued):
    version = version_of(issued)
    amend(purchase, issued, version=version, units=Decimal(30))
    with pytest.raises(ChangedMeanwhile):
        amend(purchase, issued, version=version, units=Decimal(40))


# ---------------------------------------------------------------- Close and cancel
def close(purchase: Purchase, issued: Authorization, **given: Any) -> Authorization:
    return authorizations.close_authorization(issued, **{"on": TODAY, "reason": "Hired", **purchase.given} | given)


def cancel(purchase: Purchase, issued: Authorization, reason: str = "Moved away") -> Authorization:
    return authorizations.cancel_authorization(issued, reason=reason, **purchase.given)


def test_a_closed_authorization_expects_no_later_reports(purchase, line):
    factories.make_report_duty(purchase.agreement)
    issued = purchase.issue(line, first_on=TODAY)
    close(purchase, issued)
    issued.refresh_from_db()
    assert (issued.status, issued.closed_on, issued.close_reason) == ("closed", TODAY, "Hired")
    assert [(each.covers_to, each.due_on) for each in issued.reports.all()] == [(TODAY, date(2026, 12, 14))]


def test_one_that_is_closed_before_it_begins_expects_no_report(purchase, line):
    factories.make_report_duty(purchase.agreement)
    issued = purchase.issue(line)
    close(purchase, issued)
    assert not issued.reports.exists()


def test_closing_needs_a_reason_and_a_day_that_fits(purchase, issued):
    refused_at("on", "still to come", close, purchase, issued, on=date(2026, 11, 3))
    refused_at("reason", "Enter the reason", close, purchase, issued, reason="")
    factories.make_delivery(issued, happened_on=date(2026, 11, 2))
    refused_at("on", "Nov 2, 2026", close, purchase, issued, on=date(2026, 11, 1))


def test_only_an_authorization_without_deliveries_is_canceled(purchase, line, issued):
    factories.make_report_duty(purchase.agreement)
    delivery = factories.make_delivery(issued, happened_on=NOVEMBER)
    refused_at(None, "Close it instead", cancel, purchase, issued)
    delivery.withdrawn_at = NOW
    delivery.save()
    assert cancel(purchase, issued).status == "canceled"
    second = purchase.issue(line, number="A-2")
    cancel(purchase, second)
    assert not second.reports.exists()


@pytest.mark.parametrize("end", [close, cancel])
def test_what_has_ended_is_not_changed_again(purchase, issued, end):
    end(purchase, issued)
    for verb, given in ((amend, {"units": Decimal(30)}), (close, {}), (cancel, {})):
        refused_at(None, "can no longer be changed", verb, purchase, issued, **given)


# ---------------------------------------------------------------- Reissue
AGAIN: dict[str, Any] = {
    "number": "A-2", "first_on": date(2027, 1, 1), "last_on": date(2027, 6, 30), "issued_on": TODAY, "note": "",
}  # fmt: skip


def reissue(purchase: Purchase, issued: Authorization, **facts: Any) -> Authorization:
    return authorizations.reissue_authorization(issued, facts=AGAIN | facts, **purchase.given)


def test_what_is_left_is_reissued_for_the_next_fiscal_year(purchase, line):
    State.objects.update(fiscal_year_month=1)
    issued = purchase.issue(line, last_on=date(2026, 12, 31))
    factories.make_delivery(issued, happened_on=NOVEMBER, units=8, amount=400)
    again = reissue(purchase, issued)
    issued.refresh_from_db()
    assert (again.units, again.amount, again.reference, again.replaces) == (Decimal(12), Decimal(600), "K-2041", issued)
    assert (issued.status, issued.close_reason) == ("closed", "Reissued as A-2")
    assert issued.closed_on == NOVEMBER  # the last day on which something was delivered
    refused_at(None, "reissued already", reissue, purchase, issued, number="A-3")


def test_a_closed_one_is_reissued_and_a_canceled_or_used_one_is_not(purchase, line, issued):
    close(purchase, issued)
    assert reissue(purchase, issued).units == 20
    canceled = purchase.issue(line, number="A-3")
    cancel(purchase, canceled)
    refused_at(None, "was canceled", reissue, purchase, canceled, number="A-4")
    used = purchase.issue(line, number="A-5")
    factories.make_delivery(used, happened_on=NOVEMBER, units=20, amount=1000)
    refused_at(None, "Nothing is left", reissue, purchase, used, number="A-6")


def test_a_reissue_begins_after_what_was_delivered(purchase, issued):
    factories.make_delivery(issued, happened_on=date(2027, 1, 1))
    refused_at("first_on", "Begin after it", reissue, purchase, issued)
    refused_at("number", "has the number", reissue, purchase, issued, number="A-1", first_on=date(2027, 1, 2))


def test_the_period_of_a_reissue_is_suggested(purchase, line):
    State.objects.update(fiscal_year_month=1)
    issued = purchase.issue(line, last_on=date(2026, 12, 31))
    issued.agreement = Agreement.objects.with_terms().select_related("area__state").get()
    assert authorizations.next_period(issued, TODAY) == (date(2027, 1, 1), date(2027, 6, 30))


# ---------------------------------------------------------------- At the same time
@pytest.mark.django_db(transaction=True)
def test_of_two_amendments_the_second_begins_from_the_first(purchase, issued):
    def change(units: int) -> Any:
        fresh = Authorization.objects.select_related("agreement", "line").get(pk=issued.pk)
        return amend(purchase, fresh, units=Decimal(units), amount=None)

    second = second_waits_for(lambda: change(30), lambda: change(40))
    assert (second.units_before, second.units_after) == (30, 40)


@pytest.mark.django_db(transaction=True)
def test_an_authorization_is_not_amended_once_somebody_has_closed_it(purchase, issued):
    outcome = second_waits_for(
        lambda: close(purchase, issued),
        lambda: amend(purchase, Authorization.objects.get(pk=issued.pk), units=Decimal(30)),
    )
    assert isinstance(outcome, CannotPurchase)
    assert Authorization.objects.get().units == 20


@pytest.mark.django_db(transaction=True)
def test_an_amendment_counts_what_is_delivered_at_the_same_moment(purchase, issued):
    def deliver() -> None:
        Authorization.objects.select_for_update(no_key=True).get(pk=issued.pk)
        factories.make_delivery(issued, happened_on=NOVEMBER, units=18, amount=900)

    outcome = second_waits_for(deliver, lambda: amend(purchase, issued, units=Decimal(10), amount=None))
    assert isinstance(outcome, CannotPurchase)


@pytest.mark.django_db(transaction=True)
def test_a_line_is_not_removed_while_it_is_authorized(purchase, line):
    outcome = second_waits_for(lambda: purchase.issue(line), lambda: lines.remove_line(line, **purchase.given))
    assert isinstance(outcome, CannotPurchase)
    line.refresh_from_db()
    assert not line.is_archived
