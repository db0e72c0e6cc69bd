"""The search box at the top of every page."""

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
        return {group.kind: [str(hit.row) for hit in group.hits] for group in answer.context["results"].groups}

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
def test_every_kind_of_row_is_found_by_its_words(find, area, partner, words, kind, name):
    make_service(partner, name="Vocational rehabilitation")
    make_representative(partner, name="Mina Sorrel")
    make_center(area, name="Eastgate")
    make_location(partner.organization, name="Main office", street="4 Mill Street")
    make_term(area, name="braided funding").usages.create(system="The State", wording="shared cost")
    make_practice(area, title="One plan, not two")
    assert name in find(words)[kind]


def test_other_areas_and_archived_rows_are_not_found(find, partner, other_area):
    elsewhere = make_partnership(other_area, name="Millrace Elsewhere")
    make_service(elsewhere, name="Millrace hour")
    make_service(partner, name="Millrace class", archived_at="2026-01-01T00:00Z")
    assert find("millrace") == {"partner": ["Millrace Adult Learning"]}


@pytest.mark.parametrize("words", ["", "m", "   ", "zzzzqqq", "%", "'", "\\"])
def test_words_that_are_too_short_or_strange_find_nothing(find, partner, words):
    assert find(words) == {}


@pytest.mark.parametrize("who", ["stranger", "outsider", "nobody"])
def test_people_from_elsewhere_get_404(as_, area, who):
    assert as_(who).get(reverse("partners:search", args=[area.slug])).status_code == 404


def test_the_number_of_queries_does_not_grow_with_results(as_, area, partner, queries_of):
    client, url = as_("staff"), reverse("partners:search", args=[area.slug]) + "?q=welding"
    make_service(partner, name="Welding")
    client.get(url)
    for_one = queries_of(lambda: client.get(url))
    for number in range(9):
        make_service(partner, name=f"Welding {number}")
    assert queries_of(lambda: client.get(url)) == for_one
