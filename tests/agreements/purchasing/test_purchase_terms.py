"""The terms of a purchase: parties, service lines, report duties, and ceilings after execution."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from agreements.models import Agreement, CeilingChange, PurchaseTerms, ReportDuty, ServiceLine
from agreements.purchasing import duties, lines, terms
from agreements.purchasing.agreement_locks import CannotPurchase
from agreements.purchasing.duties import due_by
from onestop.editing.versions import ChangedMeanwhile, version_of
from tests import factories
from tests.agreements.purchasing.purchase_world import Purchase, at, words
from tests.at_once import second_waits_for

LINE: dict[str, Any] = {"code": "SE", "name": "Supported employment", "unit": "hour", "ceiling": None, "note": ""}
DUTY: dict[str, Any] = {"name": "Monthly report", "line": None, "when": "monthly", "days": 14, "holds_payment": True}


@pytest.fixture
def sent(purchase) -> Purchase:
    """The purchase as if it had been signed in the portal."""
    Agreement.objects.filter(pk=purchase.agreement.pk).update(origin="template")
    purchase.agreement.refresh_from_db()
    return purchase


# ---------------------------------------------------------------- Parties
def test_terms_are_recorded_for_two_parties(purchase):
    PurchaseTerms.objects.all().delete()
    buyer, provider = purchase.parties()
    facts = {"purchaser": buyer, "provider": provider, "ceiling": Decimal(5000), "within_fiscal_year": False}
    held = terms.set_terms(Agreement.objects.get(), facts=facts, **purchase.given)
    assert (held.purchaser, held.provider, held.ceiling) == (buyer, provider, Decimal(5000))
    assert held.pays_within == 30


def test_the_parties_are_two_of_this_agreement(purchase, area):
    buyer, _provider = purchase.parties()
    stranger = factories.make_party(factories.make_agreement(area))
    for facts, field in (({"provider": buyer}, "provider"), ({"purchaser": stranger}, "purchaser")):
        with pytest.raises(CannotPurchase) as refused:
            terms.set_terms(purchase.agreement, facts=facts, **purchase.given)
        assert refused.value.field == field


def test_the_parties_stay_once_something_was_authorized(purchase, line):
    buyer, provider = purchase.parties()
    purchase.issue(line)
    with pytest.raises(CannotPurchase, match="Authorizations were issued"):
        terms.set_terms(purchase.agreement, facts={"purchaser": provider, "provider": buyer}, **purchase.given)
    terms.set_terms(purchase.agreement, facts={"pays_within": 45}, **purchase.given)
    assert purchase.terms.pays_within == 45


def test_only_a_purchase_has_terms_and_no_withdrawn_one(purchase, area):
    for agreement, match in (
        (factories.make_agreement(area), "Only a purchase"),
        (factories.make_agreement(area, kind="purchase", status="withdrawn"), "withdrawn"),
    ):
        with pytest.raises(CannotPurchase, match=match):
            terms.set_terms(agreement, facts={}, **purchase.given)


def test_who_saves_second_learns_what_the_first_has_changed(purchase):
    version = version_of(purchase.terms)
    terms.set_terms(purchase.agreement, facts={"pays_within": 45}, version=version, **purchase.given)
    with pytest.raises(ChangedMeanwhile):
        terms.set_terms(purchase.agreement, facts={"pays_within": 60}, version=version, **purchase.given)


# ---------------------------------------------------------------- Lines
def test_a_line_comes_with_its_first_rate(purchase):
    line = lines.add_line(purchase.agreement, facts=LINE, rate=Decimal("52.50"), **purchase.given)
    assert [(rate.effective_on, rate.amount) for rate in line.rates.all()] == [(date(2026, 7, 1), Decimal("52.50"))]
    second = lines.add_line(
        purchase.agreement, facts=LINE | {"code": "SE-2", "unit": "plan"}, rate=Decimal(1), **purchase.given
    )
    assert (second.position, second.rates.count()) == (2, 0)


def test_codes_are_unique_whatever_their_case_and_free_after_removal(purchase):
    line = lines.add_line(purchase.agreement, facts=LINE, **purchase.given)
    with pytest.raises(CannotPurchase, match="has the code se") as refused:
        lines.add_line(purchase.agreement, facts=LINE | {"code": "se"}, **purchase.given)
    assert refused.value.field == "code"
    lines.remove_line(line, **purchase.given)
    again = lines.add_line(purchase.agreement, facts=LINE, **purchase.given)
    with pytest.raises(CannotPurchase, match="has the code SE"):
        lines.restore_line(line, **purchase.given)
    lines.remove_line(again, **purchase.given)
    lines.restore_line(line, **purchase.given)
    assert purchase.agreement.service_lines.current().get() == line


def test_a_line_that_was_authorized_keeps_its_unit_and_stays_while_open(purchase, line):
    purchase.issue(line)
    with pytest.raises(CannotPurchase, match="was authorized"):
        lines.update_line(line, facts={"unit": "session"}, **purchase.given)
    with pytest.raises(CannotPurchase, match="open authorizations first: 1"):
        lines.remove_line(line, **purchase.given)
    assert lines.update_line(line, facts={"name": "Coaching"}, **purchase.given).name == "Coaching"


def test_a_line_has_a_code_a_name_and_not_too_many_beside_it(purchase, monkeypatch):
    for name in ("code", "name"):
        with pytest.raises(CannotPurchase, match="Enter the") as refused:
            lines.add_line(purchase.agreement, facts=LINE | {name: " "}, **purchase.given)
        assert refused.value.field == name
    monkeypatch.setattr(lines, "MOST_LINES", 0)
    with pytest.raises(CannotPurchase, match="at most"):
        lines.add_line(purchase.agreement, facts=LINE, **purchase.given)


def test_a_draft_without_dates_takes_lines_without_rates(purchase, area):
    draft = factories.make_agreement(area, kind="purchase", effective_on=None, expires_on=None, review_on=None)
    with pytest.raises(CannotPurchase, match="no effective date"):
        lines.add_line(draft, facts=LINE, rate=Decimal(50), **purchase.given)
    assert lines.add_line(draft, facts=LINE | {"ceiling": Decimal(100)}, **purchase.given)
    assert (
        lines.update_line(draft.service_lines.get(), facts={"ceiling": Decimal(200)}, **purchase.given).ceiling == 200
    )


@pytest.mark.parametrize("status", ["signing", "executed", "terminated"])
def test_terms_of_an_agreement_sent_for_signature_are_locked(purchase, line, status):
    duty = factories.make_report_duty(purchase.agreement)
    more: dict[str, Any] = {"executed_on": None} if status == "signing" else {}
    if status == "terminated":
        more = {"terminated_on": date(2027, 1, 1), "termination_reason": "Funds ended"}
    Agreement.objects.filter(pk=purchase.agreement.pk).update(origin="template", status=status, **more)
    for refused in (
        lambda: terms.set_terms(purchase.agreement, facts={"pays_within": 45}, **purchase.given),
        lambda: lines.add_line(purchase.agreement, facts=LINE, **purchase.given),
        lambda: lines.update_line(line, facts={"name": "X"}, **purchase.given),
        lambda: lines.remove_line(line, **purchase.given),
        lambda: lines.restore_line(line, **purchase.given),
        lambda: duties.add_duty(purchase.agreement, facts=DUTY, **purchase.given),
        lambda: duties.update_duty(duty, facts=DUTY, **purchase.given),
        lambda: duties.remove_duty(duty, **purchase.given),
    ):
        with pytest.raises(CannotPurchase, match="sent for signature"):
            refused()


# ---------------------------------------------------------------- Report duties
def test_duties_are_added_edited_removed_and_restored(purchase, line, area):
    duty = duties.add_duty(purchase.agreement, facts=DUTY, **purchase.given)
    duties.update_duty(duty, facts={"days": 10, "line": line}, **purchase.given)
    duties.remove_duty(duty, **purchase.given)
    assert not purchase.agreement.report_duties.current().exists()
    duties.restore_duty(duty, **purchase.given)
    duty.refresh_from_db()
    assert (duty.days, duty.line, duty.is_archived) == (10, line, False)
    other = factories.make_service_line(factories.make_agreement(area, kind="purchase"))
    with pytest.raises(CannotPurchase, match="service of this agreement"):
        duties.update_duty(duty, facts={"line": other}, **purchase.given)
    with pytest.raises(CannotPurchase, match="name of the report"):
        duties.add_duty(purchase.agreement, facts=DUTY | {"name": ""}, **purchase.given)


def test_monthly_reports_cover_each_month_of_an_authorization():
    duty = ReportDuty(when="monthly", days=14)
    found = [
        (each.covers_from, each.covers_to, each.due_on) for each in due_by(duty, date(2026, 11, 9), date(2027, 1, 5))
    ]
    assert found == [
        (date(2026, 11, 9), date(2026, 11, 30), date(2026, 12, 14)),
        (date(2026, 12, 1), date(2026, 12, 31), date(2027, 1, 14)),
        (date(2027, 1, 1), date(2027, 1, 5), date(2027, 2, 14)),
    ]


def test_reports_after_the_start_and_after_the_end_are_due_once():
    first, last = date(2026, 11, 9), date(2027, 1, 5)
    [after] = due_by(ReportDuty(when="after_start", days=30), first, last)
    assert (after.covers_to, after.due_on) == (date(2026, 12, 9), date(2026, 12, 9))
    [late] = due_by(ReportDuty(when="after_start", days=90), first, last)
    assert (late.covers_to, late.due_on) == (last, date(2027, 2, 7))
    [end] = due_by(ReportDuty(when="after_end", days=14), first, last)
    assert (end.covers_from, end.covers_to, end.due_on) == (first, last, date(2027, 1, 19))


# ---------------------------------------------------------------- Ceilings
def test_a_ceiling_changes_after_execution_with_a_reason(sent, line):
    amendment = factories.make_agreement(
        sent.agreement.area, kind="amendment", amends=sent.agreement, status="executed", executed_on=date(2026, 10, 1)
    )
    terms.change_ceiling(sent.agreement, after=Decimal(60_000), reason="Second year", amendment=amendment, **sent.given)
    terms.change_ceiling(sent.agreement, line, after=None, reason="No limit", **sent.given)
    line.refresh_from_db()
    assert (sent.terms.ceiling, line.ceiling) == (60_000, None)
    changes = CeilingChange.objects.order_by("pk").values_list("line", "before", "after", "amendment")
    assert list(changes) == [(None, None, 60_000, amendment.pk), (line.pk, 20_000, None, None)]


def test_a_ceiling_is_not_edited_after_execution(purchase, line):
    with pytest.raises(CannotPurchase, match="with the reason") as refused:
        terms.set_terms(purchase.agreement, facts={"ceiling": Decimal(1)}, **purchase.given)
    assert refused.value.field == "ceiling"
    with pytest.raises(CannotPurchase, match="with the reason"):
        lines.update_line(line, facts={"ceiling": Decimal(1)}, **purchase.given)


def test_a_ceiling_is_refused_that_changes_nothing_or_is_below_what_was_approved(purchase, line, area):
    issued = purchase.issue(line)
    delivery = factories.make_delivery(issued, happened_on="2026-11-20")
    factories.make_invoice(purchase.agreement, delivery, status="paid")
    draft = factories.make_agreement(area, kind="purchase")

    def change(field: str | None, agreement: Agreement = purchase.agreement, **given: Any) -> None:
        named: dict[str, Any] = {"after": Decimal(500), "reason": "More", **purchase.given}
        with pytest.raises(CannotPurchase) as refused:
            terms.change_ceiling(agreement, given.pop("line", line), **named | given)
        assert refused.value.field == field

    change("after", after=Decimal(20_000))
    change("after", after=Decimal("99.99"))
    change("after", line=None, after=Decimal("99.99"))
    change("after", line=None, after=None)
    change("reason", reason=" ")
    change("amendment", amendment=draft)
    change(None, draft)
    terms.change_ceiling(purchase.agreement, line, after=Decimal(100), reason="Less", **purchase.given)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_change_a_ceiling_the_second_sees_the_first(purchase, line):
    def change(amount: int) -> CeilingChange:
        fresh = ServiceLine.objects.select_related("agreement").get(pk=line.pk)
        return terms.change_ceiling(fresh.agreement, fresh, after=Decimal(amount), reason="More", **purchase.given)

    second = second_waits_for(lambda: change(25_000), lambda: change(30_000))
    assert (second.before, second.after) == (25_000, 30_000)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_milestones_the_second_replaces_those_of_the_first(purchase, plan):
    def put(name: str) -> Any:
        return lines.set_milestones(plan, steps=[(name, Decimal(100))], **purchase.given)

    second_waits_for(lambda: put("First"), lambda: put("Second"))
    assert plan.steps.get().name == "Second"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_the_same_terms_the_second_is_told(purchase):
    version = version_of(purchase.terms)

    def put(days: int) -> PurchaseTerms:
        return terms.set_terms(purchase.agreement, facts={"pays_within": days}, version=version, **purchase.given)

    assert isinstance(second_waits_for(lambda: put(45), lambda: put(60)), ChangedMeanwhile)
    assert purchase.terms.pays_within == 45


@pytest.mark.django_db(transaction=True)
def test_a_line_is_not_removed_while_another_verb_holds_it(purchase, line):
    def hold() -> None:
        ServiceLine.objects.select_for_update(no_key=True).get(pk=line.pk)
        factories.make_authorization(line)

    outcome = second_waits_for(hold, lambda: lines.remove_line(line, **purchase.given))
    assert isinstance(outcome, CannotPurchase)


# ---------------------------------------------------------------- The pages
def test_the_page_leads_from_nothing_to_terms(as_, purchase):
    PurchaseTerms.objects.all().delete()
    client, url = as_("staff"), at("purchase_terms", purchase.agreement.pk)
    assert "No terms recorded yet" in words(client.get(url))
    edit = at("purchase_terms_edit", purchase.agreement.pk)
    form = client.get(edit).context["form"]
    buyer, provider = purchase.parties()
    assert {form.initial["purchaser"], form.initial["provider"]} == {buyer.pk, provider.pk}
    sent = {"purchaser": buyer.pk, "provider": provider.pk, "ceiling": "9000.00", "pays_within": "30", "version": ""}
    page = words(client.post(edit, sent, follow=True))
    assert "$9,000.00" in page
    assert "No services yet" in page
    assert "ceiling" not in client.get(edit).context["form"].fields
    assert "Choose the party." in words(client.post(edit, sent | {"purchaser": ""}))


def test_a_service_is_added_edited_and_removed_on_the_page(as_, purchase):
    client, pk = as_("staff"), purchase.agreement.pk
    page = client.post(at("service_line_add", pk), {**LINE, "ceiling": "", "rate": "52.50"}, follow=True)
    assert "$52.50" in words(page)
    assert "In force" in words(page)
    line = ServiceLine.objects.get()
    answer = client.post(at("service_line_add", pk), {"code": "P", "name": "Placement", "unit": "plan"})
    plan = ServiceLine.objects.get(code="P")
    assert answer.url == at("milestone_plan_edit", plan.pk)
    form = client.get(at("service_line_edit", line.pk)).context["form"]
    sent = {"version": form.version, "code": "SE", "name": "Coaching", "unit": "hour", "note": ""}
    assert "SE Coaching" in words(client.post(at("service_line_edit", line.pk), sent, follow=True))
    assert client.post(at("service_line_edit", line.pk), sent | {"name": "Late"}).status_code == 200  # saved meanwhile
    assert ServiceLine.objects.get(pk=line.pk).name == "Coaching"
    client.post(at("service_line_remove", line.pk))
    assert client.get(at("purchase_terms", pk)).context["lines"][0]["line"] == plan
    client.post(at("service_line_restore", line.pk))
    assert not ServiceLine.objects.get(pk=line.pk).is_archived


def test_reports_and_ceilings_are_recorded_on_the_page(as_, purchase, line):
    client, pk = as_("staff"), purchase.agreement.pk
    sent = {"name": "Placement report", "when": "after_start", "days": "30", "line": line.pk}
    page = words(client.post(at("report_duty_add", pk), sent, follow=True))
    assert "Once, 30 days after the authorization begins" in page
    duty = ReportDuty.objects.get()
    form = client.get(at("report_duty_edit", duty.pk)).context["form"]
    page = client.post(at("report_duty_edit", duty.pk), sent | {"version": form.version, "days": "1"}, follow=True)
    assert "Once, 1 day after the authorization begins" in words(page)
    client.post(at("report_duty_remove", duty.pk))
    client.post(at("report_duty_restore", duty.pk))
    assert not ReportDuty.objects.get().is_archived
    for name, what in (("ceiling_change", pk), ("line_ceiling_change", line.pk)):
        page = words(client.post(at(name, what), {"after": "70000", "reason": "Second year"}, follow=True))
        assert "$70,000.00" in page
        assert "already" in words(client.post(at(name, what), {"after": "70000", "reason": "Second year"}))


def test_refused_buttons_say_why(as_, sent, line):
    duty = factories.make_report_duty(sent.agreement)
    for name, what in (
        ("service_line_remove", line), ("service_line_restore", line), ("report_duty_remove", duty),
        ("report_duty_restore", duty),
    ):  # fmt: skip
        assert "was sent for signature" in words(as_("staff").post(at(name, what.pk), follow=True))
    assert "part of an agreement that was sent" in words(as_("staff").get(at("purchase_terms", sent.agreement.pk)))


def test_the_page_costs_the_same_for_1_line_and_10(as_, purchase, line, plan, queries_of):
    client, url = as_("staff"), at("purchase_terms", purchase.agreement.pk)
    factories.make_report_duty(purchase.agreement, line=line)
    terms.change_ceiling(purchase.agreement, line, after=None, reason="No limit", **purchase.given)
    client.get(url)
    few = queries_of(lambda: client.get(url))
    for number in range(9):
        factories.make_report_duty(purchase.agreement, line=factories.make_milestone_plan(purchase.agreement))
        more = factories.make_service_line(purchase.agreement)
        factories.make_rate(more, effective_on=date(2027, 1, 1))
        terms.change_ceiling(purchase.agreement, more, after=Decimal(number), reason="Limit", **purchase.given)
    assert queries_of(lambda: client.get(url)) == few
