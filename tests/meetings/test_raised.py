"""Raised issues: who raises, sends, answers and sees them; what everybody is told; ages, lists, to-do items, races."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from meetings.models import RaisedEntry, RaisedIssue
from meetings.raised import issues, steps
from meetings.raised.reading import may_do
from meetings.raised.refusals import CannotRaise
from onestop.editing.versions import ChangedMeanwhile, version_of
from onestop.notices.models import Notice
from onestop.ui.todo import For, TodoPlace, todo_items
from partners.models import LocalArea
from partners.seats import seats_of
from tests import factories
from tests.at_once import second_waits_for

NOW = datetime(2026, 9, 7, 15, 0, tzinfo=LocalArea().zone)
FACTS = {"title": "Two systems for one person", "text": "Staff type everything twice."}
Status = RaisedIssue.Status


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def told() -> list[tuple[str, str]]:
    rows = Notice.objects.filter(kind__startswith="meetings.issue_").order_by("pk")
    found = [(one.kind.removeprefix("meetings.issue_"), one.recipient.name) for one in rows if one.recipient]
    Notice.objects.all().delete()
    return found


@pytest.fixture
def issue(area, partner, cast) -> RaisedIssue:
    return issues.raise_issue(area, facts=FACTS, partnership=partner, by=cast["manager"], at=NOW)


def test_an_issue_goes_up_and_its_answer_comes_down_and_each_step_is_told(issue, cast):
    assert told() == [("raised", "Dana Whitcomb")]
    steps.send_issue(issue, text="With two examples.", by=cast["staff"], at=NOW + timedelta(days=1))
    assert told() == [("sent", "Sana Iqbal"), ("changed", "Joel Abara")]
    steps.pass_on_issue(issue, text="Sent to the region.", by=cast["state"], at=NOW + timedelta(days=9))
    assert told() == [("changed", "Joel Abara"), ("changed", "Dana Whitcomb")]
    steps.answer_issue(issue, text="One form is enough from July.", by=cast["state"], at=NOW + timedelta(days=30))
    [notice] = Notice.objects.filter(to=cast["manager"].email)
    assert "One form is enough from July." in notice.text
    assert issue.get_absolute_url() in notice.text
    issue.refresh_from_db()
    assert (issue.status, issue.age(NOW.date() + timedelta(days=300))) == (Status.ANSWERED, 30)
    kinds = list(issue.entries.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["sent", "federal", "answer"]


def test_what_is_reopened_waits_where_it_waited_before(issue, cast):
    steps.close_issue(issue, text="Solved here.", by=cast["staff"], at=NOW)
    steps.reopen_issue(issue, text="It is not.", by=cast["manager"], at=NOW)
    issue.refresh_from_db()
    assert issue.status == Status.OPEN
    steps.send_issue(issue, by=cast["staff"], at=NOW)
    steps.answer_issue(issue, text="Ask again.", by=cast["state"], at=NOW)
    steps.reopen_issue(issue, text="We ask again.", by=cast["manager"], at=NOW)
    issue.refresh_from_db()
    assert (issue.status, issue.answered_at, issue.age(NOW.date() + timedelta(days=40))) == (Status.SENT, None, 40)


@pytest.mark.parametrize(
    ("status", "verb"),
    [
        ("sent", steps.send_issue), ("open", steps.pass_on_issue), ("federal", steps.pass_on_issue),
        ("open", steps.answer_issue), ("answered", steps.answer_issue), ("closed", steps.close_issue),
        ("sent", steps.reopen_issue),
    ],
)  # fmt: skip
def test_a_step_that_does_not_fit_the_status_is_refused(area, cast, status, verb):
    issue = factories.make_raised_issue(area, status=status)
    with pytest.raises(CannotRaise, match="not possible any more"):
        verb(issue, text="A text.", by=cast["staff"], at=NOW)


def test_an_answer_a_note_and_a_reason_say_something_and_name_no_customer(area, cast):
    issue = factories.make_raised_issue(area, status="sent")
    for verb in (steps.note_issue, steps.answer_issue, steps.close_issue):
        with pytest.raises(CannotRaise, match="Enter a text") as refused:
            verb(issue, text=" ", by=cast["state"], at=NOW)
        assert refused.value.field == "text"
    with pytest.raises(CannotRaise, match="must not identify a customer"):
        steps.note_issue(issue, text="Maria Lopez, 34, waits.", by=cast["staff"], at=NOW)
    assert steps.note_issue(issue, text="Maria Lopez, 34, waits.", vouched=True, by=cast["staff"], at=NOW).pk


def test_only_what_was_not_sent_is_corrected_and_not_over_somebody_elses_text(issue, cast):
    version = version_of(issue)
    issues.update_issue(issue, facts={"title": "Two forms"}, version=version, by=cast["staff"], at=NOW)
    with pytest.raises(ChangedMeanwhile):
        issues.update_issue(issue, facts={"title": "Three"}, version=version, by=cast["manager"], at=NOW)
    steps.send_issue(issue, by=cast["staff"], at=NOW)
    with pytest.raises(CannotRaise):
        issues.update_issue(issue, facts={"title": "Three"}, by=cast["manager"], at=NOW)


def test_the_partner_is_of_the_area_and_the_goal_of_the_area_or_its_state(area, other_area, partner, cast):
    [elsewhere] = other_area.partnerships.all()
    with pytest.raises(CannotRaise, match="not a partner here"):
        issues.raise_issue(area, facts=FACTS, partnership=elsewhere, by=cast["manager"], at=NOW)
    strange = factories.make_goal(factories.make_plan(other_area))
    with pytest.raises(CannotRaise, match="Choose a goal"):
        issues.raise_issue(area, facts=FACTS | {"goal": strange}, by=cast["staff"], at=NOW)
    of_state = factories.make_goal(factories.make_plan(area.state))
    assert issues.raise_issue(area, facts=FACTS | {"goal": of_state}, by=cast["staff"], at=NOW).goal == of_state


# ---------------------------------------------------------------- Who sees and does what
def reading(cast: Any, issue: RaisedIssue) -> set[str]:
    return {who for who, user in cast.items() if RaisedIssue.objects.visible_to(user).filter(pk=issue.pk).exists()}


def test_the_state_sees_an_issue_once_it_was_sent_and_also_when_it_is_closed(issue, cast):
    here = {"staff", "manager", "colleague", "neighbor", "board"}
    assert reading(cast, issue) == here
    steps.close_issue(issue, text="Solved here.", by=cast["staff"], at=NOW)
    assert reading(cast, issue) == here
    steps.reopen_issue(issue, text="It is not.", by=cast["staff"], at=NOW)
    steps.send_issue(issue, by=cast["staff"], at=NOW)
    assert reading(cast, issue) == here | {"state"}


def test_what_people_may_do_depends_on_who_they_are_and_how_it_stands(issue, cast):
    def able(who: str) -> set[str]:
        return {name for name, can in vars(may_do(issue, cast[who])).items() if can}

    assert able("staff") == {"edit", "send", "note", "close"}
    assert able("manager") == {"edit", "note", "close"}
    assert able("neighbor") == able("colleague") == able("board") == set()
    steps.send_issue(issue, by=cast["staff"], at=NOW)
    issue.refresh_from_db()
    assert able("state") == {"note", "pass_on", "answer", "close"}
    assert able("manager") == able("staff") == {"note", "close"}


@pytest.mark.parametrize(("who", "answer"), [("neighbor", 403), ("stranger", 404)])
def test_strangers_do_not_find_an_issue_and_neighbors_do_not_act(as_, issue, who, answer):
    assert as_(who).post(reverse("meetings:raised_note", args=[issue.pk]), {"text": "Us too."}).status_code == answer


# ---------------------------------------------------------------- Pages
def test_a_manager_raises_an_issue_for_the_only_partner_and_staff_for_themselves(as_, area, partner):
    url = reverse("meetings:raised_add", args=[area.slug])
    assert "Raised by" not in text_of(as_("manager").get(url))
    assert as_("manager").post(url, FACTS).status_code == 302
    assert as_("staff").post(url, FACTS).status_code == 302
    assert list(RaisedIssue.objects.order_by("pk").values_list("partnership", flat=True)) == [partner.pk, None]


def test_what_was_typed_stays_when_it_may_identify_a_customer(as_, area, partner):
    url = reverse("meetings:raised_add", args=[area.slug])
    response = as_("manager").post(url, FACTS | {"text": "Maria Lopez, 34, waits."})
    assert list(response.context["form"].errors) == ["fine"]
    assert "Two systems for one person" in text_of(response)


def test_the_state_answers_on_its_page(as_, issue, cast):
    steps.send_issue(issue, by=cast["staff"], at=NOW)
    page = text_of(as_("state").get(issue.get_absolute_url()))
    assert "Answer the issue" in page
    as_("state").post(reverse("meetings:raised_answer", args=[issue.pk]), {"text": "One form is enough."})
    page = text_of(as_("manager").get(issue.get_absolute_url()))
    assert "One form is enough." in page
    assert "Answered after" in page


def test_lists_filter_by_state_of_affairs_and_export(as_, area, cast):
    sibling = factories.make_area(state=area.state, name="Lower Tanager")
    old = timezone.now() - timedelta(days=50)
    factories.make_raised_issue(area, title="An old one", status="sent", raised_at=old)
    factories.make_raised_issue(area, title="A new one", status="federal")
    factories.make_raised_issue(area, title="A closed one", status="closed")
    factories.make_raised_issue(sibling, title="From elsewhere", status="sent")
    url = reverse("meetings:raised_list", args=[area.slug])

    def found(who: str, url: str) -> set[str]:
        return {row.title for row in as_(who).get(url).context["table"].page.object_list.data}

    assert found("manager", url) == {"An old one", "A new one", "A closed one"}
    assert found("manager", f"{url}?state=waiting") == {"An old one", "A new one"}
    assert found("manager", f"{url}?state=old") == {"An old one"}
    state = reverse("meetings:state_raised_list", args=[area.state.code])
    assert found("state", state) == {"An old one", "A new one", "From elsewhere"}
    assert found("state", f"{state}?area={sibling.pk}") == {"From elsewhere"}
    sheet = b"".join(as_("state").get(f"{state}?export=csv").streaming_content).decode()
    assert "An old one" in sheet


def test_a_list_costs_the_same_for_one_issue_and_for_ten(as_, area, partner):
    goal = factories.make_goal(factories.make_plan(area))

    def queries(url: str) -> int:
        client = as_("state")
        client.get(url)
        with CaptureQueriesContext(connection) as found:
            client.get(url)
        return len(found)

    urls = [
        reverse("meetings:raised_list", args=[area.slug]),
        reverse("meetings:state_raised_list", args=[area.state.code]),
    ]
    factories.make_raised_issue(area, status="sent", goal=goal, partnership=partner)
    few = [queries(url) for url in urls]
    for _number in range(10):
        factories.make_raised_issue(area, status="sent", goal=goal, partnership=partner)
    assert [queries(url) for url in urls] == few


def test_the_search_and_the_page_of_the_partner_lead_to_an_issue(as_, area, partner, issue):
    need = factories.make_need(area, name="Interpreters")
    found = text_of(as_("board").get(reverse("partners:search", args=[area.slug]), {"q": "systems"}))
    assert issue.get_absolute_url() in found
    found = text_of(as_("board").get(reverse("partners:search", args=[area.slug]), {"q": "interpreters"}))
    assert need.get_absolute_url() in found
    page = text_of(as_("board").get(reverse("partners:partnership_detail", args=[partner.pk])))
    assert issue.get_absolute_url() in page


# ---------------------------------------------------------------- To-do items
def test_the_staff_decide_and_the_state_answers(area, cast, issue):
    at = timezone.now()

    def asked(role: For, **place: Any) -> list[tuple[str, str]]:
        items = todo_items([role], TodoPlace(at, **place))
        return [(item.kind, item.what) for item in items if "Two systems" in item.what]

    staff = {"area": area, "user": cast["staff"]}
    assert asked(For.STAFF, **staff) == [("soon", f"Decide about a raised issue: {issue.title}")]
    assert asked(For.STATE, state=area.state) == []
    steps.send_issue(issue, by=cast["staff"], at=at - timedelta(days=31))
    assert asked(For.STAFF, **staff) == []
    assert asked(For.STATE, state=area.state) == [("soon", f"Answer: {issue.title}")]


# ---------------------------------------------------------------- At once
@pytest.mark.django_db(transaction=True)
def test_two_who_send_an_issue_at_once_send_it_once(area, cast):
    issue = factories.make_raised_issue(area)
    seats_of(cast["staff"])

    def send() -> None:
        steps.send_issue(issue, by=cast["staff"], at=NOW)

    outcome = second_waits_for(send, send)
    assert isinstance(outcome, CannotRaise)
    assert RaisedEntry.objects.count() == 1
