"""The search box at the top of every page."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from partners.coverage.programs import load_programs
from partners.models import Practice, Program
from partners.search import network_search
from partners.search.network_fields import Sought
from partners.search.network_search import SearchKind, register_kinds
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
def look(as_, area):
    """Return a function that searches and returns the response."""

    def search(words: str, who: str = "staff", **more: str) -> Any:
        answer = as_(who).get(reverse("partners:search", args=[area.slug]), {"q": words} | more)
        assert answer.status_code == 200
        return answer

    return search


@pytest.fixture
def why(look):
    """Return a function that searches and returns the reason for each result by its name."""

    def search(words: str) -> dict[str, str]:
        groups = look(words).context["results"].groups
        return {str(hit.row): f"{hit.label}: {hit.text}" if hit.label else "" for group in groups for hit in group.hits}

    return search


@pytest.fixture
def find(look):
    """Return a function that searches and returns the names of the results of each kind."""

    def search(words: str, who: str = "staff") -> dict[str, list[str]]:
        groups = look(words, who).context["results"].groups
        return {group.kind: [str(hit.row) for hit in group.hits] for group in groups}

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


# ---------------------------------------------------------------- The engine of the directory
@pytest.mark.parametrize(
    ("words", "facts", "reason"),
    [
        ("food stamps", {"description": "We help you with SNAP."}, "Description: We help you with <mark>SNAP</mark>."),
        ("wheelchair", {"description": "Wheelchair repair."}, "Description: <mark>Wheelchair</mark> repair."),
        ("deaf", {"accommodations": ["asl", "reader"]}, "Accommodations: Sign language interpreter and Help with"),
        ("español", {"languages": ["English", "Spanish"]}, "Languages: English and Spanish"),
        ("blind", {"accommodations": ["braille"]}, "Accommodations: Braille"),
        ("tenants", {"audience": "For a tenant"}, "Who it serves: For a <mark>tenant</mark>"),
        ("diploma", {"keywords": ["GED"]}, "Keywords: <mark>GED</mark>"),
        ("astronaut", {"keywords": ["GED"]}, ""),
        ("ged", {"keywords": ["GED"]}, "Keywords: <mark>GED</mark>"),
        ("seniors", {"groups": ["older"]}, "Groups served: People 55 and older"),
    ],
)
def test_services_are_found_as_in_the_directory_and_say_why(why, partner, words, facts, reason):
    load_programs()
    make_service(partner, name="Job club")
    make_service(partner, name="Workshop", **facts)
    found = why(words)
    assert ("Workshop" in found) is bool(reason)
    assert found.get("Workshop", "").startswith(reason)
    assert "Job club" not in found


def test_a_match_in_the_name_needs_no_reason(why, partner):
    make_service(partner, name="Welding class", description="Welding for beginners.")
    make_service(partner, name="Evening class", description="Also welding.")
    assert why("welding") == {"Welding class": "", "Evening class": "Description: Also <mark>welding</mark>."}
    # Some words in the name, others elsewhere.
    assert why("class beginners") == {"Welding class": "Description: Welding for <mark>beginners</mark>."}


def test_a_service_in_an_accessible_building_says_so(why, area, partner):
    center = make_center(area, name="Center Street", accessibility=["ramp", "parking"])
    make_service(partner, name="Workshop").centers.add(center)
    found = why("wheelchair")
    assert found["Workshop"].startswith("Accessible building: ")
    assert found["Center Street"] == "Accessibility: Ramp and Accessible parking"


@pytest.mark.parametrize("words", ["NFJP", "nfjp", "National Farmworker Jobs Program"])
def test_partners_and_services_are_found_by_their_programs(why, partner, neighbor_partner, words):
    load_programs()
    program = Program.objects.get(code="nfjp")
    partner.programs.add(program)
    partner.programs.add(Program.objects.get(code="vocational-rehabilitation"))
    make_service(neighbor_partner, name="Training").programs.add(program)
    found = why(words)
    assert set(found) == {"Millrace Adult Learning", "Training"}
    assert strip_tags(found["Millrace Adult Learning"]) == "Programs: National Farmworker Jobs Program"
    assert found["Training"].startswith("Programs: ")


def test_services_that_are_not_public_are_found_by_their_words(find, partner):
    make_service(partner, name="Workshop", keywords=["xylophone"], is_public=False)
    paused = make_partnership(partner.area, name="Paused Agency", status="paused")
    make_service(paused, name="Pause", description="A xylophone.")
    assert find("xylophones")["service"] == ["Workshop", "Pause"]
    assert find("xylophone", "board")["service"] == ["Workshop", "Pause"]


def test_typing_errors_are_corrected_only_if_nothing_is_found(look, find, partner):
    make_service(partner, name="Job club", keywords=["welding"])
    results = look("weldng").context["results"]
    assert [str(hit.row) for hit in results.groups[0].hits] == ["Job club"]
    assert results.corrected == "welding"
    assert "Nothing matches “weldng”. These are the results for “welding”." in look("weldng").content.decode()
    make_representative(partner, name="Ann Weldng")
    results = look("weldng").context["results"]
    assert (results.corrected, [str(hit.row) for hit in results.groups[0].hits]) == ("", ["Ann Weldng"])
    assert find("older") == {}, "a correct word is not corrected"


def test_results_with_some_of_the_words_are_shown_if_none_has_all(look, partner):
    make_service(partner, name="Job club", description="Welding for beginners.")
    answer = look("welding for purple ponies")
    assert answer.context["results"].is_loose
    assert "Nothing matches all of your words." in answer.content.decode()


def test_synonyms_are_named(look, partner):
    load_programs()
    make_service(partner, name="Help with SNAP")
    assert "“Supplemental Nutrition Assistance Program”" in look("food stamps").content.decode()


# ---------------------------------------------------------------- Phone numbers and email addresses
NOTATIONS = ["555 010 0142", "(555) 010-0142", "5550100142", "+1 555.010.0142", "1-555-010-0142", "010-0142", "0100142"]


@pytest.mark.parametrize("words", [*NOTATIONS, "555-010-0142 ext. 7", "(555) 010-0142 x7"])
def test_a_phone_number_is_found_in_any_notation(why, area, partner, neighbor_partner, words):
    partner.local_phone = "(555) 010-0142"
    partner.save()
    make_service(partner, name="Workshop", phone="555.010.0142, ask for intake")
    make_representative(partner, name="Mina Sorrel", phone="1 555 010 0142 ext. 7")
    make_representative(neighbor_partner, name="Joel Abara", phone="(555) 010-0143")
    make_center(area, name="Eastgate", phone="5550100142")
    make_location(partner.organization, name="Main office", phone="555-0100142")
    assert {name: strip_tags(reason) for name, reason in why(words).items()} == {
        "Millrace Adult Learning": "Phone: (555) 010-0142",
        "Workshop": "Phone: 555.010.0142, ask for intake",
        "Mina Sorrel": "Phone: 1 555 010 0142 ext. 7",
        "Eastgate": "Phone: 5550100142",
        "Main office": "Phone: 555-0100142",
    }


@pytest.mark.parametrize(
    ("words", "digits"),
    [
        ("010-0142", "0100142"), ("1 (555) 010-0142", "5550100142"), ("555 010 0142, extension 12", "5550100142"),
        ("43215", ""), ("010-014", ""), ("call 5550100142", ""), ("4 Mill Street", ""), ("---------", ""),
    ],
)  # fmt: skip
def test_only_enough_digits_are_a_phone_number(words, digits):
    assert Sought(words).digits == digits


def test_the_phone_of_the_organization_counts_unless_there_is_one_for_the_area(find, partner):
    partner.organization.phone = "(555) 010-0142"
    partner.organization.save()
    assert find("010-0142") == {"partner": ["Millrace Adult Learning"]}
    partner.local_phone = "(555) 010-0199"
    partner.save()
    assert find("010-0142") == {}, "the page of the partner does not show it"


@pytest.mark.parametrize("words", ["m.sorrel@millrace.example", "M.Sorrel@Millrace.example", "@millrace.example"])
def test_an_email_address_is_found(why, partner, words):
    partner.local_email = "office@weir.example"
    partner.save()
    make_representative(partner, name="Mina S.", email="m.sorrel@millrace.example")
    make_service(partner, name="Workshop", email="m.sorrel@millrace.example")
    found = why(words)
    assert set(found) == {"Mina S.", "Workshop"}
    assert "millrace.example" in found["Workshop"]
    assert "Millrace Adult Learning" in why("office@weir.example")


def test_the_end_of_an_email_address_alone_does_not_match_words(find, partner):
    make_representative(partner, name="Mina S.", email="m.sorrel@parents.example")
    assert find("rent") == {}
    assert find("m.sorrel") == {"person": ["Mina S."]}


# ---------------------------------------------------------------- Rights
@pytest.mark.parametrize("words", ["010-0142", "hidden@millrace.example", "xylophone", "NFJP"])
def test_what_somebody_may_not_see_is_not_found(find, partner, other_area, words):
    load_programs()
    facts: dict[str, Any] = {"phone": "(555) 010-0142", "email": "hidden@millrace.example"}
    elsewhere = make_partnership(other_area)
    elsewhere.programs.add(Program.objects.get(code="nfjp"))
    gone: dict[str, Any] = {"archived_at": "2026-01-01T00:00Z"}
    for own in (elsewhere, make_partnership(partner.area, name="Gone", **gone)):
        make_service(own, name="Xylophone", **facts)
        make_representative(own, name="Xylophone player", **facts)
    make_service(partner, name="Xylophone", **facts, **gone)
    make_representative(partner, name="Xylophone player", **facts, **gone)
    make_center(partner.area, name="Xylophone Street", **facts, **gone)
    for who in ("staff", "manager", "board"):
        assert find(words, who) == {}


@pytest.mark.parametrize("words", ["welding", "010-0142", "nothing here", "weldng"])
def test_no_search_costs_more_queries_for_more_rows(as_, area, partner, queries_of, words):
    load_programs()
    client, url = as_("staff"), reverse("partners:search", args=[area.slug]) + f"?q={words}"

    def add(number: int) -> None:
        made = make_partnership(area, name=f"Agency {number}")
        make_service(made, name=f"Class {number}", description="Welding.", phone="(555) 010-0142")
        make_representative(made, phone="(555) 010-0142", job_title="Welding teacher")

    add(1)
    client.get(url)
    for_one = queries_of(lambda: client.get(url))
    for number in range(2, 15):
        add(number)
    assert queries_of(lambda: client.get(url)) == for_one


# ---------------------------------------------------------------- Pages
def test_all_results_of_one_kind_can_be_shown(look, partner):
    for number in range(14):
        make_service(partner, name=f"Welding {number}")
    make_representative(partner, name="Ann Welding")
    answer = look("welding")
    html = answer.content.decode()
    assert len(answer.context["results"].groups[0].hits) == 10
    assert "View all 14" in html
    assert f"/areas/{partner.area.slug}/search/?q=welding&amp;kind=service" in html
    answer = look("welding", kind="service")
    assert [(group.kind, len(group.hits)) for group in answer.context["results"].groups] == [("service", 14)]
    assert "Show all kinds of results" in answer.content.decode()
    assert len(look("welding", kind="nonsense").context["results"].groups) == 2


def test_the_empty_page_says_what_can_be_searched_for(look, partner):
    for words, heading in (("", "What you can search for"), ("m", "Enter at least 2 letters or digits")):
        html = look(words).content.decode()
        assert heading in html
        assert "A phone number or an email address" in html


def test_a_page_without_results_says_what_to_try_next(look, partner):
    make_service(partner, name="Welding")
    html = look("wldingstuff").content.decode()
    assert "No results for “wldingstuff”" in html
    assert "Check the spelling." in html
    for name in ("partnership_list", "service_list", "representative_list"):
        assert reverse(f"partners:{name}", args=[partner.area.slug]) in html
    html = look("weldingstuff").content.decode()
    assert "Did you mean:" in html
    assert '?q=welding">welding</a>' in html


def test_markup_in_results_is_escaped(look, partner):
    make_service(partner, name="Workshop", description="<b>welding</b> & more", keywords=["<i>"])
    make_representative(partner, name="Ann", job_title="<b>welding teacher")
    html = look("welding").content.decode()
    assert "&lt;b&gt;<mark>welding</mark>&lt;/b&gt; &amp; more" in html
    assert "&lt;b&gt;<mark>welding</mark> teacher" in html


# ---------------------------------------------------------------- Kinds of other apps
def test_another_app_adds_a_kind_of_things(look, area, monkeypatch):
    make_practice(area, title="Agreement with the library")
    only_title = SearchKind(
        "agreement",
        "Agreements",
        lambda area, viewer: Practice.objects.filter(area=area),
        "partners/search/found/_practice.html",
        name="title",
    )
    monkeypatch.setattr(network_search, "KINDS", dict(network_search.KINDS))
    register_kinds(only_title)
    page = look("library").content.decode()
    assert page.index(">\n      Agreements") > page.index(">\n      Practices")
    assert [group.kind for group in look("library", kind="agreement").context["results"].groups] == ["agreement"]
