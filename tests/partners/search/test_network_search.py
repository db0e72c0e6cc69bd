"""The search box on top of every page."""

import pytest
from django.urls import reverse

from tests.factories import (
    make_center,
    make_location,
    make_partnership,
    make_practice,
    make_representative,
    make_service,
    make_term,
)


@pytest.fixture
def find(as_, area):
    def search(words, who="staff"):
        answer = as_(who).get(reverse("partners:search", args=[area.slug]), {"q": words})
        assert answer.status_code == 200
        return {group.kind: [str(row) for row in group.rows] for group in answer.context["found"]}

    return search


@pytest.mark.parametrize(
    ("words", "kind", "name"),
    [
        ("millrace", "partner", "Millrace Adult Learning"),
        ("Vocational", "service", "Vocational rehabilitation"),
        ("vocatonal rehab", "service", "Vocational rehabilitation"),
        ("sorrel", "person", "Mina Sorrel"),
        ("eastgate", "center", "Eastgate"),
        ("4 mill", "place", "Main office"),
        ("braided", "term", "braided funding"),
        ("shared cost", "term", "braided funding"),
        ("one plan", "practice", "One plan, not two"),
    ],
)
def test_words_find_partners_services_people_and_places(find, area, partner, words, kind, name):
    make_service(partner, name="Vocational rehabilitation")
    make_representative(partner, name="Mina Sorrel")
    make_center(area, name="Eastgate")
    make_location(partner.organization, name="Main office", street="4 Mill Street")
    make_term(area, name="braided funding").usages.create(system="The State", wording="shared cost")
    make_practice(area, title="One plan, not two")
    assert name in find(words)[kind]


def test_other_areas_and_what_was_put_away_stay_out(find, partner, other_area):
    elsewhere = make_partnership(other_area, name="Millrace Elsewhere")
    make_service(elsewhere, name="Millrace hour")
    make_service(partner, name="Millrace class", archived_at="2026-01-01T00:00Z")
    assert find("millrace") == {"partner": ["Millrace Adult Learning"]}


@pytest.mark.parametrize("words", ["", "m", "   ", "zzzzqqq", "%", "'", "\\"])
def test_too_little_or_nothing_finds_nothing(find, partner, words):
    assert find(words) == {}


@pytest.mark.parametrize("who", ["stranger", "outsider", "nobody"])
def test_strangers_do_not_search_here(as_, area, who):
    assert as_(who).get(reverse("partners:search", args=[area.slug])).status_code == 404


def test_it_costs_the_same_for_one_find_and_for_ten(as_, area, partner, queries_of):
    client, url = as_("staff"), reverse("partners:search", args=[area.slug]) + "?q=welding"
    make_service(partner, name="Welding")
    client.get(url)
    for_one = queries_of(lambda: client.get(url))
    for number in range(9):
        make_service(partner, name=f"Welding {number}")
    assert queries_of(lambda: client.get(url)) == for_one
