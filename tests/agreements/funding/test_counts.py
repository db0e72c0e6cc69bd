"""Counts by which costs are shared: entered by base or by partner, or asked of a partner."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from agreements.funding import budgets, count_requests, counts
from agreements.funding.locking import CannotBudget
from agreements.models import BaseCount, CountRequest, Stage
from agreements.notices.counts import REMINDER
from onestop.notices import planners
from onestop.notices.models import Notice
from tests import factories
from tests.agreements.funding.budget_year import Year, at, make_year, words
from tests.at_once import second_waits_for

NOW = timezone.now()
DUE = NOW.date() + timedelta(days=10)


@pytest.fixture
def year(area, partner, neighbor_partner) -> Year:
    return make_year(area, partner, neighbor_partner)


def field(year: Year, payer: int, base: Any = None) -> str:
    return counts.field_of(((base or year.base).pk, year.payers[payer].pk))


def adopt(year: Year) -> None:
    budgets.adopt_budget(year.budget, by=None, at=NOW)
    year.budget.refresh_from_db()


def enter(year: Year, number: int, value: Any, **more: Any) -> int:
    values = {(year.base.pk, year.payers[0].pk): None if value is None else Decimal(value)}
    return counts.set_counts(year.budget.periods.get(number=number), values=values, by=None, at=NOW, **more)


def opened(answer: Any) -> dict[str, Any]:
    """Return what a browser would send of the hidden fields of a form: the values that it showed."""
    form = answer.context["form"]
    return {f"initial-{bound.html_name}": "" if bound.initial is None else bound.initial for bound in form}


# ---------------------------------------------------------------- Entering
def test_counts_of_a_base_are_entered_from_a_period_on_with_evidence(as_, cast, year):
    adopt(year)
    address = f"{at('counts_of_base', year.base.pk)}?period=3"
    page = as_("staff").get(address)
    assert page.context["form"].initial[field(year, 0)] == 300
    sent = {
        **opened(page), field(year, 0): "100", field(year, 1): "100", "counted_on": "2026-11-02",
        "note": "One office less", "file-upload": factories.upload(),
    }  # fmt: skip
    answer = as_("staff").post(address, sent, follow=True)
    assert "1 count is recorded." in words(answer)
    count = BaseCount.objects.get(period__number=3)
    assert (count.value, count.by, count.counted_on) == (Decimal(100), cast["staff"], date(2026, 11, 2))
    assert [year.shares()[number, year.payers[0].pk] for number in (2, 3, 4)] == [2250, 1500, 1500]
    page = words(as_("manager").get(f"{at('counts', year.budget.pk)}?period=3"))
    assert "letter.pdf" in page
    assert "One office less" in page
    assert count.get_absolute_url() == f"{at('counts', year.budget.pk)}?period=3&stage=plan"
    again = as_("staff").get(address).context["form"]
    assert again.initial["file"] == count.file


def test_one_file_is_evidence_of_many_counts_and_of_no_other_period(as_, cast, year):
    address = at("counts_of_base", year.base.pk)
    seen = opened(as_("staff").get(f"{address}?period=2"))
    sent = {**seen, field(year, 0): "310", field(year, 1): "110", "file-upload": factories.upload()}
    as_("staff").post(f"{address}?period=2", sent)
    files = set(BaseCount.objects.filter(period__number=2).values_list("file", flat=True))
    assert len(files) == 1
    page = as_("staff").get(f"{address}?period=2")
    reference = page.context["form"]["file"].field.prepare_value(page.context["form"].initial["file"])
    seen = opened(as_("staff").get(f"{address}?period=3"))
    answer = as_("staff").post(
        f"{address}?period=3", {**seen, field(year, 0): "320", field(year, 1): "1", "file": reference}
    )
    assert "already belongs to another entry" in words(answer)


def test_the_manager_enters_counts_of_a_draft_and_not_of_an_adopted_budget(as_, year):
    address = at("counts_of_payer", year.payers[0].pk)
    page = as_("manager").get(address)
    as_("manager").post(address, {**opened(page), field(year, 0): "280"})
    assert BaseCount.objects.get(payer=year.payers[0]).value == 280
    assert as_("neighbor").post(address, {field(year, 0): "1"}).status_code == 403
    adopt(year)
    assert as_("manager").get(address).status_code == 403
    assert as_("staff").get(address).status_code == 200


def test_only_what_was_changed_is_recorded_and_another_entry_is_not_lost(as_, year):
    address = at("counts_of_base", year.base.pk)
    page = as_("staff").get(address)
    enter(year, 1, 333)
    as_("staff").post(address, {**opened(page), field(year, 0): "300", field(year, 1): "90"})
    assert BaseCount.objects.get(payer=year.payers[0]).value == 333
    assert BaseCount.objects.get(payer=year.payers[1]).value == 90
    answer = as_("staff").post(address, {**opened(page), field(year, 0): "310", field(year, 1): "90"})
    assert "Someone else entered 333.00 meanwhile." in words(answer)


def test_a_count_that_is_blank_or_negative_is_told_beside_its_field(as_, year):
    address = f"{at('counts_of_base', year.base.pk)}?period=2"
    page = as_("staff").get(address)
    answer = as_("staff").post(address, {**opened(page), field(year, 0): "", field(year, 1): "100"})
    assert "Enter 0 if there is nothing to count any more." in answer.context["form"].errors[field(year, 0)][0]
    answer = as_("staff").post(address, {**opened(page), field(year, 0): "-1", field(year, 1): "100"})
    assert answer.context["form"].errors.keys() == {field(year, 0)}
    with pytest.raises(CannotBudget, match="never negative"):
        enter(year, 2, -1)


def test_a_later_count_is_removed_again_and_the_earlier_one_holds(year):
    assert enter(year, 3, 350) == 1
    assert enter(year, 3, 350) == 0
    assert enter(year, 3, None) == 1
    values = counts.values_in(year.budget.periods.get(number=4), Stage.PLAN)
    assert values[year.base.pk, year.payers[0].pk] == 300


def test_a_base_of_a_center_counts_who_pays_there(area, year):
    factories.make_payer(year.budget, factories.make_partnership(area, name="Elsewhere"))
    tribe = factories.make_partnership(area, name="River Nation")
    factories.make_payer(
        year.budget, tribe, year.center, is_negotiated=True, decision="Zero", decided_on=date(2026, 5, 1)
    )
    factories.make_base(year.budget, kind="equal", name="Equal")
    sheet = counts.sheet_of(year.budget)
    assert sheet.cells == {(year.base.pk, payer.pk) for payer in year.payers}
    with pytest.raises(CannotBudget, match="not counted by this base"):
        counts.set_counts(year.budget.periods.get(number=1), values={(year.base.pk, 0): Decimal(1)}, by=None, at=NOW)


def test_counts_are_not_changed_once_statements_were_sent(as_, year):
    adopt(year)
    factories.mark_issued(year.budget.periods.get(number=1))
    with pytest.raises(CannotBudget, match="Statements for Jul to Sep 2026 were sent"):
        enter(year, 1, 1)
    answer = as_("staff").get(f"{at('counts_of_base', year.base.pk)}?period=1", follow=True)
    assert "can no longer be entered" in words(answer)


def test_actual_counts_hold_for_their_period_until_it_is_closed(as_, year):
    adopt(year)
    period = factories.mark_issued(year.budget.periods.get(number=1))
    address = f"{at('counts_of_base', year.base.pk)}?period=1&stage=actual"
    page = as_("staff").get(address)
    assert page.context["form"].initial[field(year, 0)] == 300
    as_("staff").post(address, {**opened(page), field(year, 0): "250", field(year, 1): "100"})
    cell = (year.base.pk, year.payers[0].pk)
    assert counts.values_in(period, Stage.ACTUAL)[cell] == 250
    assert counts.values_in(period, Stage.PLAN)[cell] == 300
    assert enter(year, 1, None, stage=Stage.ACTUAL) == 1
    assert counts.values_in(period, Stage.ACTUAL)[cell] == 300
    assert "Actual counts hold for" in words(as_("manager").get(f"{at('counts', year.budget.pk)}?stage=actual"))
    factories.mark_issued(period, status="closed", closed_at=NOW)
    with pytest.raises(CannotBudget, match="closed"):
        enter(year, 1, 1, stage=Stage.ACTUAL)


def test_many_partners_are_counted_page_by_page(as_, area, year, monkeypatch):
    monkeypatch.setattr("agreements.views.funding_counts.MOST_FIELDS", 1)
    address = at("counts_of_base", year.base.pk)
    page = as_("staff").get(address)
    assert "Page 1 of 2." in words(page)
    answer = as_("staff").post(address, {**opened(page), field(year, 0): "200"})
    assert answer["Location"] == f"{address}?period=1&stage=plan&page=2"
    page = as_("staff").get(answer["Location"])
    assert page.context["form"].cells == [(year.base.pk, year.payers[1].pk)]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_enter_the_same_count_the_second_sees_the_first(year):
    adopt(year)
    seen = {(year.base.pk, year.payers[0].pk): Decimal(300)}
    refusal = second_waits_for(lambda: enter(year, 2, 1, seen=seen), lambda: enter(year, 2, 2, seen=seen))
    assert isinstance(refusal, CannotBudget)
    assert BaseCount.objects.get(period__number=2).value == 1


def test_the_page_says_what_is_missing_and_what_to_do_first(as_, year):
    base = factories.make_base(year.budget, name="Customers", kind="customers", center=year.center)
    page = words(as_("staff").get(at("counts", year.budget.pk)))
    assert "2 counts are missing." in page
    assert at("counts_of_base", base.pk) in page
    empty = factories.make_budget(year.budget.agreement, first_on=date(2028, 7, 1))
    assert "Nothing to count yet" in words(as_("staff").get(at("counts", empty.pk)))


def test_the_page_costs_the_same_for_one_row_and_for_ten(as_, area, year, queries_of):
    client, address = as_("staff"), at("counts", year.budget.pk)
    factories.make_count_request(year.payers[0], period=year.budget.periods.get(number=2))
    client.get(address)
    before = queries_of(lambda: client.get(address))
    for number in range(9):
        base = factories.make_base(year.budget)
        partner = factories.make_partnership(area, name=f"Partner {number}")
        payer = factories.make_payer(year.budget, partner, year.center)
        factories.make_count(base, payer, number)
        factories.make_count_request(payer, period=year.budget.periods.get(number=2))
    assert queries_of(lambda: client.get(address)) == before


# ---------------------------------------------------------------- Asking
def ask(year: Year, number: int = 2, **more: Any) -> list[CountRequest]:
    period = year.budget.periods.get(number=number)
    given: dict[str, Any] = {"payers": year.payers, "due_on": DUE, "message": "By the floor plan", "by": None}
    return count_requests.ask_for_counts(period, **{**given, **more}, at=NOW)


def test_partners_are_asked_and_their_managers_answer(as_, cast, year):
    sent = {
        "period": "2", "payers": [str(payer.pk) for payer in year.payers], "due_on": DUE.isoformat(),
        "message": "By the floor plan",
    }  # fmt: skip
    page = as_("staff").get(f"{at('count_request_add', year.budget.pk)}?period=2")
    assert page.context["form"].initial["period"] == "2"
    answer = as_("staff").post(at("count_request_add", year.budget.pk), sent, follow=True)
    assert "2 partners are asked." in words(answer)
    told = Notice.objects.filter(kind="agreements.counts_asked")
    assert {notice.recipient for notice in told} == {cast["manager"], cast["neighbor"]}
    asked = CountRequest.objects.get(payer=year.payers[0])
    mail = told.get(recipient=cast["manager"])
    assert mail.url == asked.get_absolute_url()
    assert "By the floor plan" in mail.text
    assert "\n\n\n" not in mail.text
    page = as_("manager").get(asked.get_absolute_url())
    assert "By the floor plan" in words(page)
    answer = as_("manager").post(asked.get_absolute_url(), {field(year, 0): ""})
    assert answer.context["form"].errors.keys() == {field(year, 0)}
    answer = as_("manager").post(asked.get_absolute_url(), {field(year, 0): "280"}, follow=True)
    assert "The counts are sent." in words(answer)
    assert "280" in words(answer)
    asked.refresh_from_db()
    assert (asked.answered_by, BaseCount.objects.get(period__number=2).value) == (cast["manager"], Decimal(280))
    answered = Notice.objects.get(kind="agreements.counts_answered")
    assert (answered.recipient, "sent its counts" in answered.subject) == (cast["staff"], True)
    answer = as_("manager").post(asked.get_absolute_url(), {field(year, 0): "1"}, follow=True)
    assert "These counts were already sent." in words(answer)


def test_a_representative_reads_a_request_and_a_stranger_does_not(as_, year):
    asked = ask(year)[0]
    assert "The managers of the partner enter these counts." in words(as_("colleague").get(asked.get_absolute_url()))
    assert as_("colleague").post(asked.get_absolute_url(), {}).status_code == 403
    assert as_("stranger").get(asked.get_absolute_url()).status_code == 404


def test_an_answer_counts_in_an_adopted_budget(cast, year):
    adopt(year)
    asked = ask(year)[0]
    count_requests.answer_request(asked, values={year.base.pk: Decimal(100)}, by=cast["manager"], at=NOW)
    assert year.shares()[2, year.payers[0].pk] == Decimal("1500.00")
    with pytest.raises(CannotBudget, match="already sent"):
        count_requests.answer_request(asked, values={year.base.pk: Decimal(1)}, by=cast["manager"], at=NOW)
    with pytest.raises(CannotBudget, match="Enter a number"):
        count_requests.answer_request(ask(year, 3)[0], values={}, by=cast["manager"], at=NOW)


def test_who_was_asked_already_is_left_out(year):
    assert len(ask(year, payers=year.payers[:1])) == 1
    assert [asked.payer for asked in ask(year)] == [year.payers[1]]
    with pytest.raises(CannotBudget, match="asked already"):
        ask(year)


def test_what_keeps_partners_from_being_asked(as_, year):
    with pytest.raises(CannotBudget, match="has passed"):
        ask(year, due_on=NOW.date() - timedelta(days=2))
    with pytest.raises(CannotBudget, match="at least one"):
        ask(year, payers=[])
    factories.mark_issued(year.budget.periods.get(number=1))
    with pytest.raises(CannotBudget, match="Statements were sent"):
        ask(year, 1)
    assert len(ask(year, 1, stage=Stage.ACTUAL)) == 2
    empty = factories.make_budget(year.budget.agreement, first_on=date(2028, 7, 1))
    assert "No partner is counted by a base." in words(as_("staff").get(at("count_request_add", empty.pk)))


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_the_second_is_told(cast, year):
    asked = ask(year)[0]

    def answer(value: int) -> CountRequest:
        values = {year.base.pk: Decimal(value)}
        return count_requests.answer_request(asked, values=values, by=cast["manager"], at=NOW)

    refusal = second_waits_for(lambda: answer(1), lambda: answer(2))
    assert isinstance(refusal, CannotBudget)
    assert BaseCount.objects.get(period__number=2).value == 1


# ---------------------------------------------------------------- Reminders
def remind(on: date) -> list[Notice]:
    """Write the reminders of a day, and return them."""
    before = set(Notice.objects.values_list("pk", flat=True))
    moment = timezone.now().replace(year=on.year, month=on.month, day=on.day, hour=18)
    planners.run(REMINDER.planner(), at=moment)
    return list(Notice.objects.exclude(pk__in=before).order_by("pk"))


def test_managers_are_reminded_before_and_after_the_day_then_the_staff(cast, year):
    asked = ask(year, payers=year.payers[:1])[0]
    assert remind(DUE - timedelta(days=5)) == []
    mail = remind(DUE - timedelta(days=2))[0]
    assert (mail.recipient, "are due" in mail.subject) == (cast["manager"], True)
    assert "\n\n\n" not in mail.text
    mail = remind(DUE + timedelta(days=3))[0]
    assert (mail.recipient, "were due" in mail.subject) == (cast["manager"], True)
    mail = remind(DUE + timedelta(days=8))[0]
    assert mail.recipient == cast["staff"]
    assert "You can call the partner" in mail.text
    count_requests.answer_request(asked, values={year.base.pk: Decimal(1)}, by=cast["manager"], at=NOW)
    assert remind(DUE + timedelta(days=20)) == []


# ---------------------------------------------------------------- Open requests
def test_staff_see_open_requests_of_all_periods_with_their_age_and_remind(as_, cast, year):
    asked = ask(year, payers=year.payers[:1])[0]
    CountRequest.objects.filter(pk=asked.pk).update(asked_at=NOW - timedelta(days=3, hours=1))
    page = words(as_("staff").get(f"{at('counts', year.budget.pk)}?period=4"))
    assert "Open requests" in page
    assert "3 days, 1 hour ago" in page.replace("\xa0", " ")
    assert "Withdraw the request to" in page
    assert "Withdraw the request to" not in words(as_("manager").get(at("counts", year.budget.pk)))
    answer = as_("staff").post(at("count_request_remind", asked.pk), follow=True)
    assert f"{asked.payer} is reminded." in words(answer)
    notice = Notice.objects.get(kind="agreements.counts_nudged")
    assert (notice.recipient, "\n\n\n" in notice.text) == (cast["manager"], False)
    again = as_("staff").post(at("count_request_remind", asked.pk), follow=True)
    assert "was reminded in the last 24 hours" in words(again)
    later = count_requests.remind_of_request(asked, by=cast["staff"], at=NOW + timedelta(days=2))
    assert later.reminded_by == cast["staff"]
    assert as_("manager").post(at("count_request_remind", asked.pk)).status_code == 403


def test_a_request_is_withdrawn_and_who_was_asked_is_told(as_, cast, year):
    asked = ask(year, payers=year.payers[:1])[0]
    answer = as_("staff").post(at("count_request_withdraw", asked.pk), follow=True)
    assert "its managers are told" in words(answer)
    assert "Withdrawn" in words(as_("staff").get(f"{at('counts', year.budget.pk)}?period=2"))
    notice = Notice.objects.get(kind="agreements.counts_withdrawn")
    assert (notice.recipient, "no longer needed" in notice.subject) == (cast["manager"], True)
    assert "\n\n\n" not in notice.text
    assert "Nothing is to be sent." in words(as_("manager").get(asked.get_absolute_url()))
    answer = as_("manager").post(asked.get_absolute_url(), {field(year, 0): "1"}, follow=True)
    assert "This request was withdrawn." in words(answer)
    for verb in (count_requests.withdraw_request, count_requests.remind_of_request):
        with pytest.raises(CannotBudget, match="was withdrawn"):
            verb(asked, by=cast["staff"], at=NOW)
    with pytest.raises(CannotBudget, match="was withdrawn"):
        count_requests.answer_request(asked, values={year.base.pk: Decimal(1)}, by=cast["manager"], at=NOW)
    assert remind(DUE + timedelta(days=3)) == []
    assert len(ask(year, payers=year.payers[:1])) == 1


def test_nobody_is_reminded_for_a_closed_period(cast, year):
    adopt(year)
    asked = ask(year, 2)[0]
    factories.mark_closed(factories.mark_issued(year.budget.periods.get(number=2)))
    with pytest.raises(CannotBudget, match="period is closed"):
        count_requests.remind_of_request(asked, by=cast["staff"], at=NOW)
    assert count_requests.withdraw_request(asked, by=cast["staff"], at=NOW).withdrawn_at == NOW


@pytest.mark.django_db(transaction=True)
def test_a_request_that_is_answered_at_the_same_moment_is_not_withdrawn(cast, year):
    asked = ask(year)[0]
    values = {year.base.pk: Decimal(1)}
    refusal = second_waits_for(
        lambda: count_requests.answer_request(asked, values=values, by=cast["manager"], at=NOW),
        lambda: count_requests.withdraw_request(asked, by=cast["staff"], at=NOW),
    )
    assert isinstance(refusal, CannotBudget)


def test_managers_find_what_they_are_asked_for_among_their_tasks(as_, area, cast, year):
    asked = ask(year, payers=year.payers[:1])[0]
    home = reverse("dashboards:home", args=[area.slug])
    page = words(as_("manager").get(home))
    assert "Send the counts for" in page
    assert asked.get_absolute_url() in page
    assert "has not sent its counts" not in words(as_("staff").get(home))
    assert "Send the counts for" not in words(as_("neighbor").get(home))
    for number in (3, 4):
        ask(year, number, payers=year.payers[:1])
    CountRequest.objects.filter(pk=asked.pk).update(due_on=NOW.date() - timedelta(days=2))
    assert "1 partner has not sent its counts for" in words(as_("staff").get(home))
    count_requests.withdraw_request(asked, by=cast["staff"], at=NOW)
    assert asked.get_absolute_url() not in words(as_("manager").get(home))
