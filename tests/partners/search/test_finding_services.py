"""Find services by words: ranking, typing errors, synonyms, incomplete words, nonsense."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from partners.coverage.programs import load_programs
from partners.glossary import terms
from partners.models import LocalArea, Partnership, Program, Service, Synonym
from partners.search import facets, index, queries, synonyms
from partners.search.question import Question
from partners.search.understanding import Meaning, near_words
from partners.tasks import keep_directory_true
from tests.factories import (
    make_area,
    make_center,
    make_location,
    make_partnership,
    make_service,
    make_term,
    make_user,
)


@pytest.fixture
def offers(partner: Partnership) -> None:
    """Six services of Millrace."""
    load_programs()
    make_service(partner, name="Vocational rehabilitation counseling", description="A plan for work.")
    make_service(partner, name="Job club", description="Tips on vocational rehabilitation, and coffee.")
    make_service(partner, name="GED preparation", keywords=["high school equivalency"])
    make_service(partner, name="Café training", description="Learn to run a café; pre-employment course.")
    make_service(partner, name="Housing advice", audience="Tenants", groups=["older"])
    make_service(partner, name="Welding", description="Welding for beginners.")


def names(words: str, area: LocalArea | None, *, exactly: bool = False) -> list[str]:
    found = queries.find_services(Question(words, exactly, {}, area))
    by_pk = Service.objects.in_bulk(found.service_ids)
    return [by_pk[pk].name for pk in found.service_ids]


def meaning(words: str, area: LocalArea | None = None) -> Meaning:
    return queries.find_services(Question(words, area=area)).meaning


# ---------------------------------------------------------------- Ranking
@pytest.mark.usefixtures("offers")
def test_matches_in_the_name_come_first(area):
    assert names("vocational rehabilitation", area) == ["Vocational rehabilitation counseling", "Job club"]


def test_filters_find_what_lies_beyond_the_listings_that_are_counted(area, partner, monkeypatch):
    monkeypatch.setattr(facets, "COUNTED", 3)
    for number in range(9):
        spoken = ["Somali"] if number > 6 else ["Spanish"]
        make_service(partner, name=f"Class {number}", description="All about welding.", languages=spoken)
    for where in (None, area):
        question = Question("welding", chosen={"language": ("Somali",)}, area=where)
        found = queries.find_services(question)
        assert {service.name for service in Service.objects.filter(pk__in=found.service_ids)} == {"Class 7", "Class 8"}
        assert not found.counts.are_whole


def test_a_search_is_two_queries(area, partner, django_assert_num_queries):
    for _ in range(queries.FEW):
        make_service(partner, name="Welding")
    index.rebuild()
    with django_assert_num_queries(2):  # one for what the words mean, one that counts and finds
        assert queries.find_services(Question("welding", area=area)).counts.total == queries.FEW


def test_the_typed_word_ranks_above_its_synonyms(area, partner):
    load_programs()
    make_service(partner, name="High school diploma and high school equivalency")
    make_service(partner, name="GED preparation")
    make_service(partner, name="Study hall", description="For the GED.")
    assert names("GED", area) == ["GED preparation", "High school diploma and high school equivalency", "Study hall"]


def test_equal_ranks_are_ordered_by_id(area, partner):
    made = [make_service(partner, name="Welding") for _ in range(5)]
    found = queries.find_services(Question("welding", area=area)).service_ids
    assert found == sorted(service.pk for service in made)


def test_the_number_of_ranked_services_is_limited(area, partner, monkeypatch):
    monkeypatch.setattr(queries, "RANKED_BY_HEAD", 2)
    monkeypatch.setattr(queries, "RANKED_BY_BODY", 3)
    for _ in range(9):
        make_service(partner, name="Welding")
    found = queries.find_services(Question("welding", area=area))
    assert (len(found.service_ids) <= 5, found.counts.total) == (True, 9)


# ---------------------------------------------------------------- Typing errors and incomplete words
@pytest.mark.usefixtures("offers")
@pytest.mark.parametrize(
    ("typed", "first", "corrected"),
    [
        ("vocatonal rehab", "Vocational rehabilitation counseling", "vocational rehab"),
        ("vocational rehabiltation", "Vocational rehabilitation counseling", "vocational rehabilitation"),
        ("WELDNG", "Welding", "welding"),
        ("hosuing", "Housing advice", "housing"),
        ("cafe", "Café training", ""),
        ("CAFÉ", "Café training", ""),
        ("pre employment", "Café training", ""),
        ("pre-employment", "Café training", ""),
    ],
)
def test_typing_errors_are_corrected(area, typed, first, corrected):
    assert names(typed, area)[0] == first
    assert meaning(typed, area).corrected == corrected


@pytest.mark.usefixtures("offers")
def test_words_that_services_match_as_typed_are_only_questioned(area):
    found = meaning("welding or housng", area)
    assert names("welding or housng", area) == ["Welding"]
    assert (found.corrected, found.suggested) == ("", "welding or housing")


@pytest.mark.parametrize("word", ["lisa", "hvac", "ssdi"])
def test_short_unknown_words_do_not_become_similar_ones(area, partner, word):
    make_service(partner, name="List of avid readers, hub and said")
    assert meaning(word, area).corrected == ""


@pytest.mark.usefixtures("offers")
def test_a_trade_is_found_by_the_name_of_who_works_in_it(area, partner):
    make_service(partner, name="Carpentry shop")
    assert names("welder", area)[0] == "Welding"
    assert names("carpenters", area)[0] == "Carpentry shop"
    assert meaning("welder", area).also[0] == "welding"


@pytest.mark.usefixtures("offers")
def test_correction_can_be_turned_off(area):
    assert names("vocatonal", area, exactly=True) == []
    assert names("vocational", area, exactly=True) == ["Vocational rehabilitation counseling", "Job club"]


@pytest.mark.usefixtures("offers")
@pytest.mark.parametrize("typed", ["vo", "voc", "vocat", "vocatio", "vocational reh", "vocational rehabilita"])
def test_an_incomplete_last_word_finds_whole_words(area, typed):
    assert "Vocational rehabilitation counseling" in names(typed, area)
    assert meaning(typed, area).corrected == ""


@pytest.mark.usefixtures("offers")
def test_a_short_complete_word_is_not_taken_as_the_beginning_of_another(area, partner):
    make_service(partner, name="A car for work")
    make_service(partner, name="Career plan")
    assert names("car", area) == ["A car for work"]


@pytest.mark.usefixtures("offers")
def test_words_with_a_known_stem_are_not_corrected(area):
    assert meaning("welded", area).corrected == ""
    assert names("welded", area) == ["Welding"]


@pytest.mark.usefixtures("offers")
def test_services_are_found_by_their_groups(area):
    assert "Housing advice" in names("seniors", area)


@pytest.mark.usefixtures("offers")
def test_services_with_some_of_the_words_are_found_if_none_has_all(area):
    found = queries.find_services(Question("welding for purple ponies", area=area))
    assert found.is_loose
    assert names("welding for purple ponies", area) == ["Welding"]


@pytest.mark.usefixtures("offers")
def test_quotes_and_minus_work(area):
    assert names('"rehabilitation counseling"', area) == ["Vocational rehabilitation counseling"]
    assert names("vocational -counseling", area) == ["Job club"]


@pytest.mark.usefixtures("offers")
def test_similar_words_are_offered_only_if_there_are_any(area):
    assert near_words(Question("zzxqy", area=area)) == []
    assert "housing" in near_words(Question("housting", area=area))


# ---------------------------------------------------------------- Nonsense
NONSENSE = (
    "!! & | <->", "'", '"', "\\", "a'b\"c", "; DROP TABLE partners_service; --", "%s %(query)s", "()", "or", "the of",
    "x" * 5000, "word " * 1000, "💼", "'; SELECT pg_sleep(9)--", "*" * 300,
)  # fmt: skip


@pytest.mark.usefixtures("offers")
@pytest.mark.parametrize("typed", NONSENSE)
def test_nonsense_gets_a_page(client, area, typed):
    answer = client.get(f"/directory/{area.slug}/", {"q": typed})
    assert answer.status_code == 200
    assert Partnership.objects.exists()


STRANGE = (
    "?center=abc", "?center=99999999999999999999", "?program=-1", "?group=nobody", "?page=zz", "?page=-1", "?today=2",
    "?language=" + "x" * 300, "?kind=%C3%28", "?free=yes", "?language=%27%22", "?center=²",
)  # fmt: skip


@pytest.mark.parametrize("query", STRANGE)
def test_invalid_filters_are_ignored(client, area, partner, query):
    make_service(partner, name="Welding")
    answer = client.get(f"/directory/{area.slug}/{query}")
    assert answer.status_code == 200


# ---------------------------------------------------------------- Synonyms
@pytest.mark.usefixtures("offers")
@pytest.mark.parametrize(
    ("typed", "first"),
    [("VR", "Vocational rehabilitation counseling"), ("voc rehab", "Vocational rehabilitation counseling"),
     ("hiset", "GED preparation"), ("high school diploma", "GED preparation"), ("rent assistance", "Eviction help")],
)  # fmt: skip
def test_everyday_synonyms_work_in_every_area(area, partner, typed, first):
    make_service(partner, name="Eviction help")
    assert names(typed, area)[0] == first
    assert names(typed, None)[0] == first


@pytest.mark.usefixtures("offers")
def test_synonyms_are_reported_and_can_be_turned_off(area):
    assert "Vocational Rehabilitation" in meaning("VR", area).also
    assert names("VR", area, exactly=True) == []


@pytest.mark.parametrize(
    ("typed", "facts"),
    [
        ("deaf", {"accommodations": ["asl"]}),
        ("deaf", {"languages": ["ASL"]}),
        ("deaf", {"languages": ["American Sign Language"]}),
        ("hard of hearing", {"accommodations": ["captioning"]}),
        ("sign language", {"accommodations": ["asl"]}),
        ("ASL", {"accommodations": ["asl"]}),
        ("blind", {"accommodations": ["braille"]}),
        ("blind", {"accommodations": ["screen_reader"]}),
        ("blind", {"accommodations": ["large_print"]}),
        ("low vision", {"accommodations": ["large_print"]}),
        ("braille", {"accommodations": ["braille"]}),
        ("Spanish", {"languages": ["English", "Spanish"]}),
        ("español", {"languages": ["English", "Spanish"]}),
        ("espanol", {"languages": ["English", "spanish"]}),
        ("tiếng Việt", {"languages": ["Vietnamese"]}),
        ("childcare", {"accommodations": ["childcare"]}),
    ],
)
def test_services_are_found_by_their_languages_and_accommodations(area, partner, typed, facts):
    load_programs()
    make_service(partner, name="Job club")
    make_service(partner, name="Workshop", **facts)
    assert names(typed, area) == ["Workshop"]
    assert names(typed, None) == ["Workshop"]


def test_services_in_accessible_buildings_are_found(area, partner):
    make_service(partner, name="Job club").centers.add(make_center(area, name="Steps", accessibility=["braille"]))
    make_service(partner, name="Workshop").centers.add(make_center(area, name="Ramp", accessibility=["ramp"]))
    place = make_location(partner.organization, name="Loop", accessibility=["loop"])
    make_service(partner, name="Class").locations.add(place)
    assert names("wheelchair", area) == ["Workshop"]
    assert names("hearing loop", area) == ["Class"]


def test_english_finds_classes_and_not_all_that_is_in_english(area, partner):
    make_service(partner, name="Job club", languages=["English"])
    make_service(partner, name="Class for beginners", description="Learn English.", languages=["English"])
    assert names("English", area) == ["Class for beginners"]


def test_words_around_the_matter_are_left_out_unless_nothing_else_is_typed(area, partner):
    make_service(partner, name="Rent help")
    make_service(partner, name="Get ready", description="Find what you need.")
    assert names("I need help with rent", area) == ["Rent help"]
    assert names("need", area) == ["Get ready"]
    assert names("necesito help con rent", area) == ["Rent help"]
    assert names('"find what you need"', area) == ["Get ready"]


def test_services_that_are_not_public_are_neither_found_nor_counted(area, partner):
    make_service(partner, name="Zebraic", is_public=False)
    found = queries.find_services(Question("zebraic", area=area))
    assert (found.service_ids, found.counts.matched, found.counts.total) == ([], 0, 0)
    assert queries.find_services(Question(area=area)).counts.total == 0
    assert near_words(Question("zebraicc", area=area)) == []
    assert queries.find_services(Question("zebraicc", area=area)).meaning.corrected == ""


def test_services_are_found_by_the_names_of_their_programs(area, partner):
    load_programs()
    make_service(partner, name="Counseling").programs.add(Program.objects.get(code="vocational-rehabilitation"))
    assert names("voc rehab", area) == ["Counseling"]


def make_wordings(area: LocalArea, *, approved: bool = True, is_synonym: bool = True) -> None:
    """Add a term and approve it; the search takes its synonyms from there."""
    usage = {"partnership": None, "program": None, "system": "The case system", "wording": "stumbling block"}
    facts = {"name": "Barrier", "abbreviation": "BRR", "definition": "What stands between a person and work."}
    usages = [usage | {"meaning": "", "is_synonym": is_synonym}]
    term = terms.add_term(area, facts=facts, usages=usages, by=make_user(), at=timezone.now())
    if approved:
        terms.approve_term(term, by=make_user(), at=timezone.now())


def test_the_glossary_of_an_area_gives_synonyms_there_only(area, other_area, partner):
    make_service(partner, name="Clearing a barrier")
    make_service(make_partnership(other_area), name="Clearing a barrier elsewhere")
    make_wordings(area)
    assert names("stumbling block", area) == ["Clearing a barrier"]
    assert names("BRR", area) == ["Clearing a barrier"]
    assert names("stumbling block", other_area) == []
    assert names("stumbling block", None) == []


@pytest.mark.parametrize("kept_out", [{"approved": False}, {"is_synonym": False}])
def test_drafts_and_usages_that_are_no_synonyms_find_nothing(area, partner, kept_out):
    make_service(partner, name="Clearing a barrier")
    make_wordings(area, **kept_out)
    assert names("stumbling block", area) == []


def test_archiving_a_term_removes_its_synonyms(area):
    make_wordings(area)
    assert Synonym.objects.filter(area=area).count() == 3
    terms.archive_term(area.terms.get(), by=make_user(), at=timezone.now())
    assert not Synonym.objects.filter(area=area).exists()


@pytest.mark.django_db(transaction=True)
def test_concurrent_refreshes_wait_for_each_other():
    """Without the lock, each would restore what the other removed, or violate the unique constraint."""
    area = make_area()
    done = []

    def refresh() -> None:
        try:
            done.append(synonyms.refresh_synonyms(area))
        finally:
            connection.close()

    thread = threading.Thread(target=refresh)
    with transaction.atomic():
        make_term(area, name="Barrier", abbreviation="BRR", approved=True)
        synonyms.refresh_synonyms(area)
        thread.start()
        thread.join(0.3)
        assert thread.is_alive(), "the second did not wait for the first"
    thread.join(20)
    assert (done, Synonym.objects.filter(area=area).count()) == ([2], 2)


# ---------------------------------------------------------------- Nightly task
def test_the_nightly_task_rebuilds_and_counts(area, partner):
    make_service(partner, name="Welding", verified_on=timezone.localdate() - timedelta(days=9))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM partners_listing")
    keep_directory_true()
    assert names("welding", area) == ["Welding"]
    assert index.rebuild() == 0
