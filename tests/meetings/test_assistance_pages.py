"""The pages of questions: ask, answer without losing what was typed, lists, figures, to-do items, reminders, search."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate, now

from meetings.assistance.reading import figures_of
from meetings.models import Question
from meetings.notices.questions import OVERDUE, REMINDER
from onestop.notices import planners
from onestop.notices.models import Notice
from onestop.ui.todo import For, TodoPlace, todo_items
from partners.models import LocalArea
from partners.search.network_search import find_in_area
from tests import factories

NOW = datetime(2026, 9, 7, 15, 0, tzinfo=LocalArea().zone)  # a Monday
ASKED = {"subject": "Interpreter", "question": "Whom do you call?"}


def day(days: int) -> str:
    return (localdate() + timedelta(days=days)).isoformat()


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def question(area, partner, neighbor_partner, cast) -> Question:
    return factories.make_question(
        area, cast["manager"], asker=partner, to_partnership=neighbor_partner, subject="Interpreter"
    )


# ---------------------------------------------------------------- Ask
def test_a_manager_asks_for_the_only_partner_without_choosing_it(as_, area, partner, neighbor_partner):
    url = reverse("meetings:question_add", args=[area.slug])
    page = text_of(as_("manager").get(url))
    assert "Asked by" not in page
    given = ASKED | {"to": f"partner-{neighbor_partner.pk}", "due_on": day(14)}
    response = as_("manager").post(url, given)
    [question] = Question.objects.all()
    assert (response.status_code, question.asker, question.to_partnership) == (302, partner, neighbor_partner)


def test_staff_ask_for_themselves_or_for_any_partner(as_, area, partner):
    url = reverse("meetings:question_add", args=[area.slug])
    as_("staff").post(url, ASKED | {"to": "staff", "due_on": day(14)})
    as_("staff").post(url, ASKED | {"to": "staff", "due_on": day(14), "asker": str(partner.pk)})
    assert list(Question.objects.order_by("pk").values_list("asker", flat=True)) == [None, partner.pk]


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"due_on": "2020-01-02"}, "due_on", "This day has passed"),
        ({"due_on": "2099-01-02"}, "due_on", "more than a year"),
        ({"due_on": "soon"}, "due_on", ""),
        ({"to": "partner-999999"}, "to", ""),
        ({"to": ""}, "to", "Choose who is asked"),
        ({"question": ""}, "question", ""),
        ({"question": "Maria Lopez, 34, needs help"}, "fine", "select this box to confirm"),
    ],
)
def test_bad_input_is_refused_beside_its_field_and_nothing_typed_is_lost(as_, area, partner, wrong, field, words):
    url = reverse("meetings:question_add", args=[area.slug])
    response = as_("manager").post(url, ASKED | {"to": "staff", "due_on": day(14)} | wrong)
    assert list(response.context["form"].errors) == [field]
    assert words in text_of(response)
    assert 'value="Interpreter"' in text_of(response)
    assert not Question.objects.exists()


def test_personal_data_is_sent_after_it_was_confirmed(as_, area, partner):
    url = reverse("meetings:question_add", args=[area.slug])
    typed = ASKED | {"question": "Is (555) 010-0142 right?", "to": "staff", "due_on": day(14)}
    assert "looks like a phone number" in text_of(as_("manager").post(url, typed))
    assert as_("manager").post(url, typed | {"fine": "on"}).status_code == 302


# ---------------------------------------------------------------- Answer
def test_an_answer_sent_after_another_one_keeps_its_text_and_is_sent_after_reading(as_, question):
    url = reverse("meetings:question_answer", args=[question.pk])
    factories.make_question_entry(question, text="Call the county.")
    page = as_("neighbor").post(url, {"text": "Ask the hospital.", "known": "0"})
    shown = text_of(page)
    assert "wrote meanwhile" in shown
    assert "Call the county." in shown
    assert "Ask the hospital." in shown
    known = page.context["form"].data["known"]
    assert as_("neighbor").post(url, {"text": "Ask the hospital.", "known": known}).status_code == 302
    assert question.entries.count() == 2


def test_an_answer_to_a_withdrawn_question_is_refused_with_its_text(as_, question):
    Question.objects.update(status="withdrawn")
    page = text_of(as_("neighbor").post(reverse("meetings:question_answer", args=[question.pk]), {"text": "Hello."}))
    assert "was withdrawn" in page
    assert "Hello." in page


def test_the_page_offers_each_person_what_they_can_do(as_, question):
    entry = factories.make_question_entry(question)
    Question.objects.update(status="replied")
    accept = reverse("meetings:answer_accept", args=[entry.pk])
    answer = reverse("meetings:question_answer", args=[question.pk])
    offered = {
        who: (accept in page, answer in page)
        for who in ("manager", "neighbor", "staff", "board")
        if (page := as_(who).get(question.get_absolute_url()).content.decode())
    }
    assert offered == {
        "manager": (True, False), "neighbor": (False, True), "staff": (True, True), "board": (False, False)
    }  # fmt: skip
    as_("manager").post(accept)
    as_("manager").post(accept)
    assert Question.objects.get().solution == entry


def test_only_the_other_side_agrees_to_a_day(as_, question, cast):
    later = question.due_on + timedelta(days=7)
    as_("neighbor").post(
        reverse("meetings:question_date", args=[question.pk]), {"on": later.isoformat(), "reason": "We are away."}
    )
    agree = reverse("meetings:question_date_agree", args=[question.pk])
    page = text_of(as_("neighbor").post(agree, {"on": later.isoformat()}, follow=True))
    assert "The other side decides" in page
    for typed in ("", "soon", "2026-02-31"):
        assert as_("manager").post(agree, {"on": typed}).status_code == 302
    question.refresh_from_db()
    assert question.proposed_on == later
    as_("manager").post(agree, {"on": later.isoformat()})
    question.refresh_from_db()
    assert (question.due_on, question.proposed_on) == (later, None)


# ---------------------------------------------------------------- Lists and figures
def test_the_list_filters_by_state_by_whose_it_is_by_partner_program_and_words(as_, area, question, partner):
    factories.make_answered_question(area, subject="Settled")
    late = factories.make_question(area, to_partnership=partner, subject="Late", due_on=localdate() - timedelta(days=3))
    program = factories.make_program()
    late.program_links.create(program=program)
    url = reverse("meetings:question_list", args=[area.slug])

    def shown(who: str, **query: Any) -> set[str]:
        response = as_(who).get(url, query)
        return {row.record.subject for row in response.context["table"].page.object_list}

    assert shown("manager", state="open") == {"Interpreter", "Late"}
    assert shown("manager", state="overdue") == {"Late"}
    assert shown("manager", state="answered") == {"Settled"}
    assert shown("manager", whose="mine") == {"Interpreter"}
    assert shown("manager", whose="for_me") == {"Late"}
    assert shown("staff", whose="for_me") == {"Settled"}
    assert shown("manager", partner=partner.pk) == {"Interpreter", "Late"}
    assert shown("manager", program=program.code) == {"Late"}
    assert shown("neighbor", q="hospital phone") == {"Settled"}
    assert shown("neighbor") == {"Interpreter", "Settled"}
    for sort in ("subject", "-asker", "asked_of", "asked_at", "-due_on", "status"):
        assert as_("manager").get(url, {"sort": sort}).status_code == 200


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_list_is_exported_with_questions_and_answers(as_, area, kind):
    factories.make_answered_question(area, subject="Settled")
    response = as_("staff").get(reverse("meetings:question_list", args=[area.slug]), {"export": kind})
    content = b"".join(response.streaming_content) if response.streaming else response.content
    assert response.status_code == 200
    assert kind == "xlsx" or b"We share a phone line" in content


def test_a_list_takes_as_many_queries_for_many_questions_as_for_one(as_, area, partner, neighbor_partner):
    url = reverse("meetings:question_list", args=[area.slug])

    def queries(number: int, **query: Any) -> int:
        for _ in range(number):
            factories.make_answered_question(area, asker=partner, to_partnership=neighbor_partner)
        as_("staff").get(url)
        with CaptureQueriesContext(connection) as captured:
            response = as_("staff").get(url, query)
            assert response.status_code == 200
            if response.streaming:
                list(response.streaming_content)
        return len(captured)

    assert queries(1) == queries(9)
    assert queries(0, export="csv") == queries(5, export="csv")


def test_the_figures_count_working_days_to_the_answer(area, cast):
    timezone.activate(area.zone)
    for days in (1, 3, 7):  # Tuesday, Thursday, and the next Monday: 1, 3 and 5 working days
        done = factories.make_answered_question(area, asked_at=NOW)
        Question.objects.filter(pk=done.pk).update(answered_at=NOW + timedelta(days=days))
    long_ago = factories.make_answered_question(area, asked_at=NOW - timedelta(days=500))
    Question.objects.filter(pk=long_ago.pk).update(answered_at=NOW - timedelta(days=400))
    factories.make_question(area, asked_at=NOW, due_on=NOW.date())
    figures = figures_of(Question.objects.all(), area, NOW + timedelta(days=8))
    assert (figures.open, figures.overdue, figures.answered, figures.in_days) == (1, 1, 3, "3 working days")


# ---------------------------------------------------------------- To-do items, reminders, search
def todo(whose: For, user: Any, area: Any, at: datetime) -> list[str]:
    items = todo_items([whose], TodoPlace(at=at, area=area, user=user))
    return [str(item.what) for item in items if item.icon == "chat-left-text"]


def test_questions_wait_for_those_who_are_asked_and_answers_for_those_who_asked(area, cast, question):
    assert "Answer: Interpreter" in todo(For.MANAGER, cast["neighbor"], area, now())
    assert not todo(For.MANAGER, cast["manager"], area, now())
    Question.objects.update(status="replied")
    assert todo(For.REPRESENTATIVE, cast["colleague"], area, now()) == ["Your question has an answer: Interpreter"]
    assert not todo(For.MANAGER, cast["neighbor"], area, now())


def test_staff_see_overdue_questions_and_those_of_a_partner_that_left(area, cast, question, neighbor_partner):
    late = now() + timedelta(days=20)
    assert "1 question between partners is overdue" in todo(For.STAFF, cast["staff"], area, late)
    neighbor_partner.archived_at = now()
    neighbor_partner.save()
    assert "Answer: Interpreter" in todo(For.STAFF, cast["staff"], area, now())


def test_a_person_with_two_roles_has_each_item_once(area, cast, question):
    place = TodoPlace(at=now(), area=area, user=cast["neighbor"])
    items = [str(item.what) for item in todo_items([For.MANAGER, For.BOARD], place)]
    assert items.count("Answer: Interpreter") == 1


def test_those_who_are_asked_are_reminded_after_the_answer_date_and_then_the_staff(area, question):
    Question.objects.update(due_on=NOW.date())

    def remind(days: int) -> list[str]:
        planners.run(REMINDER.planner(), at=NOW + timedelta(days=days))
        notices = Notice.objects.filter(kind=OVERDUE).order_by("pk")
        return [notice.recipient.name for notice in notices if notice.recipient]

    assert remind(0) == []
    assert remind(1) == ["Bea Norling"]
    assert remind(3) == ["Bea Norling"]
    assert remind(7) == ["Bea Norling"] * 2
    assert remind(14) == ["Bea Norling"] * 2 + ["Dana Whitcomb"]
    assert remind(60) == ["Bea Norling"] * 2 + ["Dana Whitcomb"]


def test_no_reminder_is_sent_once_there_is_an_answer(area, question):
    Question.objects.update(due_on=NOW.date(), status="replied")
    planners.run(REMINDER.planner(), at=NOW + timedelta(days=1))
    assert not Notice.objects.filter(kind=OVERDUE).exists()


def test_the_search_finds_answers_that_the_person_may_read(area, cast, question, as_):
    factories.make_answered_question(area, subject="Settled", question="Whom do you call at night?")
    factories.make_answered_question(area, subject="Secret", question="Whom do you call?", is_private=True)

    def found(who: str, words: str) -> set[str]:
        groups = find_in_area(area, words, cast[who], only="question").groups
        return {hit.row.subject for group in groups for hit in group.hits}

    assert found("board", "hospital") == {"Settled"}
    assert found("staff", "hospital") == {"Settled", "Secret"}
    assert found("neighbor", "interpreter") == {"Interpreter"}
    page = text_of(as_("staff").get(reverse("partners:search", args=[area.slug]), {"q": "hospital"}))
    assert "Settled" in page
