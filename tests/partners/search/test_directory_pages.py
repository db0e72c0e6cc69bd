"""The pages of the public directory: visibility, filters, printing and caching."""

import re
from datetime import UTC, datetime, time, timedelta
from html import unescape
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from partners.coverage.programs import load_programs
from partners.models import Absence, Partnership, Service
from partners.search import queries
from tests.factories import make_area, make_center, make_partnership, make_presence, make_program, make_service

NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # a Monday, 12:00 in Riverbend


@pytest.fixture(autouse=True)
def _monday(monkeypatch) -> None:
    monkeypatch.setattr("partners.views.directory.timezone.now", lambda: NOON)


@pytest.fixture
def search(client, area):
    """Return a function that searches the directory of Riverbend and returns the response."""

    def ask(query: str = "", **headers: str) -> Any:
        answer = client.get(reverse("partners:directory_area", args=[area.slug]) + query, headers=headers)
        assert answer.status_code == 200
        return answer

    return ask


def shown(answer: Any) -> list[str]:
    return [found.service.name for found in answer.context["answers"]]


def page(name: str, *args: object) -> str:
    return reverse(f"partners:{name}", args=args)


# ---------------------------------------------------------------- Visibility
def test_services_are_found_without_an_account_or_a_cookie(search, partner):
    make_service(partner, name="GED classes", how_to_get_in="Walk in.", documents="Photo ID", phone="(555) 010-0142")
    answer = search("?q=ged")
    html = answer.content.decode()
    for words in ("1 service", "<mark>GED</mark> classes", "Walk in.", "Photo ID", "tel:+15550100142", "Millrace"):
        assert words in html
    assert answer.cookies == {}
    assert answer["Cache-Control"] == "public, max-age=60"
    assert {"Cookie", "HX-Request"} <= set(answer["Vary"].split(", "))


def test_partial_and_signed_in_pages_are_not_cached_publicly(search, as_, area):
    assert "no-store" in search("", **{"HX-Request": "true"})["Cache-Control"]
    assert "private" in as_("staff").get(page("directory_area", area.slug))["Cache-Control"]


def test_searching_starts_no_session(client, area, partner):
    make_service(partner, name="GED classes")
    client.get(page("directory_area", area.slug))
    assert dict(client.session) == {}


@pytest.mark.parametrize(
    "hidden",
    [{"is_public": False}, {"archived_at": timezone.now()}],
)
def test_hidden_and_archived_services_are_not_shown(client, search, partner, hidden):
    service = make_service(partner, name="Secret lessons", **hidden)
    assert shown(search("?q=secret")) == []
    answer = client.get(page("directory_service", service.pk))
    assert answer.status_code == 404
    assert "Secret" not in answer.content.decode()
    assert "This service is not in the directory" in answer.content.decode()
    for name in ("directory_service_paper", "directory_service_code"):
        assert client.get(page(name, service.pk)).status_code == 404


@pytest.mark.parametrize("change", [{"status": "prospective"}, {"status": "ended"}, {"archived_at": timezone.now()}])
def test_services_of_inactive_partners_are_not_shown(client, search, partner, change):
    service = make_service(partner, name="Secret lessons")
    Partnership.objects.filter(pk=partner.pk).update(**change)
    assert shown(search()) == []
    assert client.get(page("directory_service", service.pk)).status_code == 404


def test_an_archived_area_has_no_directory(client, area, partner, other_area):
    service = make_service(partner)
    type(area).objects.filter(pk=area.pk).update(archived_at=timezone.now())
    for where in (
        page("directory_area", area.slug),
        page("directory_centers", area.slug),
        page("directory_service", service.pk),
    ):
        assert client.get(where).status_code == 404


def test_names_of_staff_are_not_shown(client, search, partner, cast):
    center = make_center(partner.area, name="Center Street")
    service = make_service(partner, name="GED", verified_on="2026-11-01", verified_by=cast["manager"])
    service.centers.add(center)
    make_presence(partner, center, who="Joel Abara", starts_at=time(9), ends_at=time(16))
    for answer in (
        search(),
        client.get(page("directory_service", service.pk)),
        client.get(page("directory_centers", partner.area.slug)),
    ):
        assert "Abara" not in answer.content.decode()


def test_markup_in_services_and_searches_is_escaped(search, client, partner):
    service = make_service(partner, name="<b>Bold</b> classes", description="<script>alert(1)</script>")
    html = search("?q=bold").content.decode()
    assert "&lt;b&gt;<mark>Bold</mark>&lt;/b&gt;" in html
    assert "<script>alert" not in html + client.get(page("directory_service", service.pk)).content.decode()
    assert "<img" not in search("?q=%3Cimg+src%3Dx%3E").content.decode()


# ---------------------------------------------------------------- Areas and pages
def test_a_single_area_is_redirected_to(client, area):
    answer = client.get("/directory/?q=ged")
    assert (answer.status_code, answer["Location"]) == (302, f"/directory/{area.slug}/?q=ged")


def test_several_areas_are_searched_together_or_chosen(client, area, other_area, partner):
    make_service(partner, name="GED classes")
    make_service(make_partnership(other_area), name="GED by video")
    make_area(name="Gone", slug="gone", archived_at=timezone.now())
    html = client.get("/directory/").content.decode()
    assert "Tanager Valley" in html
    assert "Gone" not in html
    answer = client.get("/directory/?q=ged&today=1&center=5")
    assert sorted(shown(answer)) == ["GED by video", "GED classes"]
    assert "Elsewhere" in answer.content.decode()


def test_an_area_shows_its_own_services_only(search, partner, other_area):
    make_service(partner, name="GED classes")
    make_service(make_partnership(other_area), name="GED by video")
    assert shown(search("?q=ged")) == ["GED classes"]


def test_without_words_all_services_are_listed_by_name_in_pages(search, partner):
    for number in range(40):
        make_service(partner, name=f"Class {number:02}")
    first, third = search(), search("?page=3")
    assert (shown(first)[0], shown(third)[-1], len(shown(first))) == ("Class 00", "Class 39", 15)
    assert 'href="/directory/riverbend/?page=2" rel="next"' in first.content.decode()
    assert shown(search("?page=99")) == shown(third)


# ---------------------------------------------------------------- Filters
@pytest.fixture
def many(area, partner, neighbor_partner) -> dict[str, Service]:
    """Nine services that differ in every facet."""
    load_programs()
    centers = [make_center(area, name="Center Street"), make_center(area, name="Millpond")]
    program = make_program(name="Adult Education Program")
    groups = [["youth"], ["veterans", "youth"], ["everyone"]]
    made = {}
    for n in range(9):
        service = make_service(
            partner if n % 2 else neighbor_partner,
            name=f"Class {n}",
            groups=groups[n % 3],
            kind="training" if n < 5 else "supportive",
            languages=["English", "spanish"] if n % 2 else ["English"],
            modes=["phone"] if n % 4 == 0 else ["in_person"],
            accommodations=["asl"] if n < 3 else [],
            cost="Free" if n % 3 else "$20",
        )
        service.centers.add(centers[n % 2])
        if n > 6:
            service.programs.add(program)
        made[service.name] = service
    make_presence(partner, centers[1], starts_at=time(9), ends_at=time(16, 30))
    return made


def test_the_number_beside_a_choice_is_the_number_of_its_results(search, many):
    for query in ("?q=class", "?q=class&language=Spanish", "?q=class&free=1&group=youth", "?kind=training&today=1"):
        groups = search(query).context["groups"]
        assert groups
        for choice in (choice for group in groups for choice in group.choices if not choice.is_chosen):
            others = [pair for pair in query[1:].split("&") if not pair.startswith(f"{choice.code}=")]
            with_it = "?" + "&".join([*others, f"{choice.code}={choice.value}"])
            assert search(with_it).context["number"] == choice.number, (query, choice)


def test_choices_of_one_filter_are_joined_by_or_and_filters_by_and(search, many):
    youth, spanish = search("?group=youth").context["number"], search("?language=Spanish").context["number"]
    assert (youth, spanish) == (6, 4)
    assert search("?group=youth&group=everyone").context["number"] == 9
    assert shown(search("?group=youth&language=Spanish")) == ["Class 1", "Class 3", "Class 7"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?remote=1", ["Class 0", "Class 4", "Class 8"]),
        ("?accommodation=asl", ["Class 0", "Class 1", "Class 2"]),
        ("?group=veterans", ["Class 1", "Class 4", "Class 7"]),
        ("?kind=supportive&free=1", ["Class 5", "Class 7", "Class 8"]),
        ("?today=1", ["Class 1", "Class 3", "Class 5", "Class 7"]),
    ],
)
def test_each_filter_filters(search, many, query, expected):
    assert shown(search(query)) == expected


def test_program_and_center_are_chosen_by_their_numbers(search, many):
    listing = many["Class 7"].listing
    assert shown(search(f"?program={listing.program_ids[0]}")) == ["Class 7", "Class 8"]
    assert shown(search(f"?center={listing.center_ids[0]}&kind=supportive")) == ["Class 5", "Class 7"]


def test_each_filter_can_be_removed(search, many):
    answer = search("?q=class&free=1&language=Spanish&exact=class")
    assert [one.label for one in answer.context["lifted"]] == ["Spanish", "Free"]
    assert [one.url for one in answer.context["lifted"]] == [
        "/directory/riverbend/?q=class&exact=class&free=1",
        "/directory/riverbend/?q=class&exact=class&language=Spanish",
    ]


def test_choices_have_no_numbers_if_there_are_too_many_results(search, many, monkeypatch):
    monkeypatch.setattr("partners.search.facets.COUNTED", 5)
    choices = [choice for group in search("?q=class").context["groups"] for choice in group.choices]
    assert choices
    assert {choice.number for choice in choices} == {None}


# ---------------------------------------------------------------- On site today
def test_partners_on_site_today_are_shown_with_place_and_time(search, many):
    html = search("?q=class&today=1").content.decode()
    assert "On site today, 9:00 AM to 4:30 PM, Millpond" in html
    assert "5 more services match, but their partners are not on site today." in html
    assert "Show all 9 services" in html


@pytest.mark.parametrize(
    ("change", "number"),
    [
        (lambda p: None, 4),
        (lambda p: Absence.objects.create(partnership=p.partnership, first_on=NOON.date(), last_on=NOON.date()), 0),
        (lambda p: Absence.objects.create(center=p.center, first_on=NOON.date(), last_on=NOON.date()), 0),
        (lambda p: type(p).objects.update(weekday=2), 0),
        (lambda p: type(p).objects.update(starts_at=time(8), ends_at=time(11)), 0),
        (lambda p: type(p).objects.update(rhythm="first"), 0),
        (lambda p: type(p).objects.update(rhythm="fourth"), 4),
        (lambda p: type(p).objects.update(ends_on=NOON.date() - timedelta(days=1)), 0),
        (lambda p: type(p).objects.update(archived_at=NOON), 0),
    ],
)
def test_only_presences_later_today_count_as_on_site(search, many, change, number):
    change(many["Class 1"].partnership.presences.get())
    assert search("?today=1").context["number"] == number


# ---------------------------------------------------------------- Corrections, and no results
def test_corrections_and_synonyms_are_shown_and_can_be_turned_off(search, partner):
    load_programs()
    make_service(partner, name="Vocational rehabilitation")
    html = search("?q=vocatonal+rehab").content.decode()
    assert "1 service for “vocational rehab”" in html
    assert "You typed “vocatonal rehab”" in html
    assert "/directory/riverbend/?q=vocatonal+rehab&amp;exact=vocatonal+rehab" in html
    assert shown(search("?q=vocatonal+rehab&exact=vocatonal+rehab")) == []
    # For other words than those typed now, it is ignored.
    assert shown(search("?q=vocatonal&exact=vocatonal+rehab")) == ["Vocational rehabilitation"]
    assert "Also includes “Vocational Rehabilitation”" in search("?q=VR").content.decode()


def test_a_page_without_results_offers_fewer_filters_similar_words_and_centers(search, area, partner):
    make_center(area, name="Center Street", phone="(555) 010-0100")
    make_service(partner, name="Welding", cost="$20", languages=["English"])
    html = search("?q=welding&free=1").content.decode()
    assert "Without “Free”" in html
    assert "tel:+15550100100" in html
    assert "Show 1 service without filters" in search("?q=welding&free=1&language=Somali").content.decode()
    html = search("?q=weldingstuff&exact=weldingstuff").content.decode()
    assert '<a href="/directory/riverbend/?q=welding">welding</a>' in html


# ---------------------------------------------------------------- htmx
def test_an_htmx_response_holds_results_filters_and_the_number_of_results(search, many):
    answer = search("?q=class", **{"HX-Request": "true"})
    html = answer.content.decode()
    assert "<html" not in html
    for name in ("found-said", "facets", "narrow-number"):
        assert re.search(rf'id="{name}"[^>]* hx-swap-oob="innerHTML"', html)
    assert 'role="status"' in html


@pytest.mark.parametrize(
    ("before", "after", "header"),
    [
        ("", "?q=g", "HX-Push-Url"),
        ("?q=g", "?q=ged", "HX-Replace-Url"),
        ("?q=ged", "?q=ge", "HX-Replace-Url"),
        ("?q=ged", "?q=welding", "HX-Push-Url"),
        ("?q=ged", "?q=ged&free=1", "HX-Push-Url"),
        ("?q=ged", "", "HX-Push-Url"),
    ],
)
def test_each_search_but_not_each_letter_is_an_entry_of_the_browser_history(search, before, after, header):
    current = f"http://localhost/directory/riverbend/{before}"
    answer = search(
        after + ("&" if after else "?") + "kind=&page=", **{"HX-Request": "true", "HX-Current-URL": current}
    )
    assert answer[header] == f"/directory/riverbend/{after}"


# ---------------------------------------------------------------- Services and centers
def test_the_page_of_a_service_shows_all_facts(client, area, partner):
    service = make_service(
        partner, name="GED classes", description="Classes.", audience="Adults", eligibility="No diploma", cost="Free",
        documents="Photo ID", how_to_get_in="Walk in", hours="Mon 9 to 12", wait_time="None", phone="(555) 010-0142",
        email="ged@millrace.example", website="https://millrace.example/ged", languages=["Spanish"], modes=["video"],
        accommodations=["asl"], verified_on=NOON.date(),
    )  # fmt: skip
    service.centers.add(make_center(area, name="Center Street", street="200 Center Street", accessibility=["ramp"]))
    html = client.get(page("directory_service", service.pk)).content.decode()
    for words in (
        "Classes.", "Adults", "No diploma", "Free", "Photo ID", "Walk in", "Mon 9 to 12", "tel:+15550100142",
        "mailto:ged@millrace.example", "millrace.example/ged", "Spanish", "By video", "Sign language",
        "200 Center Street", "Ramp", "Last confirmed Mon, Nov 23, 2026", 'rel="canonical"', 'name="description"',
    ):  # fmt: skip
        assert words in html, words


def test_services_not_confirmed_lately_are_marked(client, search, partner):
    old = make_service(partner, name="Old word", verified_on="2025-01-02", phone="(555) 010-0142")
    make_service(partner, name="No word")
    html = search().content.decode()
    assert "Last confirmed Jan 2, 2025" in html
    assert "Not confirmed yet. Ask before you go." in html
    assert html.count("Ask before you go.") == 2
    assert "Last confirmed" in client.get(page("directory_service", old.pk)).content.decode()


def test_people_who_may_see_the_internal_page_get_a_link_to_it(as_, client, partner):
    service = make_service(partner)
    inside = f'href="{page("service_detail", service.pk)}"'
    assert inside in as_("staff").get(page("directory_service", service.pk)).content.decode()
    assert inside not in as_("stranger").get(page("directory_service", service.pk)).content.decode()


def test_centers_show_their_hours_and_the_partners_on_site(client, area, partner):
    center = make_center(
        area, name="Center Street", hours="Mon to Fri, 8 to 5", directions="Bus 4", phone="(555) 010-0100"
    )
    make_center(area, name="Closed", archived_at=timezone.now())
    make_presence(partner, center, starts_at=time(9), ends_at=time(16), desk="Desk 4")
    html = client.get(page("directory_centers", area.slug)).content.decode()
    for words in (
        "Mon to Fri, 8 to 5",
        "Bus 4",
        "tel:+15550100100",
        "Millrace Adult Learning, 9:00 AM to 4:00 PM (Desk 4)",
    ):
        assert words in html
    assert "Closed" not in html


# ---------------------------------------------------------------- QR codes and printing
def test_the_qr_code_opens_the_same_search(client, area, settings):
    settings.PUBLIC_URL = "https://portal.example"
    html = client.get(page("directory_paper", area.slug) + "?q=ged&free=1&junk=2").content.decode()
    assert "https://portal.example/directory/riverbend/?q=ged&amp;free=1" in html
    assert "junk" not in re.sub(r'<nav class="op-langs".*?</nav>', "", html, flags=re.DOTALL)
    drawing = client.get(page("directory_code", area.slug) + "?q=ged&free=1")
    assert drawing["Content-Type"] == "image/svg+xml"
    assert b"<svg" in drawing.content
    assert b"style=" not in drawing.content


def test_a_url_too_long_for_a_qr_code_is_refused(client, area):
    query = "?" + "&".join(f"language=Language{n}{'x' * 40}" for n in range(19))
    assert "too long for a QR code" in client.get(page("directory_paper", area.slug) + query).content.decode()
    assert client.get(page("directory_code", area.slug) + query).status_code == 404


def test_the_printed_page_holds_all_results_and_the_qr_code(search, partner):
    for number in range(20):
        make_service(partner, name=f"Class {number:02}")
    html = search("?q=class&print=1").content.decode()
    assert html.count("op-result__how") == 20
    assert "/directory/riverbend/code.svg?q=class" in html


# ---------------------------------------------------------------- Query counts
@pytest.mark.parametrize("query", ["?q=class", "", "?q=class&free=1&today=1"])
def test_a_search_takes_the_same_number_of_queries_for_few_services_and_for_many(
    search, area, partner, queries_of, query
):
    center = make_center(area)
    load_programs()

    def offer(number: int) -> None:
        for _ in range(number):
            service = make_service(partner, name="Class", cost="Free", languages=["Spanish"], groups=["youth"])
            service.centers.add(center)

    make_presence(partner, center, starts_at=time(9), ends_at=time(16))
    offer(queries.FEW)  # with fewer, one more query looks for what is related
    search(query)  # the first search after a change reads what is new
    for_few = queries_of(lambda: search(query))
    offer(30)
    search(query)
    assert queries_of(lambda: search(query)) == for_few <= 14


def test_the_pages_of_services_and_centers_take_a_constant_number_of_queries(client, area, partner, queries_of):
    service = make_service(partner)

    def costs() -> list[int]:
        pages = (page("directory_service", service.pk), page("directory_centers", area.slug))
        return [queries_of(lambda where=where: client.get(where)) for where in pages]

    service.centers.add(make_center(area))
    before = costs()
    for _ in range(5):
        center = make_center(area)
        service.centers.add(center)
        make_presence(partner, center, starts_at=time(9), ends_at=time(16))
    assert costs() == before


# ---------------------------------------------------------------- The way back, and the map
def test_a_service_found_by_a_search_leads_back_to_it(client, search, area, partner):
    service = make_service(partner, name="Welding & soldering")
    results = search("?q=welding+%26+soldering").content.decode()
    [link] = set(re.findall(rf'href="({re.escape(page("directory_service", service.pk))}\?[^"]*)"', results))
    html = client.get(unescape(link)).content.decode()
    [back] = re.findall(r'href="([^"]*)"[^>]*>(?:(?!</a>).)*Back to the results', html, re.DOTALL)
    assert unescape(back) == f"{page('directory_area', area.slug)}?q=welding+%26+soldering"
    assert client.get(unescape(back)).context["number"] == 1


def test_a_service_that_is_opened_directly_has_no_way_back(client, partner):
    service = make_service(partner)
    assert "Back to the results" not in client.get(page("directory_service", service.pk)).content.decode()


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example/?q=x", '"><script>alert(1)</script>', "%00"])
def test_the_way_back_never_leaves_the_directory(client, area, partner, back):
    service = make_service(partner)
    html = client.get(page("directory_service", service.pk), {"back": back}).content.decode()
    for address in re.findall(r'href="([^"]*)"[^>]*>(?:(?!</a>).)*Back to the results', html, re.DOTALL):
        assert address.startswith(f"/directory/{area.slug}/?")
    assert "<script>alert" not in html


def test_a_place_with_an_address_has_a_map(client, area, partner, settings):
    settings.MAP_URL = "https://map.example/?near={address}"
    service = make_service(partner)
    service.centers.add(make_center(area, street="12 Mill St & Co", city="Riverbend"))
    html = client.get(page("directory_service", service.pk)).content.decode()
    assert 'href="https://map.example/?near=12%20Mill%20St%20%26%20Co%2C%20Riverbend' in html
