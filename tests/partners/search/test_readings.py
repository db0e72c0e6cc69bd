"""What the texts of services say is read, kept beside the listing, and read again when they change."""

import pytest

from partners.models import Listing, Service
from partners.search import index, listing_readings, queries
from partners.search.lexicon import key_of_concept, keys_of_word, lexicon
from partners.search.listing_readings import read_all, read_listings
from partners.search.question import Question
from partners.search.readings import INSIDE, LEAST, WEIGHTS, parts_of_description, read, unpacked
from partners.tasks import read_new_listings
from tests.at_once import second_goes_on_beside, second_waits_for
from tests.factories import make_area, make_partnership, make_service

RENT = key_of_concept("Rental assistance")
WELDING, SOLDERING = (keys_of_word(word)[0] for word in ("welding", "soldering"))


# ---------------------------------------------------------------- Reading
def test_a_name_says_more_than_keywords_and_these_more_than_a_description():
    parts = ("name", "keywords", "first", "rest", "organization", "audience", "conditions")
    said = [read([(part, "welding")]).best[WELDING] for part in parts]
    assert said == sorted(said, reverse=True)
    assert len(set(said)) == len(parts)


def test_the_best_place_counts_and_each_part_adds_once():
    reading = read([("name", "Rental assistance"), ("keywords", "rental assistance; rental assistance")])
    (strength,) = {sense.strength for sense in lexicon().senses_of(["rental", "assistance"]) if sense.concept == RENT}
    assert reading.best[RENT] == WEIGHTS["name"] * strength
    assert reading.total[RENT] == pytest.approx((WEIGHTS["name"] + WEIGHTS["keywords"]) * strength)
    assert RENT in reading.strong
    assert RENT not in read([("audience", "rental assistance")]).strong


def test_wordings_do_not_go_beyond_a_clause():
    assert RENT not in read([("first", "Rental. Assistance")]).best


def test_a_word_inside_of_a_longer_wording_says_less():
    word = keys_of_word("rental")[0]
    assert read([("name", "rental assistance")]).best[word] == INSIDE


def test_what_hardly_says_anything_is_left_out():
    reading = read([("conditions", "help for somebody with rent and utilities")])
    assert all(value >= LEAST for key, value in reading.best.items() if key in reading.total)


def test_what_is_kept_is_what_was_read_in_hundredths():
    reading = read([("name", "Rental assistance and welding"), ("rest", "rental assistance")])
    kept = unpacked(reading.packed())
    assert kept.keys() == reading.best.keys()
    assert kept[RENT] == (round(100 * reading.best[RENT]), round(100 * reading.total[RENT]))
    assert kept[WELDING] == (100, 0)
    assert unpacked(b"") == {}


def test_the_first_sentence_of_a_description_is_apart():
    assert list(parts_of_description("Welding. And more; of it.")) == [
        ("first", "Welding."),
        ("rest", "And more; of it."),
    ]
    assert list(parts_of_description("")) == [("first", "")]


# ---------------------------------------------------------------- Keeping
def listing_of(service: Service) -> Listing:
    return Listing.objects.get(service=service)


def test_a_search_reads_what_nobody_has_read(area, partner):
    service = make_service(partner, name="Rental assistance")
    assert listing_of(service).concepts is None
    assert queries.find_services(Question("can't pay my rent", area=area)).service_ids == [service.pk]
    assert RENT in (listing_of(service).strong_concepts or [])


def test_a_changed_text_is_read_again_and_other_changes_keep_what_was_read(area, partner):
    service = make_service(partner, name="Rental assistance")
    index.rebuild()
    service.languages = ["Somali"]
    service.is_public = False
    service.save()
    assert listing_of(service).concepts is None  # the language is a word of the text
    index.rebuild()
    Service.objects.filter(pk=service.pk).update(is_public=True)
    assert RENT in (listing_of(service).concepts or [])
    Service.objects.filter(pk=service.pk).update(name="Welding")
    assert listing_of(service).reading is None
    assert queries.find_services(Question("rent", area=area)).service_ids == []
    assert queries.find_services(Question("welding", area=area)).service_ids == [service.pk]


def test_new_words_of_the_thesaurus_are_read_at_night(area, partner, monkeypatch):
    service = make_service(partner, name="Rental assistance")
    assert (read_all(), read_all()) == (1, 0)
    monkeypatch.setattr(listing_readings, "number_of_words", lambda: 5)
    assert (read_all(), read_all()) == (1, 0)
    assert listing_of(service).read_with == 5


def test_the_frequent_task_reads_public_listings_that_nobody_has_read(partner):
    service, hidden = make_service(partner, name="Rental assistance"), make_service(partner, is_public=False)
    read_new_listings()
    assert RENT in (listing_of(service).concepts or [])
    assert listing_of(hidden).concepts is None


def test_imports_read_what_they_write(partner):
    with index.write_listings_once(lambda: [service.pk]):
        service = make_service(partner, name="Rental assistance")
    assert RENT in (listing_of(service).concepts or [])


def test_listings_that_are_gone_or_read_are_left_alone(partner):
    service = make_service(partner, name="Welding")
    assert read_listings([service.pk, service.pk + 1]) == 1
    assert read_listings([service.pk]) == 0
    assert read_listings([]) == 0


@pytest.mark.django_db(transaction=True)
def test_a_reading_never_outlives_its_text():
    """Without the lock, somebody who changes a text while it is read would keep the reading of the old one."""
    service = make_service(make_partnership(make_area()), name="Rental assistance")

    def rename() -> None:
        Service.objects.filter(pk=service.pk).update(name="Welding")

    assert second_waits_for(lambda: read_listings([service.pk]), rename) is None
    assert listing_of(service).concepts is None
    read_all()
    assert RENT not in (listing_of(service).concepts or [])


@pytest.mark.django_db(transaction=True)
def test_two_searches_do_not_read_one_listing_twice():
    service = make_service(make_partnership(make_area()), name="Rental assistance")
    ids = [service.pk]
    assert second_goes_on_beside(lambda: read_listings(ids), lambda: read_listings(ids)) == 0
