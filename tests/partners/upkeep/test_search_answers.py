"""What people look for and do not find: the list of staff and of the state, and what they do about it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from onestop.ui.small_queries import read_together
from partners.models import SearchAnswer, Service, Term, UnansweredQuestion
from partners.search.queries import find_services
from partners.search.question import Question
from partners.search.unanswered_weeks import trend_in_words, weeks_of
from partners.todo.searches import asked_in_vain
from partners.upkeep.search_answers import CannotAnswer, answer_by_keyword, answer_that_nobody_offers_it
from tests.factories import make_area, make_search_answer, make_service, make_unanswered

NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _monday(monkeypatch) -> None:
    for module in ("views.unanswered", "filters.unanswered"):
        monkeypatch.setattr(f"partners.{module}.timezone.localdate", lambda *_args: TODAY)
        monkeypatch.setattr(f"partners.{module}.timezone.now", lambda: NOW)


@pytest.fixture
def show(as_, area):
    """Return a function that opens the list and returns the response."""

    def ask(query: str = "", who: str = "staff") -> Any:
        answer = as_(who).get(reverse("partners:unanswered_list", args=[area.slug]) + query)
        assert answer.status_code == 200
        return answer

    return ask


def listed(answer: Any) -> list[tuple[str, int]]:
    return [(row.record.words, row.record.times) for row in answer.context["table"].page.object_list]


def asked(area: Any, words: str, *ago_and_number: tuple[int, int], **facts: Any) -> UnansweredQuestion:
    for ago, number in ago_and_number:
        row = make_unanswered(area, words=words, day=TODAY - timedelta(days=ago), number=number, **facts)
    return row


# ---------------------------------------------------------------- The list
def test_words_are_listed_once_the_most_frequent_first(show, area):
    asked(area, "piano", (3, 1))
    asked(area, "tattoo removal", (10, 2), (1, 3))
    asked(area, "tattoo removal", (1, 1), language="es")
    asked(make_area(), "elsewhere", (1, 9))
    asked(None, "nowhere", (1, 9))
    answer = show()
    assert listed(answer) == [("tattoo removal", 6), ("piano", 1)]
    html = answer.content.decode()
    assert "6 in the last 4 weeks, 0 in the 4 before" in html
    assert 'class="op-spark"' in html
    assert answer.context["table"].page.object_list[0].record.last_day == TODAY - timedelta(days=1)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?q=tatt", [("tattoo", 6)]),
        ("?since=28", [("tattoo", 2), ("piano", 1)]),
        ("?since=84", [("tattoo", 3), ("piano", 1)]),
        ("?kind=partly", [("tattoo", 3)]),
        ("?language=es", [("piano", 1)]),
        ("?answer=nobody", [("drums", 5)]),
        ("?answer=done", [("lute", 4)]),
        ("?answer=all", [("tattoo", 6), ("drums", 5), ("lute", 4), ("piano", 1)]),
        ("?sort=words", [("piano", 1), ("tattoo", 6)]),
        ("?sort=times", [("piano", 1), ("tattoo", 6)]),
        ("?sort=-last_day", [("piano", 1), ("tattoo", 6)]),
    ],
)
def test_the_list_can_be_filtered_and_sorted(show, area, query, expected):
    asked(area, "tattoo", (100, 3), kind="partly")
    asked(area, "tattoo", (50, 1), (2, 2))
    asked(area, "piano", (0, 1), language="es")
    asked(area, "drums", (1, 5))
    asked(area, "lute", (1, 4))
    make_search_answer(area, words="drums")
    make_search_answer(area, words="lute", kind="term", answered_on=TODAY)
    assert listed(show(query)) == expected


def test_words_that_are_asked_again_after_an_answer_come_back(show, area):
    asked(area, "lute", (9, 4), (2, 3))
    make_search_answer(area, words="lute", kind="term", answered_on=TODAY - timedelta(days=5))
    assert listed(show()) == [("lute", 3)]
    SearchAnswer.objects.update(answered_on=TODAY)
    assert listed(show()) == []


def test_an_answer_of_another_area_hides_nothing_here(show, area):
    asked(area, "lute", (1, 1))
    make_search_answer(make_area(), words="lute")
    assert listed(show()) == [("lute", 1)]


def test_an_empty_list_says_what_belongs_here(show, area):
    assert "No search without an answer yet" in show().content.decode()
    asked(area, "lute", (1, 1))
    make_search_answer(area, words="lute")
    assert "Every search has an answer" in show().content.decode()


def test_the_list_is_exported(show, area):
    asked(area, "tattoo", (2, 2))
    asked(area, "=2+2", (1, 1))
    lines = b"".join(show("?export=csv")).decode("utf-8-sig").splitlines()
    assert lines[0] == "Words,Times asked,Last asked,What was found,Language,Answer"
    assert lines[1].startswith("tattoo,2,")
    assert lines[1].endswith(",Nothing was found,en,")
    assert lines[2].startswith("'=2+2,1,")


def test_as_many_queries_for_many_words_as_for_one(show, area):
    asked(area, "word 0", (1, 1))
    show()
    with CaptureQueriesContext(connection) as one:
        show()
    for number in range(1, 12):
        asked(area, f"word {number}", (1, 1), (9, 2))
    with CaptureQueriesContext(connection) as many:
        show()
    assert len(many) == len(one)


def test_the_page_is_a_tab_of_services_for_staff_only(as_, area):
    address = reverse("partners:service_list", args=[area.slug])
    assert "Searches without an answer" in as_("staff").get(address).content.decode()
    assert "Searches without an answer" not in as_("manager").get(address).content.decode()


# ---------------------------------------------------------------- Answers
def post(client: Any, name: str, question: UnansweredQuestion, **data: Any) -> Any:
    return client.post(reverse(f"partners:{name}", args=[question.pk]), data)


def test_a_keyword_makes_searches_find_the_service(as_, area, partner):
    service = make_service(partner, name="Skin care", keywords=["laser"])
    question = asked(area, "tattoo removal", (1, 2))
    staff = as_("staff")
    assert "tattoo removal" in staff.get(reverse("partners:unanswered_keyword", args=[question.pk])).content.decode()
    answer = post(staff, "unanswered_keyword", question, service=service.pk, keyword="tattoo removal")
    assert answer.status_code == 302
    service.refresh_from_db()
    assert service.keywords == ["laser", "tattoo removal"]
    assert find_services(Question("tattoo removal", area=area)).service_ids == [service.pk]
    [done] = SearchAnswer.objects.all()
    assert (done.kind, done.service, done.answered_on) == ("keyword", service, TODAY)
    assert str(done.answered_by) == "Dana Whitcomb"
    assert service.verified_on is None  # a keyword confirms nothing
    post(staff, "unanswered_keyword", question, service=service.pk, keyword="Tattoo Removal")
    service.refresh_from_db()
    assert service.keywords == ["laser", "tattoo removal"]
    detail = staff.get(reverse("partners:unanswered_detail", args=[question.pk])).content.decode()
    assert "Skin care" in detail
    assert "Keyword of a service" in detail


def test_a_keyword_needs_a_service_of_this_area(as_, area, partner, cast):
    question = asked(area, "tattoo", (1, 2))
    strange, gone = make_service(), make_service(partner, archived_at=timezone.now())
    for service in (strange, gone):
        answer = post(as_("staff"), "unanswered_keyword", question, service=service.pk, keyword="tattoo")
        assert answer.status_code == 200
        with pytest.raises(CannotAnswer):
            answer_by_keyword(area, "tattoo", service=service, keyword="tattoo", by=cast["staff"], at=NOW)
    assert not SearchAnswer.objects.exists()
    assert "Choose a service." in post(as_("staff"), "unanswered_keyword", question, keyword="x").content.decode()
    full = make_service(partner, keywords=[f"word {number}" for number in range(50)])
    answer = post(as_("staff"), "unanswered_keyword", question, service=full.pk, keyword="tattoo")
    assert "too many keywords" in answer.content.decode()
    assert len(Service.objects.get(pk=full.pk).keywords) == 50


def test_a_term_is_proposed_with_the_words(as_, area):
    question = asked(area, "tattoo", (1, 2))
    staff = as_("staff")
    answer = post(staff, "unanswered_term", question)
    assert answer["Location"] == reverse("partners:term_add", args=[area.slug]) + "?name=tattoo"
    assert 'value="tattoo"' in staff.get(answer["Location"]).content.decode()
    assert SearchAnswer.objects.get().kind == "term"
    assert not Term.objects.exists()


def test_words_that_nobody_serves_are_hidden_with_a_note_until_that_is_undone(as_, show, area):
    question = asked(area, "piano", (1, 2))
    staff = as_("staff")
    assert "What you can do" in staff.get(reverse("partners:unanswered_detail", args=[question.pk])).content.decode()
    answer = post(staff, "unanswered_nobody", question, note=" Next county ")
    assert answer["Location"] == reverse("partners:unanswered_list", args=[area.slug])
    assert listed(show()) == []
    asked(area, "piano", (-1, 1))
    assert listed(show()) == []  # also if it is asked again
    detail = staff.get(reverse("partners:unanswered_detail", args=[question.pk])).content.decode()
    assert "Next county" in detail
    assert "Dana Whitcomb" in detail
    post(staff, "unanswered_reopen", question)
    assert listed(show()) == [("piano", 3)]
    assert post(staff, "unanswered_reopen", question).status_code == 302


def test_the_last_answer_counts(area, cast):
    answer_that_nobody_offers_it(area, "piano", note="Far away", by=cast["staff"], at=NOW)
    answer_that_nobody_offers_it(area, "piano", by=None, at=NOW)
    [answer] = SearchAnswer.objects.all()
    assert (answer.note, answer.answered_by) == ("", None)


def test_the_database_refuses_a_keyword_of_no_service(area):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_search_answer(area, words="x", kind="keyword")


def test_trying_a_search_from_the_page_is_not_counted(as_, area):
    question = asked(area, "piano", (1, 2))
    staff = as_("staff")
    url = staff.get(reverse("partners:unanswered_detail", args=[question.pk])).context["try_url"]
    assert staff.get(url, headers={"User-Agent": "Mozilla/5.0 Firefox/140.0"}).status_code == 200
    assert UnansweredQuestion.objects.get().number == 2


def test_the_state_reads_and_answers_nothing(as_, area):
    question = asked(area, "piano", (1, 2))
    state = as_("state")
    page = state.get(reverse("partners:unanswered_detail", args=[question.pk]))
    assert "What you can do" not in page.content.decode()
    assert post(state, "unanswered_nobody", question).status_code == 403


def test_questions_of_no_area_have_no_page(as_):
    question = asked(None, "piano", (1, 2))
    assert as_("state").get(reverse("partners:unanswered_detail", args=[question.pk])).status_code == 404


# ---------------------------------------------------------------- The state
def test_a_state_sees_all_its_areas_together(as_, area, other_area):
    sibling = make_area(state=area.state, name="Downriver")
    asked(area, "piano", (1, 2))
    asked(sibling, "piano", (2, 1))
    asked(sibling, "lute", (2, 1))
    asked(sibling, "drums", (2, 1))
    asked(other_area, "elsewhere", (1, 9))
    asked(None, "nowhere", (1, 9))
    make_search_answer(area, words="drums")  # the other area has not answered
    make_search_answer(sibling, words="piano")
    address = reverse("partners:state_unanswered_list", args=[area.state.code])
    answer = as_("state").get(address)
    assert listed(answer) == [("piano", 2), ("drums", 1), ("lute", 1)]
    assert "Downriver" in answer.content.decode()
    assert listed(as_("state").get(address + "?answer=all")) == [("piano", 3), ("drums", 1), ("lute", 1)]
    assert listed(as_("state").get(address + "?answer=all&areas=2")) == [("piano", 3)]
    lines = b"".join(as_("state").get(address + "?export=csv&answer=all")).decode("utf-8-sig").splitlines()
    assert lines[1].endswith('"Downriver, Riverbend"')


# ---------------------------------------------------------------- The home page of staff
@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], ""),
        (["piano"], "People searched for “piano” and did not find it"),
        (["lute", "piano"], "People searched for “lute” and “piano” and did not find them"),
        (["lute", "oboe", "piano"], "People searched for “lute”, “oboe” and other things and did not find them"),
    ],
)
def test_staff_are_told_what_people_ask_often_and_do_not_find(area, words, said):
    for one in words:
        asked(area, one, (1, 2), (27, 1))
    asked(area, "now and then", (1, 2), (28, 5))
    asked(area, "answered", (1, 9))
    make_search_answer(area, words="answered")
    asked(make_area(), "elsewhere", (1, 9))
    [items] = read_together([asked_in_vain(area, datetime(2026, 11, 23, 18, tzinfo=UTC))])
    items = list(items)
    assert [item.what for item in items] == ([said] if said else [])
    assert all(item.url == reverse("partners:unanswered_list", args=[area.slug]) + "?since=28" for item in items)


@pytest.mark.parametrize(("who", "sees"), [("staff", True), ("manager", False), ("board", False)])
def test_only_staff_see_it_on_their_home_page(as_, area, who, sees):
    make_unanswered(area, words="piano", day=timezone.localdate(), number=5)
    page = as_(who).get(f"/areas/{area.slug}/").content.decode()
    assert ("People searched for “piano”" in page) == sees


# ---------------------------------------------------------------- Weeks
def test_weeks_end_today(area):
    asked(area, "piano", (0, 1), (6, 2), (7, 4), (83, 8), (84, 16))
    weeks = weeks_of(UnansweredQuestion.objects.all(), ["piano", "lute"], TODAY)
    assert weeks == {"piano": [8, *[0] * 9, 4, 3], "lute": [0] * 12}
    assert trend_in_words(weeks["piano"]) == "7 in the last 4 weeks, 0 in the 4 before"
