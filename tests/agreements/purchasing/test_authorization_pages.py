"""The pages of authorizations: the list, one of them, and the forms that change it."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from agreements.models import Agreement, Authorization, PurchaseTerms
from agreements.purchasing import authorizations
from tests import factories
from tests.agreements.purchasing.purchase_world import Purchase, at, make_purchase, words

TODAY = timezone.localdate()
DAY = timedelta(days=1)


@pytest.fixture
def purchase(area, partner, cast) -> Purchase:
    """A purchase whose term and fiscal year last whenever the tests run."""
    days = {"effective_on": TODAY - 300 * DAY, "expires_on": TODAY + 300 * DAY, "executed_on": TODAY - 301 * DAY}
    return make_purchase(area, partner, cast["staff"], within_fiscal_year=False, **days)


@pytest.fixture
def line(purchase):
    line = factories.make_service_line(purchase.agreement, code="JC", rate="")
    factories.make_rate(line, effective_on=TODAY - 300 * DAY)
    return line


def make(line, first: int = -10, last: int = 60, **fields: Any) -> Authorization:
    days = {"first_on": TODAY + first * DAY, "last_on": TODAY + last * DAY, "issued_on": TODAY - 200 * DAY}
    return factories.make_authorization(line, **days | fields)


@pytest.fixture
def listed(as_, purchase):
    def get(**query: Any) -> list[Authorization]:
        answer = as_("staff").get(at("authorization_list", purchase.agreement.pk), query)
        return [row.record for row in answer.context["table"].page.object_list]

    return get


# ---------------------------------------------------------------- The list
def test_the_list_filters_by_state(line, listed):
    rows = {
        "open": make(line),
        "soon": make(line, last=30),
        "to_come": make(line, first=1),
        "used_up": make(line, amount=100),
        "ended": make(line, last=-1),
        "closed": make(line, status="closed", closed_on=TODAY, close_reason="Hired"),
        "canceled": make(line, status="canceled", closed_on=TODAY, close_reason="Moved"),
    }
    factories.make_delivery(rows["used_up"], happened_on=TODAY)
    for state, row in rows.items():
        assert listed(state=state) == [row], state
    assert len(listed()) == 7


def test_the_list_searches_sorts_and_exports(as_, purchase, line, listed):
    first = make(line, number="A-1", reference="K-7", amount=500)
    second = make(factories.make_service_line(purchase.agreement), number="A-2", amount=900)
    assert listed(q="k-7") == [first]
    assert listed(line=second.line_id) == [second]
    assert listed(sort="-amount") == [second, first]
    for column in ("number", "service", "state", "first_on", "last_on", "units", "delivered_amount", "left_amount"):
        assert len(listed(sort=column)) == 2
    answer = as_("staff").get(at("authorization_list", purchase.agreement.pk), {"export": "csv", "sort": "number"})
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    header, row, _other = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert header[0] == "Authorization"
    assert (row[0], row[2], row[6]) == ("A-1", "Open", "500.00")


def test_the_list_says_what_to_do_first(as_, purchase, line):
    url = at("authorization_list", purchase.agreement.pk)
    assert "Issue an authorization" in words(as_("staff").get(url))
    assert "Issue an authorization" not in words(as_("manager").get(url))
    PurchaseTerms.objects.all().delete()
    assert "View the terms" in words(as_("staff").get(url))


def test_the_list_costs_the_same_for_1_and_10(as_, purchase, line, queries_of):
    client, url = as_("staff"), at("authorization_list", purchase.agreement.pk)
    factories.make_delivery(make(line))
    client.get(url)
    few = queries_of(lambda: client.get(url))
    for _number in range(9):
        factories.make_delivery(make(line))
    assert queries_of(lambda: client.get(url)) == few


# ---------------------------------------------------------------- One authorization
def test_the_page_shows_what_is_left_and_what_happened(as_, purchase, line):
    duty = factories.make_report_duty(purchase.agreement)
    issued = make(line, note="Reads large print.")
    delivery = factories.make_delivery(issued, happened_on=TODAY, note="At the library")
    factories.make_delivery(issued, happened_on=TODAY, withdrawn_at=timezone.now())
    factories.make_delivery(issued, happened_on=TODAY, corrects=delivery, units=-1, amount=-50)
    factories.make_due_report(issued, duty, due_on=TODAY - DAY)
    authorizations.amend_authorization(
        issued, facts={"units": Decimal(21), "amount": Decimal(1050)}, reason="One more", by=purchase.staff,
        at=timezone.now(),
    )  # fmt: skip
    page = words(as_("staff").get(at("authorization_detail", issued.pk)))
    for text in ("$1,050.00", "$50.00", "$1,000.00", "20 units", "At the library", "Withdrawn", "Correction", "Late",
                 "One more", "Units: 20 to 21.", "Amount: $1,000.00 to $1,050.00."):  # fmt: skip
        assert text in page, text


def test_the_page_of_a_plan_shows_what_each_milestone_pays(as_, purchase):
    plan = factories.make_milestone_plan(purchase.agreement)
    issued = make(plan, amount=500)
    factories.make_delivery(issued, step=plan.steps.get(position=1), units=1, rate=150, amount=150, happened_on=TODAY)
    milestones = as_("staff").get(at("authorization_detail", issued.pk)).context["milestones"]
    assert [(each.amount, each.is_reached) for each in milestones] == [(150, True), (150, False), (200, False)]


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"last": -1}, "Its last day has passed"),
        ({"amount": 100}, "Nothing is left"),
        ({"status": "closed", "closed_on": TODAY, "close_reason": "Hired"}, ": Hired"),
        ({"status": "canceled", "closed_on": TODAY, "close_reason": "Moved"}, ": Moved"),
    ],
)
def test_the_page_says_what_is_to_be_known(as_, line, fields, text):
    issued = make(line, **fields)
    factories.make_delivery(issued, happened_on=TODAY - 2 * DAY)
    assert text in words(as_("staff").get(at("authorization_detail", issued.pk)))


def test_the_page_costs_the_same_for_1_delivery_and_10(as_, purchase, line, queries_of):
    duty = factories.make_report_duty(purchase.agreement)
    issued = make(line)
    client, url = as_("staff"), at("authorization_detail", issued.pk)

    def add(number: int) -> None:
        factories.make_delivery(issued, happened_on=TODAY, by=factories.make_user())
        factories.make_due_report(issued, duty, covers_from=date(2026, 1, 1) + number * DAY)
        authorizations.amend_authorization(
            issued, facts={"units": Decimal(30 + number)}, reason="More", by=None, at=timezone.now()
        )

    add(0)
    client.get(url)
    few = queries_of(lambda: client.get(url))
    for number in range(1, 10):
        add(number)
    assert queries_of(lambda: client.get(url)) == few


def test_a_long_page_shows_the_last_deliveries_only(as_, line):
    issued = make(line)
    for number in range(51):
        factories.make_delivery(issued, happened_on=TODAY - number * DAY, units=Decimal("0.01"))
    answer = as_("staff").get(at("authorization_detail", issued.pk))
    assert len(answer.context["deliveries"]) == 50
    assert "Earlier deliveries are not shown here" in words(answer)


# ---------------------------------------------------------------- Forms
def days(first: int, last: int) -> dict[str, str]:
    return {"first_on": f"{TODAY + first * DAY}", "last_on": f"{TODAY + last * DAY}", "issued_on": f"{TODAY}"}


def test_an_authorization_is_issued_on_its_page(as_, purchase, line):
    client, url = as_("staff"), at("authorization_add", purchase.agreement.pk)
    form = client.get(url, {"line": line.pk}).context["form"]
    assert (form.initial["line"], form.initial["number"]) == (line.pk, f"{purchase.agreement.number}-001")
    sent = {"line": line.pk, "number": "A-1", "reference": "K-7", "units": "12", "amount": "", **days(1, 30)}
    assert "is issued" in words(client.post(url, sent, follow=True))
    assert Authorization.objects.get().amount == 600
    page = words(client.post(url, sent | {"number": "A-2", "reference": "Ann Smith"}))
    assert "A reference without a digit may be a name." in page
    assert "Choose the service." in words(client.post(url, sent | {"line": ""}))
    PurchaseTerms.objects.update(within_fiscal_year=True)
    assert "fiscal year" in words(client.get(url))


def test_an_authorization_is_amended_on_its_page(as_, line):
    issued = make(line)
    client, url = as_("staff"), at("authorization_amend", issued.pk)
    form = client.get(url).context["form"]
    sent = {"version": form.version, "units": "30", "amount": "", "last_on": f"{issued.last_on}", "reason": "More"}
    assert "The authorization is amended." in words(client.post(url, sent, follow=True))
    answer = client.post(url, sent | {"units": "40"})
    assert answer.status_code == 200
    issued.refresh_from_db()
    assert issued.units == 30
    form = client.get(url).context["form"]
    assert "Nothing would change" in words(client.post(url, sent | {"version": form.version}))


def test_an_authorization_is_closed_or_canceled_on_its_page(as_, line):
    client, issued = as_("staff"), make(line)
    url = at("authorization_close", issued.pk)
    assert "Enter the reason." in words(client.post(url, {"on": f"{TODAY}", "reason": ""}))
    assert "is closed." in words(client.post(url, {"on": f"{TODAY}", "reason": "Hired"}, follow=True))
    assert "can no longer be changed" in words(client.post(url, {"on": f"{TODAY}", "reason": "Hired"}))
    second = make(line)
    url = at("authorization_cancel", second.pk)
    assert "is canceled." in words(client.post(url, {"reason": "Moved away"}, follow=True))
    assert "can no longer be changed" in words(client.post(url, {"reason": "Moved away"}))


def test_the_provider_records_deliveries_and_finds_reports_from_the_page(as_, purchase, line):
    open_one, later = make(line), make(line, first=1)
    report = factories.make_due_report(open_one, factories.make_report_duty(purchase.agreement))
    client, address = as_("manager"), at("delivery_add", open_one.pk)
    page = words(client.get(open_one.get_absolute_url()))
    assert f'href="{address}"' in page
    assert f'href="{report.get_absolute_url()}"' in page
    assert at("delivery_add", later.pk) not in words(client.get(later.get_absolute_url()))
    planned = make(factories.make_milestone_plan(purchase.agreement))
    assert at("step_reach", planned.pk) in words(client.get(planned.get_absolute_url()))
    assert address not in words(as_("board").get(open_one.get_absolute_url()))


def test_a_closed_authorization_is_reopened_on_its_page(as_, line):
    client, issued = as_("staff"), make(line, status="closed", closed_on=TODAY, close_reason="Hired")
    url = at("authorization_reopen", issued.pk)
    assert f'href="{url}"' in words(client.get(issued.get_absolute_url()))
    assert "Enter the reason." in words(client.post(url, {"reason": ""}))
    page = words(client.post(url, {"reason": "The job ended."}, follow=True))
    assert "is open again." in page
    assert "The job ended." in page
    assert "Reopened after it was closed." in page
    assert f'href="{url}"' not in page
    assert "This authorization is open." in words(client.post(url, {"reason": "Again"}))


def test_what_is_left_is_reissued_on_its_page(as_, purchase, line):
    client, issued = as_("staff"), make(line)
    factories.make_delivery(issued, happened_on=TODAY - DAY)
    url = at("authorization_reissue", issued.pk)
    answer = client.get(url)
    assert "18 units and $900.00 are left." in words(answer)
    assert answer.context["form"].initial["first_on"] == issued.last_on + DAY
    page = words(client.post(url, {"number": "A-9", "note": "", **days(61, 90)}, follow=True))
    assert "Authorization A-9 is issued." in page
    assert "Reissue of" in page
    assert "View authorization A-9" in words(client.get(at("authorization_detail", issued.pk)))
    assert "reissued already" in words(client.post(url, {"number": "A-10", "note": "", **days(61, 90)}))
    factories.make_delivery(issued, happened_on=TODAY - DAY, units=18, amount=900)
    assert "Nothing is left" in words(client.get(url, follow=True))


def test_a_manager_of_the_purchaser_authorizes_and_one_of_the_provider_does_not(as_, area, partner, cast, line):
    other = factories.make_partnership(area, name="Provider")
    bought = factories.make_purchase(partner, other)
    assert as_("manager").get(at("authorization_add", bought.pk)).status_code == 200
    assert as_("manager").get(at("authorization_add", line.agreement_id)).status_code == 403
    assert as_("neighbor").get(at("authorization_add", bought.pk)).status_code == 404
    assert as_("staff").get(at("authorization_list", factories.make_agreement(area).pk)).status_code == 404
    assert Agreement.objects.count() == 3
