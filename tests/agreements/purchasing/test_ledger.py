"""The ledger of a purchase: it foots, it counts what counts, it is the same for both sides and costs the same."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from agreements.models import Agreement
from agreements.purchasing.ledger import Ledger, Sums, ledger_of, ledgers_of
from agreements.purchasing.ledger_rows import LISTED, ROOM, ledger_rows
from agreements.purchasing.listing import with_sums
from agreements.purchasing.overview import overview_of
from partners.models import Role
from tests import factories

TODAY = date(2026, 11, 20)


def at(name: str, *args: object) -> str:
    return reverse(f"agreements:{name}", args=args)


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def dollars(sums: Sums) -> list[int]:
    return [int(getattr(sums, name)) for name in ("authorized", "released", "delivered", "left")]


def fresh(agreement: Agreement) -> Agreement:
    return Agreement.objects.select_related("purchase_terms").with_terms().get(pk=agreement.pk)


@pytest.fixture
def other(area):
    return factories.make_partnership(area, name="Department of Rehabilitation")


@pytest.fixture
def sold(partner, other) -> Agreement:
    """A purchase in which the partner provides."""
    return factories.make_purchase(other, partner, ceiling=50_000)


@pytest.fixture
def line(sold):
    return factories.make_service_line(sold, ceiling=Decimal(2000))


@pytest.fixture
def ledger(sold, line) -> Ledger:
    """One open authorization with entries of every kind, one closed, one canceled, and one of another line."""
    opened = factories.make_authorization(line, number="A-1")
    for status in ("paid", "approved", "submitted", "draft", "rejected"):
        factories.make_invoice(sold, factories.make_delivery(opened), status=status)
    first = factories.make_delivery(opened, amount=Decimal("50.00"), units=1)
    credit = factories.make_delivery(opened, corrects=first, units=-1, amount=Decimal("-50.00"))
    factories.make_invoice(sold, first, status="paid")
    factories.make_invoice(sold, credit, kind="credit", status="approved")
    factories.make_delivery(opened, withdrawn_at=timezone.now())
    factories.make_ceiling_exception(sold, authorization=opened, amount=Decimal("70.00"))
    factories.make_ceiling_exception(sold, line=line, amount=Decimal("500.00"))
    factories.make_ceiling_exception(sold, amount=Decimal("1000.00"))
    over = {"closed_on": date(2026, 11, 2), "close_reason": "Hired"}
    closed = factories.make_authorization(line, number="A-2", status="closed", **over)
    factories.make_delivery(closed)
    factories.make_authorization(line, number="A-3", status="canceled", **over)
    plan = factories.make_milestone_plan(sold)
    factories.make_authorization(plan, number="A-4", amount=Decimal("4500.00"))
    return ledger_of(fresh(sold))


def test_it_foots_from_authorizations_to_the_agreement(ledger):
    assert {entry.authorization.number: dollars(entry.sums) for entry in ledger.entries} == {
        "A-1": [1070, 0, 500, 570],
        "A-2": [1000, 900, 100, 0],
        "A-3": [1000, 1000, 0, 0],
        "A-4": [4500, 0, 0, 4500],
    }
    assert dollars(ledger.sums) == [7570, 1900, 600, 5070]
    assert ledger.sums == Sums.total(line.sums for line in ledger.lines)
    for sums in [ledger.sums, *(line.sums for line in ledger.lines), *(entry.sums for entry in ledger.entries)]:
        assert sums.authorized == sums.delivered + sums.left + sums.released


def test_drafts_rejected_invoices_and_withdrawn_deliveries_do_not_count(ledger):
    sums = ledger.sums
    assert (sums.invoiced, sums.approved, sums.paid) == (Decimal("300.00"), Decimal("200.00"), Decimal("150.00"))
    assert (sums.to_approve, sums.to_pay, sums.uninvoiced) == (Decimal("100.00"), Decimal("50.00"), Decimal("300.00"))


def test_ceilings_grow_by_exceptions_of_their_own(ledger):
    line = ledger.lines[0]
    assert (line.ceiling.allowed, line.ceiling.left, line.ceiling.percent) == (2500, 1900, 24)
    assert (ledger.ceiling.allowed, ledger.ceiling.left) == (51_000, 50_400)
    assert ledger.lines[1].ceiling is None
    assert ledger.total == 51_000


def test_the_list_has_the_same_sums(ledger, sold):
    [row] = with_sums(Agreement.objects.filter(pk=sold.pk), TODAY)
    sums = ledger.sums
    assert (row.delivered, row.left, row.approved, row.paid) == (sums.delivered, sums.left, sums.approved, sums.paid)
    assert row.authorized == sums.authorized - sums.released
    assert (row.waiting, row.late) == (1, 0)


def test_a_purchase_without_entries_is_empty(partner, other):
    agreement = fresh(factories.make_purchase(other, partner))
    found = ledger_of(agreement)
    assert (found.lines, found.sums, found.ceiling) == ((), Sums(), None)
    assert found.total == 0
    [row] = with_sums(Agreement.objects.filter(pk=agreement.pk), TODAY)
    assert (row.authorized, row.left, row.waiting) == (0, 0, 0)


def test_an_archived_line_stays_if_something_was_authorized(sold, line):
    factories.make_service_line(sold, archived_at=timezone.now())
    factories.make_authorization(line)
    type(line).objects.filter(pk=line.pk).update(archived_at=timezone.now())
    assert [each.line.pk for each in ledger_of(fresh(sold)).lines] == [line.pk]


def test_ledgers_and_pages_cost_the_same_for_one_and_for_many(area, partner, other, as_):
    one = factories.make_purchase(other, partner, ceiling=900)
    fill(one)
    client = as_("manager")
    for page in (at("purchase_detail", one.pk), at("purchase_list", area.slug)):
        client.get(page)
    before = [count(client, at("purchase_detail", one.pk)), count(client, at("purchase_list", area.slug))]
    several = [one]
    for _number in range(3):
        fill(one)
        several.append(factories.make_purchase(other, partner, ceiling=900))
        fill(several[-1])
    after = [count(client, at("purchase_detail", one.pk)), count(client, at("purchase_list", area.slug))]
    assert after == before
    rows = [fresh(each) for each in several]
    with CaptureQueriesContext(connection) as queries:
        assert len(ledgers_of(rows)) == 4
    assert len(queries) == 5
    with CaptureQueriesContext(connection) as queries:
        overview_of(rows[0], today=TODAY)
    assert len(queries) == 9


def fill(agreement: Agreement) -> None:
    line = factories.make_service_line(agreement)
    authorization = factories.make_authorization(line)
    factories.make_invoice(agreement, factories.make_delivery(authorization), status="submitted")
    factories.make_invoice(agreement, factories.make_delivery(authorization), status="approved")
    factories.make_due_report(authorization, factories.make_report_duty(agreement))
    factories.make_authorization(line, replaces=authorization)


def count(client: Any, page: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(page).status_code == 200
    return len(queries)


# ---------------------------------------------------------------- Pages
def test_both_sides_see_the_same_ledger(ledger, sold, other, as_, client):
    page = words(as_("manager").get(at("purchase_detail", sold.pk)))
    buyer = factories.seat(Role.MANAGER, other)
    client.force_login(buyer)
    assert sums_in(words(client.get(at("purchase_detail", sold.pk)))) == sums_in(page)
    for each in ("$7,570.00", "$1,900.00 released", "$70.00 by exception", "$5,070.00", "Closed", "Canceled"):
        assert each in page
    assert "Department of Rehabilitation buys from" in page
    assert "Ceiling $2,500.00, $1,900.00 of it is left" in page


def sums_in(page: str) -> str:
    return page[page.index('id="ledger"') : page.index("</table>", page.index('id="ledger"'))]


def test_with_hundreds_of_authorizations_the_page_shows_what_ends_next(sold, line, as_):
    plan = factories.make_milestone_plan(sold)
    plan_authorization = factories.make_authorization(plan, number="PLAN-1")
    several = [factories.make_authorization(line, number=f"A-{number:03}") for number in range(ROOM + 10)]
    last = factories.make_authorization(line, number="LAST", last_on=date(2027, 6, 30))
    soon = factories.make_authorization(line, number="SOON", last_on=date(2026, 10, 1))
    factories.make_authorization(line, number="GONE", status="closed", closed_on=TODAY, close_reason="Hired")
    rows = ledger_rows(overview_of(fresh(sold), today=TODAY))
    assert [(row.number, len(row.entries), row.is_cut) for row in rows] == [(ROOM + 13, ROOM // 2, True), (1, 1, False)]
    assert rows[0].entries[0][0].authorization == soon
    for duty in range(LISTED + 1):
        factories.make_due_report(soon, factories.make_report_duty(sold, name=f"Report {duty}"))
    for each in several[: LISTED + 1]:
        factories.make_invoice(sold, factories.make_delivery(each), status="submitted")
    page = words(as_("manager").get(at("purchase_detail", sold.pk)))
    assert f"View all {ROOM + 13} authorizations of {line.code}" in page
    assert f"{ROOM // 2} are shown here" in page
    assert f'href="{at("authorization_list", sold.pk)}?line={line.pk}"' in page
    assert plan_authorization.number in page
    assert last.number not in page
    assert f"The {LISTED} longest overdue of {LISTED + 1} are shown." in page
    assert f"The {LISTED} oldest of {LISTED + 1} are shown." in page
    assert page.count('class="op-ledger__entry"') == ROOM // 2 + 2


def test_without_terms_the_page_leads_to_them(area, partner, as_):
    agreement = factories.make_agreement(area, kind="purchase", status="executed", executed_on=TODAY)
    factories.make_party(agreement, partner)
    assert "Record the terms" in words(as_("staff").get(at("purchase_detail", agreement.pk)))
    page = words(as_("manager").get(at("purchase_detail", agreement.pk)))
    assert "The terms of this purchase are not recorded yet" in page
    assert "Record the terms" not in page
    assert "Terms not recorded" in words(as_("manager").get(at("purchase_list", area.slug)))


def test_an_agreement_of_another_kind_has_no_ledger(area, partner, as_):
    agreement = factories.make_agreement(area, status="executed", executed_on=TODAY)
    assert as_("staff").get(at("purchase_detail", agreement.pk)).status_code == 404


def test_the_exports_have_each_level(ledger, sold, as_):
    answer = as_("manager").get(at("purchase_detail", sold.pk) + "?export=csv")
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert [row[0] for row in rows] == [
        "Level", "Authorization", "Authorization", "Authorization", "Service line", "Authorization", "Service line",
        "Agreement",
    ]  # fmt: skip
    assert {len(row) for row in rows} == {20}
    heads = rows[0]
    last = dict(zip(heads, rows[-1], strict=True))
    assert (last["Authorized"], last["Released"], last["Left"]) == ("7570.00", "1900.00", "5070.00")
    assert (last["Ceiling"], last["Exceptions from the ceiling"]) == ("50000.00", "1000.00")
    answer = as_("manager").get(at("purchase_detail", sold.pk) + "?export=xlsx")
    sheet: Any = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    assert sheet.max_row == 8
    assert sheet.cell(8, heads.index("Left") + 1).value == 5070


def test_the_list_filters_and_exports(area, partner, other, sold, line, as_):
    authorization = factories.make_authorization(line)
    quiet = factories.make_purchase(partner, other, title="Quiet purchase")
    factories.make_due_report(authorization, factories.make_report_duty(sold))
    factories.make_invoice(sold, factories.make_delivery(authorization), status="submitted")
    client, page = as_("staff"), at("purchase_list", area.slug)
    assert {row.pk for row in shown(client.get(page))} == {sold.pk, quiet.pk}
    for filters, found in {
        "needs=waiting": {sold.pk},
        "needs=late": {sold.pk},
        "needs=used_up": set(),
        "needs=no_terms": set(),
        "q=quiet": {quiet.pk},
        f"partner={partner.pk}": {sold.pk, quiet.pk},
        "standing=draft": set(),
        "sort=left": {sold.pk, quiet.pk},
        "sort=-late": {sold.pk, quiet.pk},
    }.items():
        assert {row.pk for row in shown(client.get(f"{page}?{filters}"))} == found, filters
    answer = client.get(f"{page}?export=csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    by_title = {row["Purchase"]: row for row in rows}
    assert by_title[f"{sold.number} {sold.title}"]["Left"] == "900.00"
    assert by_title[f"{sold.number} {sold.title}"]["Late reports"] == "1"


def shown(answer: Any) -> list[Any]:
    return [row.record for row in answer.context["table"].page.object_list]


# ---------------------------------------------------------------- Warnings
def warnings(agreement: Agreement, today: date = TODAY) -> str:
    return " ".join(each.words for each in overview_of(fresh(agreement), today=today).warnings)


def test_a_ceiling_that_is_nearly_reached_is_a_warning(sold, line):
    authorization = factories.make_authorization(line, amount=Decimal(3000), units=60)
    factories.make_delivery(authorization, amount=Decimal(1599), units=30)
    assert "of the ceiling" not in warnings(sold)
    factories.make_delivery(authorization, amount=Decimal(1), units=1)
    assert f"80% of the ceiling of {line} is delivered: $400.00 is left." in warnings(sold)
    factories.make_delivery(authorization, amount=Decimal(400), units=1)
    assert f"The ceiling of {line} is reached." in warnings(sold)
    factories.make_ceiling_exception(sold, line=line, amount=Decimal(5000))
    assert "of the ceiling" not in warnings(sold)


def test_authorizations_that_need_somebody_are_named(sold, line):
    ends = factories.make_authorization(line, number="A-ends", last_on=TODAY + timedelta(days=30))
    factories.make_authorization(line, number="A-later", last_on=TODAY + timedelta(days=31))
    factories.make_authorization(line, number="A-over", last_on=TODAY - timedelta(days=1))
    used = factories.make_authorization(line, number="A-used", amount=Decimal(100), units=None)
    factories.make_delivery(used)
    said = warnings(sold)
    assert "A-ends ends within 30 days." in said
    assert "A-over has ended and is still open." in said
    assert "A-used is used up." in said
    assert "A-later" not in said
    for number in range(5):
        factories.make_authorization(line, number=f"A-more-{number}", last_on=ends.last_on)
    assert "and 2 more end within 30 days." in warnings(sold)


def test_no_more_units_is_used_up_although_money_is_left(sold, line):
    authorization = factories.make_authorization(line, units=2)
    factories.make_delivery(authorization)
    assert f"{authorization.number} is used up." in warnings(sold)


def test_a_line_without_a_rate_today_is_a_warning(sold):
    line = factories.make_service_line(sold, rate="")
    factories.make_milestone_plan(sold)
    assert f"No rate is in force for {line}." in warnings(sold)
    factories.make_rate(line, effective_on=TODAY)
    assert "No rate" not in warnings(sold)


def test_late_reports_overdue_invoices_and_the_forecast_are_warnings(partner, other):
    agreement = factories.make_purchase(other, partner, ceiling=300)
    authorization = factories.make_authorization(factories.make_service_line(agreement), amount=Decimal(5000))
    duty = factories.make_report_duty(agreement)
    factories.make_due_report(authorization, duty, due_on=TODAY - timedelta(days=1))
    factories.make_due_report(authorization, duty, covers_from=date(2026, 10, 1), due_on=TODAY)
    invoice = factories.make_invoice(agreement, factories.make_delivery(authorization), status="approved")
    said = warnings(agreement)
    assert "1 report is late." in said
    assert "past the day" not in said
    assert "the money is used up around" in said
    assert invoice.due_on
    later = warnings(agreement, invoice.due_on + timedelta(days=1))
    assert "1 invoice is past the day by which it should be paid." in later
    assert "2 reports are late." in later


# ---------------------------------------------------------------- Ways to the page
def test_the_agreement_leads_to_its_ledger(sold, area, partner, as_):
    assert at("purchase_detail", sold.pk) in words(as_("manager").get(sold.get_absolute_url()))
    mou = factories.make_agreement(area, status="executed", executed_on=TODAY)
    factories.make_party(mou, partner)
    assert "/purchase/" not in words(as_("manager").get(mou.get_absolute_url()))


def test_the_pages_of_both_partners_show_the_purchase(ledger, sold, partner, other, neighbor_partner, as_):
    client = as_("staff")
    for each, role in ((partner, "Provider, for Department of"), (other, f"Purchaser, from {partner}")):
        page = words(client.get(reverse("partners:partnership_detail", args=[each.pk])))
        assert role in page
        assert at("purchase_detail", sold.pk) in page
        assert "1 invoice to approve" in page
    assert "neither buys nor provides" in words(
        client.get(reverse("partners:partnership_detail", args=[neighbor_partner.pk]))
    )
