"""Questions as people ask them: words around the matter, some of the words, Spanish, wordings, closed services."""

import pytest

from partners.models import LocalArea, Service, ServiceText
from partners.search import queries
from partners.search.question import LONGEST_QUOTED, Question, read_question
from partners.search.question_words import is_precise, is_spanish
from tests.factories import make_service


def names(words: str, area: LocalArea | None) -> list[str]:
    found = queries.find_services(Question(words, area=area))
    by_pk = Service.objects.in_bulk(found.service_ids)
    return [by_pk[pk].name for pk in found.service_ids]


# ---------------------------------------------------------------- Words around the matter
@pytest.mark.parametrize(
    "typed",
    [
        "welding", "help me find a welding class", "where can I get welding", "I need welding",
        "I'm trying to do welding",
        "necesito welding", "dónde puedo encontrar welding", "quiero welding", "estoy buscando welding",
    ],
)  # fmt: skip
def test_words_around_the_matter_hide_nothing(area, partner, typed):
    make_service(partner, name="Welding")
    make_service(partner, name="Job club", description="We help you find what you need.")
    assert names(typed, area)[0] == "Welding"


def test_words_around_the_matter_count_if_there_is_nothing_else(area, partner):
    make_service(partner, name="Help line")
    assert names("help", area) == ["Help line"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("necesito comida", True), ("¿comida?", True), ("ayuda para la renta", True), ("niños", True), ("rent", False),
     ("ex con jobs", False), ("my son", False)],
)  # fmt: skip
def test_spanish_questions_are_known_by_their_small_words(typed, expected):
    assert is_spanish(typed) is expected


def test_words_in_quotation_marks_and_excluded_ones_are_taken_as_typed():
    assert is_precise('"help me find"')
    assert is_precise("rent -deposit")
    assert not is_precise('rent "" help')
    assert not is_precise("re-entry")


# ---------------------------------------------------------------- Some of the words
def test_services_with_some_words_follow_those_with_all_if_these_are_few(area, partner):
    make_service(partner, name="Carpentry")
    make_service(partner, name="Forklift carpentry")
    make_service(partner, name="Forklift")
    found = queries.find_services(Question("forklift carpentry", area=area))
    assert names("forklift carpentry", area)[0] == "Forklift carpentry"
    assert (found.is_loose, found.whole, found.counts.total) == (True, 1, 3)


def test_the_page_says_how_many_have_all_words(client, area, partner):
    make_service(partner, name="Forklift carpentry")
    make_service(partner, name="Forklift")
    page = client.get(f"/directory/{area.slug}/", {"q": "forklift carpentry"}).content.decode()
    assert "1 service matches all of your words. The others match some of them." in page


def test_only_whole_matches_are_shown_if_there_are_enough(area, partner, monkeypatch):
    monkeypatch.setattr(queries, "FEW", 1)
    make_service(partner, name="Forklift carpentry")
    make_service(partner, name="Forklift")
    assert names("forklift carpentry", area) == ["Forklift carpentry"]


# ---------------------------------------------------------------- Ranking
def test_services_that_are_closed_for_a_while_come_last(area, partner):
    make_service(partner, name="Welding", is_paused=True)
    make_service(partner, name="Shop class", description="Some welding.")
    assert names("welding", area) == ["Shop class", "Welding"]


def test_a_name_says_more_than_keywords_and_these_more_than_the_rest(area, partner):
    make_service(partner, name="Club", eligibility="Those who like welding.")
    make_service(partner, name="Class", description="Learn welding.")
    make_service(partner, name="Course", keywords=["welding"])
    make_service(partner, name="Welding")
    assert names("welding", area) == ["Welding", "Course", "Class", "Club"]


# ---------------------------------------------------------------- Spanish
def test_spanish_texts_of_services_are_found(area, partner):
    service = make_service(partner, name="Food shelf")
    ServiceText.objects.create(service=service, name="Despensa", description="Frutas y verduras.")
    assert names("despensa", area) == ["Food shelf"]
    assert names("verduras", area) == ["Food shelf"]
    ServiceText.objects.all().delete()
    assert names("verduras", area) == []


@pytest.mark.parametrize("typed", ["trabajos", "trabajar", "buscando trabajo", "Trabajó"])
def test_spanish_words_are_found_in_any_form(area, partner, typed):
    make_service(partner, name="Bolsa de trabajo")
    assert names(typed, area) == ["Bolsa de trabajo"]


def test_accents_are_optional(area, partner):
    make_service(partner, name="Clases de computación")
    assert names("computacion", area) == names("computación", area) == ["Clases de computación"]


# ---------------------------------------------------------------- Other wordings
def test_wordings_that_mean_the_same_come_before_wider_ones(area, partner):
    make_service(partner, name="Transitional housing")
    make_service(partner, name="Overnight shelter")
    assert names("homeless shelter", area)[0] == "Overnight shelter"


def test_one_wrong_letter_is_nearer_than_two_in_a_common_word(area, partner):
    for number in range(5):
        make_service(partner, name=f"Career plan {number}")
    make_service(partner, name="Caregiver circle")
    assert names("caregver", area) == ["Caregiver circle"]


# ---------------------------------------------------------------- Anything else
STRANGE = ("a\x00b", "\ud83d", "💼" * 200, "ñ" * 200, "\u202eabc", "x" * 100_000, "&|!():*<->" * 40)


@pytest.mark.parametrize("typed", STRANGE)
def test_any_signs_get_a_page(client, area, typed):
    answer = client.get(f"/directory/{area.slug}/", {"q": typed.encode("utf-8", "replace").decode("utf-8")})
    assert answer.status_code == 200


def test_words_are_short_enough_for_an_address(area):
    question = read_question(lambda name: ["💼" * 200] if name == "q" else [], area)
    assert 0 < len(question.words) * 12 <= LONGEST_QUOTED
    assert len(question.query_string()) < 4000


@pytest.mark.parametrize("typed", ['"welding', 'welding"', '""', '" welding'])
def test_a_lonely_quotation_mark_encloses_nothing(area, partner, typed):
    service = make_service(partner, name="Welding basics")
    make_service(partner, name="Cooking")
    found = queries.find_services(Question(typed if "w" in typed else 'the "" welding', area=area))
    assert found.service_ids == [service.pk]


def test_words_in_quotation_marks_that_are_not_found_can_be_searched_without(client, area, partner):
    make_service(partner, name="Class in welding")
    page = client.get(f"/directory/{area.slug}/", {"q": '"welding class"'})
    assert page.context["number"] == 0
    assert page.context["unquoted_url"].endswith("?q=welding+class")
    assert client.get(page.context["unquoted_url"]).context["number"] == 1
    assert not client.get(f"/directory/{area.slug}/", {"q": "cooking"}).context["unquoted_url"]


def test_a_long_question_ends_with_a_whole_word():
    question = read_question(lambda name: ["welding " * 40] if name == "q" else [], None)
    assert set(question.words.split()) == {"welding"}
    assert 190 < len(question.words) <= 200
    assert len(read_question(lambda name: ["x" * 300] if name == "q" else [], None).words) == 200


def test_words_that_say_nothing_list_everything_and_the_page_says_so(client, area, partner):
    make_service(partner, name="Welding")
    page = client.get(f"/directory/{area.slug}/", {"q": "the"}).content.decode()
    assert "Add a word for what you need." in page
    assert "Add a word for what you need." not in client.get(f"/directory/{area.slug}/").content.decode()


def test_a_long_question_is_shortened_in_the_heading_and_signs_are_escaped_once(client, area, partner):
    make_service(partner, name="Welding")
    page = client.get(f"/directory/{area.slug}/", {"q": "zzxqy & <b> " * 15}).content.decode()
    heading = page.split('<h2 id="found-h">')[1].split("</h2>")[0]
    assert "zzxqy &amp; &lt;b&gt; zzxqy" in heading
    assert "&amp;amp;" not in heading
    assert heading.strip().endswith("…”")


def test_of_one_word_the_page_does_not_say_that_services_match_some_words(client, area, partner):
    make_service(partner, name="Welding")
    make_service(partner, name="Registered apprenticeship")
    page = client.get(f"/directory/{area.slug}/", {"q": "welding"})
    assert page.context["found"].is_loose
    assert "1 service matches what you typed. The others are related to it." in page.content.decode()
    assert "some of your words" not in page.content.decode()
