"""Quality checks of adopted practices: due 60 days after the adoption, recorded, planned again, reminded of."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate

from onestop.notices.models import Notice
from onestop.notices.notify import notify_many
from onestop.ui.small_queries import read_together
from partners.models import Adoption, AdoptionCheck, LocalArea, Practice
from partners.notices.adoption_checks import REMINDER
from partners.practices import checked, checks, practices
from partners.practices.checks import CannotCheck
from partners.rules import may
from partners.todo import practices as todo
from tests import factories
from tests.at_once import second_waits_for

NOW = datetime(2026, 12, 1, 10, tzinfo=LocalArea().zone)
TODAY = NOW.date()


@pytest.fixture
def practice(area, partner) -> Practice:
    return factories.make_practice(area, title="One intake form", told_by=partner)


@pytest.fixture
def adoption(practice, neighbor_partner) -> Adoption:
    """Adopted by the neighbor on September 1, 2026: its first check is due on October 31."""
    return factories.make_adoption(practice, neighbor_partner)


def due_of(adoption: Adoption) -> date | None:
    return Adoption.objects.with_check_day().get(pk=adoption.pk).due


def record(adoption: Adoption, cast: Any, *, next_on: date | None = None, at: datetime = NOW, known: int = 0,
           vouched: bool = False, who: str = "neighbor", **more: Any) -> AdoptionCheck:  # fmt: skip
    given = {
        "result": "as_described", "helps": "yes", "observed": "They use it.", "checked_on": at.date(),
        "checked_name": "Bea Norling",
    }  # fmt: skip
    return checks.record_check(
        adoption, facts=given | more, next_on=next_on, known=known, vouched=vouched, by=cast[who], at=at
    )


# ---------------------------------------------------------------- When
def test_the_first_check_is_due_60_days_after_the_adoption(adoption):
    assert due_of(adoption) == date(2026, 10, 31)
    assert not Adoption.objects.to_check(date(2026, 10, 30)).exists()
    assert Adoption.objects.to_check(date(2026, 10, 31)).exists()


def test_after_a_check_the_next_one_is_planned_or_none(adoption, cast):
    later = TODAY + timedelta(days=180)
    check = record(adoption, cast, next_on=later)
    assert due_of(adoption) == later
    record(adoption, cast, known=check.pk, at=NOW + timedelta(days=1))
    assert due_of(adoption) is None


def test_a_check_is_planned_for_another_day_and_not_called_off_before_the_first(adoption, cast):
    with pytest.raises(CannotCheck, match="at least once") as refused:
        checks.plan_check(adoption, on=None, by=cast["staff"], at=NOW)
    assert refused.value.field == "on"
    checks.plan_check(adoption, on=TODAY + timedelta(days=30), by=cast["staff"], at=NOW)
    assert due_of(adoption) == TODAY + timedelta(days=30)
    record(adoption, cast, next_on=TODAY + timedelta(days=60))
    checks.plan_check(adoption, on=None, by=cast["staff"], at=NOW)
    assert due_of(adoption) is None
    for wrong, words in ((TODAY, "not in the future"), (TODAY + timedelta(days=800), "two years")):
        with pytest.raises(CannotCheck, match=words):
            checks.plan_check(adoption, on=wrong, by=cast["staff"], at=NOW)


@pytest.mark.parametrize(
    ("more", "field", "words"),
    [
        ({"checked_on": TODAY + timedelta(days=1)}, "checked_on", "in the future"),
        ({"checked_on": date(2026, 8, 31)}, "checked_on", "was adopted on Tue, Sep 1, 2026"),
        ({"result": "not_done", "helps": "somewhat"}, "helps", "cannot help"),
        ({"observed": "Mr. Smith likes it."}, "observed", "identify a customer"),
        ({"next_on": TODAY}, "next_on", "not in the future"),
    ],
)
def test_what_cannot_be_recorded_is_refused_at_its_field(adoption, cast, more, field, words):
    with pytest.raises(CannotCheck, match=words) as refused:
        record(adoption, cast, **more)
    assert refused.value.field == field
    assert not AdoptionCheck.objects.exists()


def test_personal_data_may_be_confirmed_and_days_go_forward(adoption, cast):
    first = record(adoption, cast, observed="Ask Ms. Doe of the front desk.", vouched=True)
    with pytest.raises(CannotCheck, match="The last check was on") as refused:
        record(adoption, cast, known=first.pk)
    assert refused.value.field == "checked_on"


def test_an_archived_practice_is_not_checked_any_more(adoption, practice, cast):
    practices.archive_practice(practice, by=cast["staff"], at=NOW)
    for verb in (lambda: record(adoption, cast), lambda: checks.plan_check(adoption, on=None, by=None, at=NOW)):
        with pytest.raises(CannotCheck, match="archived"):
            verb()
    assert not Adoption.objects.to_check(TODAY).exists()


def test_the_database_holds_one_check_a_day_and_nothing_that_is_not_done_and_helps(adoption):
    factories.make_adoption_check(adoption)
    for wrong in ({}, {"result": "not_done", "checked_on": TODAY}):
        with pytest.raises(IntegrityError), transaction.atomic():
            factories.make_adoption_check(adoption, **wrong)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_record_at_once_the_second_sees_the_first(area, partner, neighbor_partner, cast):
    adoption = factories.make_adoption(factories.make_practice(area, told_by=partner), neighbor_partner)
    outcome = second_waits_for(
        lambda: record(adoption, cast), lambda: record(adoption, cast, who="staff", at=NOW + timedelta(days=1))
    )
    assert isinstance(outcome, CannotCheck)
    assert "Bea Norling recorded a check of Tue, Dec 1, 2026 meanwhile" in str(outcome)
    assert AdoptionCheck.objects.count() == 1


# ---------------------------------------------------------------- Who may
@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        ("staff", True), ("neighbor", True), ("manager", False), ("colleague", False), ("board", False),
        ("state", False), ("stranger", False),
    ],
)  # fmt: skip
def test_only_the_partner_that_adopted_it_and_the_staff_record(adoption, cast, who, allowed):
    assert may(cast[who], "partners.check_adoption", adoption) == allowed


def test_strangers_find_no_checks(adoption, cast, as_):
    for name in ("check_add", "check_plan"):
        assert as_("stranger").get(reverse(f"partners:{name}", args=[adoption.pk])).status_code == 404


# ---------------------------------------------------------------- Pages
def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_a_check_is_recorded_and_shown_on_the_page_of_the_practice(adoption, practice, as_):
    page = text_of(as_("neighbor").get(reverse("partners:practice_detail", args=[practice.pk])))
    assert "Check due" in page
    url = reverse("partners:check_add", args=[adoption.pk])
    assert url in page
    assert url not in text_of(as_("manager").get(reverse("partners:practice_detail", args=[practice.pk])))
    form = as_("neighbor").get(url).context["form"]
    assert form["checked_name"].value() == "Bea Norling"
    sent = {"known": "0", "observed": "They use it.", "checked_on": localdate(), "checked_name": "Ann Example"}
    assert "Choose an answer." in text_of(as_("neighbor").post(url, sent))
    again = localdate() + timedelta(days=180)
    sent |= {"result": "changed", "helps": "somewhat", "next_on": again}
    refused = text_of(as_("neighbor").post(url, sent | {"observed": "Mr. Smith said so."}))
    assert "None of this identifies a customer" in refused
    assert "Mr. Smith said so." in refused
    shown = text_of(as_("neighbor").post(url, sent, follow=True))
    for words in (
        "The check is recorded.", "Adopted by 1, checked at 1: done at 1, helps at 1.", "Checked by Ann Example on",
        "Done with changes", "Next check",
    ):  # fmt: skip
        assert words in shown
    assert "recorded a check of" in text_of(as_("staff").post(url, sent))


def test_a_check_sent_after_another_one_keeps_its_text_and_is_sent_after_reading(adoption, cast, as_):
    url = reverse("partners:check_add", args=[adoption.pk])
    at = localdate() - timedelta(days=1)
    factories.make_adoption_check(adoption, checked_on=at, checked_name="Ann Example", observed="It hangs there.")
    sent = {
        "known": "0", "result": "changed", "helps": "yes", "observed": "They use it.", "checked_on": localdate(),
        "checked_name": "Bea Norling",
    }  # fmt: skip
    response = as_("neighbor").post(url, sent)
    shown = text_of(response)
    assert all(words in shown for words in ("recorded a check of", "It hangs there.", "They use it."))
    sent["known"] = response.context["form"].data["known"]
    assert as_("neighbor").post(url, sent).status_code == 302
    assert adoption.checks.count() == 2


def test_the_form_of_a_check_says_of_which_partner_it_is(adoption, as_):
    page = text_of(as_("neighbor").get(reverse("partners:check_add", args=[adoption.pk])))
    assert "Crosswalk Legal Aid adopted" in page


def test_the_form_of_an_overdue_check_suggests_a_day_that_can_be_planned(practice, adoption, as_):
    Adoption.objects.update(adopted_on=localdate() - timedelta(days=200))
    url = reverse("partners:check_plan", args=[adoption.pk])
    form = as_("neighbor").get(url).context["form"]
    assert form["on"].value() > localdate()
    assert form.fields["on"].required
    as_("neighbor").post(url, {"on": form["on"].value()})
    adoption.refresh_from_db()
    assert adoption.check_on == form["on"].value()


def test_the_next_check_is_planned_by_its_form(adoption, as_):
    url = reverse("partners:check_plan", args=[adoption.pk])
    assert "Each adopted practice is checked at least once." in text_of(
        as_("neighbor").post(url, {"on": ""} | {"x": 1})
    )
    shown = text_of(as_("neighbor").post(url, {"on": localdate() + timedelta(days=30)}, follow=True))
    assert "The next check is planned for" in shown


def test_the_lists_of_practices_and_of_checks_lead_to_each_other(area, as_):
    urls = [reverse(f"partners:{name}", args=[area.slug]) for name in ("practice_list", "check_list")]
    for url in urls:
        page = text_of(as_("board").get(url))
        assert all(f'href="{each}"' in page for each in urls)


@pytest.fixture
def some(area, partner, neighbor_partner) -> dict[str, Adoption]:
    """Adopted practices: due, planned for later, and checked for good."""
    today = localdate()
    made = {
        "due": factories.make_adoption(
            factories.make_practice(area, title="Work trial"), partner, adopted_on=today - timedelta(days=90)
        ),
        "later": factories.make_adoption(
            factories.make_practice(area, title="Child care"), neighbor_partner, adopted_on=today - timedelta(days=9)
        ),
        "done": factories.make_adoption(factories.make_practice(area, title="Quiet desk"), neighbor_partner),
    }
    factories.make_adoption_check(made["done"], result="not_done", helps="no")
    return made


@pytest.mark.parametrize(
    ("who", "query", "shown"),
    [
        ("board", "", {"due", "later", "done"}),
        ("board", "?state=due", {"due"}),
        ("board", "?state=planned", {"later"}),
        ("board", "?state=none", {"done"}),
        ("board", "?result=not_done", {"done"}),
        ("board", "?helps=no", {"done"}),
        ("board", "?q=crosswalk", {"later", "done"}),
        ("manager", "?whose=mine", {"due"}),
        ("board", "?sort=-due", {"due", "later", "done"}),
    ],
)
def test_the_list_is_filtered(area, as_, some, who, query, shown):
    page = text_of(as_(who).get(reverse("partners:check_list", args=[area.slug]) + query))
    assert {name for name, one in some.items() if one.practice.title in page} == shown


def test_the_list_costs_the_same_for_10_and_100_and_is_exported(area, as_, some, partner):
    url = reverse("partners:check_list", args=[area.slug])

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            as_("staff").get(url + "?per_page=100")
        return len(queries)

    def fill(number: int) -> None:
        for _ in range(number):
            factories.make_adoption_check(factories.make_adoption(factories.make_practice(area), partner))

    fill(5)
    count()
    few = count()
    fill(40)
    assert count() == few
    text = b"".join(as_("staff").get(url + "?export=csv").streaming_content).decode()
    assert "Not done" in text


def test_the_page_of_a_practice_costs_the_same_for_1_and_10_adoptions(area, as_, practice, adoption):
    url = reverse("partners:practice_detail", args=[practice.pk])

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            as_("staff").get(url)
        return len(queries)

    count()
    few = count()
    for _ in range(9):
        factories.make_adoption_check(factories.make_adoption(practice, factories.make_partnership(area)))
    assert count() == few


def test_by_the_last_checks_it_is_counted_where_it_is_done_and_helps(practice, adoption, area, as_):
    factories.make_adoption_check(adoption)
    factories.make_adoption_check(adoption, checked_on=date(2026, 11, 1), result="not_done", helps="no")
    other = factories.make_adoption(practice, factories.make_partnership(area))
    factories.make_adoption_check(other, helps="somewhat")
    factories.make_adoption(practice, factories.make_partnership(area))
    page = as_("staff").get(reverse("partners:practice_detail", args=[practice.pk]))
    assert page.context["tally"] == checked.Tally(adopted=3, checked=2, done=1, helps=1)


# ---------------------------------------------------------------- Reminders and to-do items
def remind(at: datetime) -> list[Notice]:
    before = set(Notice.objects.values_list("pk", flat=True))
    notify_many(REMINDER.planner().plan(at), at=at)
    return list(Notice.objects.exclude(pk__in=before).order_by("pk"))


def test_one_mail_names_all_that_a_partner_has_to_check_and_after_two_the_staff_are_told(
    area, cast, adoption, neighbor_partner
):
    for number in range(5):  # long overdue ones, from before there were checks
        factories.make_adoption(factories.make_practice(area), neighbor_partner, adopted_on=date(2024, 1, 1 + number))
    sent = {day: remind(NOW + timedelta(days=day)) for day in range(90)}
    by_day = {day: [(mail.kind, mail.to) for mail in found] for day, found in sent.items() if found}
    own = ("partners.adoption_checks", cast["neighbor"].email)
    days = sorted(by_day)
    assert [by_day[day] for day in days] == [[own], [own], [("partners.adoption_checks_late", cast["staff"].email)]]
    assert days[0] == 0
    assert all(later - earlier >= 21 for earlier, later in pairwise(days))
    text = " ".join(sent[0][0].text.split())
    assert "6 adopted practices to check" in sent[0][0].subject
    assert "One intake form (since Tue, Sep 1, 2026)" in text
    assert "we will remind you again" in text


def test_who_records_one_of_several_is_left_alone_for_three_weeks(area, cast, adoption, neighbor_partner):
    factories.make_adoption(factories.make_practice(area), neighbor_partner, adopted_on=date(2026, 9, 10))
    assert remind(NOW)
    record(adoption, cast, at=NOW + timedelta(days=2))
    sent = [day for day in range(3, 30) if remind(NOW + timedelta(days=day))]
    assert sent[0] >= 2 + 21
    assert len(sent) == 1


def test_what_is_checked_or_not_due_yet_is_not_reminded_of(adoption, cast):
    assert remind(datetime(2026, 10, 30, 12, tzinfo=LocalArea().zone)) == []
    record(adoption, cast)
    assert remind(NOW + timedelta(days=1)) == []


def test_the_reminder_takes_the_same_number_of_queries_for_many(area, cast):
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            list(REMINDER.open_matters(NOW))
        return len(queries)

    def fill(number: int) -> None:
        for _ in range(number):
            factories.make_adoption(factories.make_practice(area), factories.make_partnership(area))

    fill(2)
    few = count()
    fill(20)
    assert count() == few <= 4


def test_todo_names_what_a_partner_has_to_check_and_counts_it_for_the_staff(area, adoption, neighbor_partner):
    factories.make_adoption(factories.make_practice(area), neighbor_partner, adopted_on=TODAY)
    own, none, staff = read_together(
        [
            todo.checks_to_record(area, [neighbor_partner.pk], NOW), todo.checks_to_record(area, [], NOW),
            todo.checks_due(area, NOW),
        ]
    )  # fmt: skip
    assert [item.what for item in own] == ["Check the practice “One intake form”"]
    assert list(none) == []
    assert [item.what for item in staff] == ["1 adopted practice is due for a check"]


def test_the_first_page_of_a_representative_names_it(area, partner, as_):
    factories.make_adoption(factories.make_practice(area, title="Quiet desk"), partner, adopted_on=date(2026, 1, 5))
    assert "Check the practice “Quiet desk”" in as_("colleague").get("/", follow=True).content.decode()
