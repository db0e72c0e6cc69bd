"""Counting what people look for in vain: what counts, what is never kept, and that nothing says who asked."""

import logging
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.urls import reverse
from django.utils import timezone

from onestop.ops.robots import is_robot
from partners.models import UnansweredQuestion
from partners.search import index, unanswered
from partners.search.unanswered import count_unanswered, forget_unanswered, words_to_keep
from partners.tasks import forget_unanswered_questions
from tests.factories import make_area, make_service, make_unanswered

DAY = date(2026, 11, 23)
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
Kind = UnansweredQuestion.Kind
pytestmark = pytest.mark.django_db


def counted() -> dict[str, int]:
    return dict(UnansweredQuestion.objects.values_list("words", "number"))


# ---------------------------------------------------------------- What is kept of the words
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Help me find a TATTOO removal", "tattoo removal"),
        ("¿Dónde puedo aprender a manejar camión?", "aprender manejar camion"),
        ("tattoo   tattoo, Removal!", "tattoo removal"),
        ("I need help", ""),
        ("", ""),
        ("?", ""),
        ("401k", "401k"),
        ("open 24/7", "open 24/7"),
        ("welding " * 3 + "at nights", "welding nights"),
        ("I'm looking for a driver's test, don't have money", "driver's test money"),
        ("dónde hay clases de costura para mi hijo", "clases costura hijo"),
        ("hola busco algo gratis", "gratis"),
    ],
)
def test_words_are_kept_in_lower_case_without_small_words(typed, kept):
    assert words_to_keep(typed) == kept


def test_at_most_80_characters_are_kept_and_no_half_word():
    kept = words_to_keep(
        "a training for welding certification transportation construction apprenticeship carpentry work"
    )
    assert len(kept) <= 80
    assert kept == "training welding certification transportation construction apprenticeship"


@pytest.mark.parametrize(
    "typed",
    [
        "email ana@example.org about work",
        "call 555-0142",
        "case 12345",
        "123-45-6789",
        "born 3/14/1985 help",
        "12 34 56",
        "maria lopez hernandez",
        "Guadalupe Hernandez",
        "guadalupe de hernandez",
        "my name is john and i lost my job",
        "me llamo rosa busco trabajo",
        "john smith",
        "is maria there tzompantle",
        "mrs smith, 34",
        "Mr Smith counselor",
        "123 main st apartment",
        "hyvaa iltapaivaa haluaisin loytaa tyopaikan work",
    ],
)
def test_what_may_be_of_a_person_is_not_kept(typed):
    assert words_to_keep(typed) == ""


def test_words_that_services_and_synonyms_know_are_no_names(partner):
    assert words_to_keep("xalfresh zorgwelle") == ""
    make_service(partner, name="Zorgwelle for families")
    index.rebuild()
    assert words_to_keep("jvsg zorgwelle families") == "jvsg zorgwelle families"


def test_with_only_known_words_a_single_strange_one_is_too_much():
    assert words_to_keep("nguyenx") == "nguyenx"
    assert words_to_keep("nguyenx", only_known=True) == ""
    assert words_to_keep("welding nights", only_known=True) == "welding nights"


# ---------------------------------------------------------------- Counting
def test_the_same_question_is_one_row_a_day(area):
    for words in ("Tattoo removal", "the tattoo removal", "tattoo  REMOVAL?"):
        assert count_unanswered(area, words, "en", Kind.NOTHING, DAY)
    count_unanswered(area, "tattoo removal", "es", Kind.NOTHING, DAY)
    count_unanswered(area, "tattoo removal", "en", Kind.PARTLY, DAY)
    count_unanswered(area, "tattoo removal", "en", Kind.NOTHING, DAY + timedelta(days=1))
    assert sorted(UnansweredQuestion.objects.values_list("number", flat=True)) == [1, 1, 1, 3]


def test_questions_of_no_area_are_counted_together(area):
    for _each in range(2):
        assert count_unanswered(None, "tattoo removal", "en", Kind.NOTHING, DAY)
    count_unanswered(area, "tattoo removal", "en", Kind.NOTHING, DAY)
    assert set(UnansweredQuestion.objects.values_list("area", "number")) == {(None, 2), (area.pk, 1)}


def test_nobody_fills_the_table(area, monkeypatch):
    monkeypatch.setattr(unanswered, "MOST_A_DAY", 2)
    assert [count_unanswered(area, word, "en", Kind.NOTHING, DAY) for word in ("welding", "tattoo", "piano")] == [
        True, True, False
    ]  # fmt: skip
    assert count_unanswered(area, "welding", "en", Kind.NOTHING, DAY)  # known already
    assert count_unanswered(make_area(), "piano", "en", Kind.NOTHING, DAY)
    assert count_unanswered(area, "piano", "en", Kind.NOTHING, DAY + timedelta(days=1))
    assert counted()["welding"] == 2


def test_the_number_of_a_day_has_an_end(area, monkeypatch):
    monkeypatch.setattr(unanswered, "MOST_TIMES", 2)
    for _each in range(4):
        count_unanswered(area, "welding", "en", Kind.NOTHING, DAY)
    assert counted() == {"welding": 2}


def test_a_question_that_cannot_be_counted_breaks_nothing_and_is_not_logged(area, monkeypatch, caplog):
    monkeypatch.setattr(unanswered, "COUNT", "SELECT 1 / 0 WHERE %(words)s <> ''")
    assert not count_unanswered(area, "tattoo removal", "en", Kind.NOTHING, DAY)
    assert "tattoo" not in caplog.text
    assert "was not counted: DataError" in caplog.text
    assert issubclass(DatabaseError, Exception)


def test_after_a_year_it_is_forgotten(area):
    make_unanswered(area, day=DAY - timedelta(days=366), words="old")
    make_unanswered(area, day=DAY - timedelta(days=365), words="kept")
    assert forget_unanswered(today=DAY) == 1
    assert counted() == {"kept": 1}
    make_unanswered(area, day=timezone.localdate() - timedelta(days=400))
    make_unanswered(area, day=timezone.localdate(), words="new")
    forget_unanswered_questions()
    assert "new" in counted()
    assert not UnansweredQuestion.objects.filter(day__lt=timezone.localdate() - timedelta(days=365)).exists()


# ---------------------------------------------------------------- Which searches count
@pytest.fixture
def search(client, area):
    """Return a function that searches the directory of Riverbend in a browser."""

    def ask(query: str, **headers: str) -> Any:
        found = {"User-Agent": BROWSER} | headers
        return client.get(reverse("partners:directory_area", args=[area.slug]) + query, headers=found)

    return ask


def test_a_search_that_finds_nothing_is_counted_after_the_page(search, area, partner):
    make_service(partner, name="Welding class")
    assert search("?q=tattoo+removal").status_code == 200
    [row] = UnansweredQuestion.objects.all()
    assert (row.area, row.words, row.language, row.kind, row.number) == (area, "tattoo removal", "en", "nothing", 1)
    assert row.day == timezone.localtime(timezone=area.zone).date()


def test_a_search_that_finds_some_of_the_words_is_counted_as_such(search, partner):
    make_service(partner, name="Welding class")
    search("?q=welding+underwater")
    assert list(UnansweredQuestion.objects.values_list("words", "kind")) == [("welding underwater", "partly")]


@pytest.mark.parametrize(
    "query",
    ["", "?q=welding", "?q=tattoo&free=1", "?q=tattoo&exact=tattoo", "?q=tattoo&page=2", "?q=tattoo&print=1",
     "?q=tattoo&uncounted=1", "?q=weldnig"],
)  # fmt: skip
def test_other_searches_are_not_counted(search, partner, query):
    make_service(partner, name="Welding class")
    index.rebuild()
    assert search(query).status_code == 200
    assert counted() == {}


def test_a_search_that_some_services_match_whole_is_not_counted(search, partner):
    make_service(partner, name="Welding underwater")
    make_service(partner, name="Welding class")
    page = search("?q=welding+underwater")
    assert page.context["found"].is_loose
    assert counted() == {}


def test_half_typed_words_are_not_counted_and_finished_ones_are_once(search, partner):
    make_service(partner, name="Welding class")
    live = {"HX-Request": "true"}
    for typed in ("tat", "tatto", "tattoo"):
        answer = search(f"?q={typed}", **live)
        assert 'hx-trigger="load delay' in answer.content.decode()
    assert counted() == {}
    done = search("?q=tattoo&finished=1", **live)
    assert (done.status_code, done.content) == (204, b"")
    assert "HX-Push-Url" not in done
    assert counted() == {"tattoo": 1}
    assert 'hx-trigger="load delay' not in search("?q=welding", **live).content.decode()
    assert 'hx-trigger="load delay' not in search("?q=tattoo").content.decode()  # the page itself counts


def test_a_finished_question_is_looked_up_again(search, partner):
    make_service(partner, name="Welding class")
    assert search("?q=welding&finished=1", **{"HX-Request": "true"}).status_code == 204
    assert search("?q=tattoo&finished=1").status_code == 200
    assert counted() == {}


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"User-Agent": "python-requests/2.32"},
        {"User-Agent": ""},
        {"Sec-Purpose": "prefetch;prerender"},
    ],
)
def test_robots_are_not_counted(search, headers):
    assert search("?q=tattoo", **headers).status_code == 200
    assert counted() == {}


@pytest.mark.parametrize(
    "name",
    [
        BROWSER,
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
        "Version/18.5 Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Mobile "
        "Safari/537.36",
    ],
)
def test_browsers_are_no_robots(rf, name):
    assert not is_robot(rf.get("/", headers={"User-Agent": name}))


def test_only_looking_at_a_page_writes_nothing(client, area):
    client.head(reverse("partners:directory_area", args=[area.slug]) + "?q=tattoo", headers={"User-Agent": BROWSER})
    assert counted() == {}


def test_a_search_of_all_areas_counts_for_none(client, area):
    make_area()
    client.get(reverse("partners:directory"), {"q": "tattoo"}, headers={"User-Agent": BROWSER})
    assert UnansweredQuestion.objects.get(area=None).words == "tattoo"


# ---------------------------------------------------------------- Who asked
def test_nothing_says_who_asked(client, as_, area, cast, caplog):
    """Not the row, not the log, not the session: of a visitor as of somebody signed in."""
    where = reverse("partners:directory_area", args=[area.slug]) + "?q=tattoo+removal"
    with caplog.at_level(logging.DEBUG):
        client.get(where, headers={"User-Agent": BROWSER}, REMOTE_ADDR="203.0.113.77")
        assert client.cookies == {}
        assert dict(client.session) == {}
        signed_in = as_("staff")
        before = dict(signed_in.session)
        signed_in.get(where, headers={"User-Agent": BROWSER}, REMOTE_ADDR="203.0.113.78")
        assert dict(signed_in.session) == before
    said = [record for record in caplog.records if not record.name.startswith("django.db")]
    lines = " ".join(f"{record.getMessage()} {getattr(record, 'fields', '')}" for record in said)
    assert "tattoo" not in lines
    assert "203.0.113" not in lines
    [row] = UnansweredQuestion.objects.values()
    assert row.keys() == {"id", "day", "area_id", "words", "language", "kind", "number"}
    assert row["number"] == 2
    assert type(row["day"]) is date  # no time of day


def test_no_history_is_written_of_questions():
    assert not hasattr(UnansweredQuestion, "pgh_event_model")
