"""The manual tells everything of a network, once, in a constant number of queries, and names nobody to the public."""

import json
import re
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from partners.coverage.programs import load_programs
from partners.manual.contents import Manual
from partners.manual.gathering import gather
from partners.manual.index import index_of
from partners.models import Program, Rhythm, Usage, Weekday
from tests import factories

TODAY = date(2026, 11, 24)


@pytest.fixture
def network(area, partner) -> Any:
    """One partner that has everything."""
    load_programs()
    center = factories.make_center(
        area, name="Center Street", hours="Mon to Fri", accessibility=["ramp"], city="Riverbend"
    )
    place = factories.make_location(partner.organization, name="Mill Lane office", hours="Tue")
    partner.programs.add(Program.objects.get(code="aefla"))
    partner.commitment, partner.framework, partner.notes = "presence", "hosted", "Ask for the yellow form."
    partner.save()
    service = factories.make_service(
        partner, name="GED classes", kind="basic", description="Classes <b>for</b> a diploma.", audience="Adults",
        groups=["adults"], eligibility="No diploma yet", documents="A photo ID", cost="Free", how_to_get_in="Walk in",
        hours="Mondays", wait_time="Two weeks", languages=["Spanish"], modes=["group"], accommodations=["asl"],
        funding_sources=["WIOA Title II"], keywords=["diploma"], phone="(555) 555-0142", email="ged@millrace.example",
        website="https://millrace.example/ged", verified_on=TODAY - timedelta(days=30),
    )  # fmt: skip
    service.centers.add(center)
    service.locations.add(place)
    service.programs.add(Program.objects.get(code="aefla"))
    factories.make_service(partner, name="Staff only", is_public=False)
    factories.make_representative(partner, name="Joel Abara", job_title="Director", email="joel@millrace.example", is_signatory=True)  # fmt: skip  # noqa: E501
    factories.make_presence(partner, center, weekday=Weekday.TUESDAY, starts_at=time(9), rhythm=Rhythm.SECOND, who="Joel", desk="Desk 4")  # fmt: skip  # noqa: E501
    term = factories.make_term(area, name="Intake", definition="The first talk.", approved=True)
    Usage.objects.create(term=term, system="VR", wording="Enrollment")
    factories.make_term(area, name="Half an idea")
    return service


@pytest.fixture
def manual(network, area) -> Manual:
    return gather(area, today=TODAY)


def flat(html: str) -> str:
    return " ".join(html.split())


def page(client, name: str, *args: Any) -> str:
    answer = client.get(reverse(name, args=args[:1] if len(args) == 1 else args))
    assert answer.status_code == 200
    return flat(answer.content.decode())


# ---------------------------------------------------------------- What stands in it
def test_everything_that_is_known_of_a_service_is_told(manual):
    [partner] = manual.partners
    service = partner.services[0]
    told = {label: "; ".join(lines) for label, lines, _ in service.answers}
    assert told == {
        "Kind of service": "Basic career service", "Whom it serves": "Adults", "Made for": "Adults",
        "Who qualifies": "No diploma yet", "What to bring": "A photo ID", "What it costs": "Free",
        "How to get in": "Walk in", "Usual wait": "Two weeks", "Days and hours": "Mondays",
        "How it is given": "In a group", "One-Stop centers": "Center Street", "Their locations": "Mill Lane office",
        "Phone": "(555) 555-0142", "E-mail": "ged@millrace.example", "Web": "https://millrace.example/ged",
        "Languages": "Spanish", "Accommodations": "Sign language interpreter",
        "Programs": "Adult Education and Family Literacy", "Funding": "WIOA Title II",
    }  # fmt: skip
    assert service.confirmed == TODAY - timedelta(days=30)
    assert not service.is_stale


def test_a_partner_is_told_with_its_people_places_and_times(manual):
    told = {label: "; ".join(lines) for label, lines, _ in manual.partners[0].answers}
    assert told["Commitment"] == "Regular presence"
    assert told["How services are given"] == "Hosted by the partner within the One-Stop"
    assert "Joel Abara, Director, main representative, may sign agreements" in told["Who speaks for them"]
    assert told["On site in the centers"].startswith("Center Street, Second Tuesday of the month, 9:00 AM to")
    assert told["Their locations"].startswith("Mill Lane office; Tue")
    assert told["Notes"] == "Ask for the yellow form."


def test_programs_stand_in_the_order_of_the_law_with_their_carriers(manual):
    assert len(manual.required) == 19
    assert manual.required[0].source == "20 CFR 678.400(b)(1)(i)"
    [carried] = [program for program in manual.required if program.carriers]
    assert (carried.code, [carrier.name for carrier in carried.carriers]) == (
        "aefla",
        ["Millrace Adult Learning"],
    )
    assert manual.covered == 1


def test_only_who_works_with_the_network_now_stands_in_it(area, partner, neighbor_partner):
    factories.make_partnership(area, name="Perhaps Next Year", status="prospective")
    factories.make_partnership(area, name="Long Gone", archived_at=timezone.now())
    neighbor_partner.status = "paused"
    neighbor_partner.save()
    factories.make_service(partner, name="No more", archived_at=timezone.now())
    held = gather(area, today=TODAY)
    assert [(one.name, one.status) for one in held.partners] == [
        ("Crosswalk Legal Aid", "Paused"), ("Millrace Adult Learning", ""),
    ]  # fmt: skip
    assert held.services == []


def test_times_on_site_that_are_over_are_left_out_and_later_ones_say_so(area, partner):
    center = factories.make_center(area)
    factories.make_presence(partner, center, ends_on=TODAY - timedelta(days=1))
    factories.make_presence(partner, center, begins_on=date(2027, 1, 4), ends_on=date(2027, 2, 1))
    [visit] = gather(area, today=TODAY).centers[0].visits
    assert visit.day == "Mondays from Jan 4, 2027 until Feb 1, 2027"


def test_hours_that_differ_by_their_weekday_alone_are_one_line(area, partner):
    center = factories.make_center(area, name="Center Street")
    for weekday in (1, 2, 3):
        factories.make_presence(partner, center, weekday=weekday, who="Joel")
    factories.make_presence(partner, center, weekday=4, who="Ann")
    factories.make_presence(partner, center, weekday=5, rhythm="first", way="linkage")
    [held] = gather(area, today=TODAY).centers
    assert [(visit.day, visit.who) for visit in held.visits] == [
        ("Mon to Wed", "Joel"), ("Thursdays", "Ann"), ("First Friday of the month", ""),
    ]  # fmt: skip
    assert held.visits[-1].time.endswith("by video or phone")


def test_a_program_says_what_is_decided_of_it_and_how_people_get_to_it(area, partner):
    load_programs()
    vr, corps = (Program.objects.get(code=code) for code in ("vocational-rehabilitation", "job-corps"))
    partner.programs.add(vr)
    center = factories.make_center(area, name="Center Street")
    factories.make_presence(partner, center)
    factories.make_decision(area, corps, reason="The grant ended.")
    told = {program.code: program for program in gather(area, today=TODAY).programs}
    assert told["vocational-rehabilitation"].ways == ("Center Street: program staff, Mon",)
    assert told["job-corps"].decided == "Not carried out here. The grant ended."


def test_only_agreed_terms_are_told(manual):
    [term] = manual.terms
    assert (term.name, term.usages) == ("Intake", ("VR: “Enrollment”",))


def test_it_can_be_kept_as_json_and_read_again(manual):
    again = Manual.read(json.loads(json.dumps(manual.to_json())))
    assert again == manual
    assert again.digest() == manual.digest()


def test_a_snapshot_of_another_release_is_read_as_far_as_it_goes(manual):
    held = manual.to_json() | {"what_nobody_knows": 1}
    del held["terms"]
    held["partners"][0]["gone"] = "x"
    assert Manual.read(held).terms == ()
    assert Manual.read(held).partners[0].name == "Millrace Adult Learning"


def test_the_day_alone_changes_nothing_but_a_service_that_grows_stale_does(network, area):
    first = gather(area, today=TODAY)
    assert gather(area, today=TODAY + timedelta(days=1)).digest() == first.digest()
    assert gather(area, today=TODAY + timedelta(days=200)).digest() != first.digest()


# ---------------------------------------------------------------- For the public
def test_the_public_variant_names_no_people_and_keeps_back_what_is_not_public(manual):
    told = str(manual.for_public().to_json())
    assert "GED classes" in told
    for kept_back in ("Joel", "joel@", "yellow form", "Staff only"):
        assert kept_back in str(manual.to_json())
        assert kept_back not in told


def test_the_pages_of_the_public_variant_lead_to_each_other(as_, network, area, partner):
    client = as_("colleague")
    cover = client.get(reverse("partners:manual", args=[area.slug]), {"for": "public"}).content.decode()
    assert f"{reverse('partners:manual_partner', args=[partner.pk])}?for=public" in cover
    chapter = client.get(reverse("partners:manual_partner", args=[partner.pk]), {"for": "public"}).content.decode()
    assert "Who speaks for them" not in chapter
    assert "Staff only" not in chapter


# ---------------------------------------------------------------- The index
def test_the_index_has_one_alphabet(manual):
    lines = {
        line.words: [target.anchor for target in line.targets] for letter in index_of(manual) for line in letter.lines
    }
    service, partner = manual.services[0], manual.partners[0]
    assert lines["GED classes"] == lines["diploma"] == [f"service-{service.id}"]
    assert lines["Millrace Adult Learning"] == [f"partner-{partner.id}"]
    assert lines["Adult Education (AEFLA)"] == ["program-aefla"]
    assert lines["Intake"] == lines["Enrollment"] == [f"term-{manual.terms[0].id}"]
    assert lines["Center Street"] == [f"center-{manual.centers[0].id}"]
    letters = [letter.letter for letter in index_of(manual)]
    assert letters == sorted(letters)


def test_capitals_accents_and_signs_make_no_difference_to_the_index(area, partner):
    for name, words in {"One": ["Résumé"], "Two": ["resume", "“quoted”", "3D printing"]}.items():
        factories.make_service(partner, name=name, keywords=words)
    found = {letter.letter: list(letter.lines) for letter in index_of(gather(area, today=TODAY))}
    [resume] = [line for line in found["R"] if line.words == "Résumé"]
    assert [target.words for target in resume.targets] == ["One", "Two"]
    assert [line.words for line in found["Q"]] == ["“quoted”"]
    assert [line.words for line in found["#"]] == ["3D printing"]


# ---------------------------------------------------------------- Pages
def test_what_people_wrote_is_shown_as_they_wrote_it(as_, network, area):
    told = page(as_("colleague"), "partners:manual_whole", area.slug)
    assert "Classes &lt;b&gt;for&lt;/b&gt; a diploma." in told


def test_every_link_within_the_one_page_leads_somewhere(as_, network, area):
    told = page(as_("colleague"), "partners:manual_whole", area.slug)
    anchors = set(re.findall(r'\bid="([^"]+)"', told))
    wanted = set(re.findall(r'href="#([^"]+)"', told))
    assert len(wanted) > 25
    assert wanted - anchors == set()


def test_the_parts_and_chapters_tell_the_same(as_, network, area, partner):
    client = as_("board")
    assert "Second Tuesday of the month" in page(client, "partners:manual_part", area.slug, "centers")
    assert "Nobody in the area carries this program." in page(client, "partners:manual_part", area.slug, "programs")
    assert "The first talk." in page(client, "partners:manual_part", area.slug, "words")
    index = page(client, "partners:manual_part", area.slug, "index")
    assert f"{reverse('partners:manual_partner', args=[partner.pk])}#service-{network.pk}" in index
    chapter = page(client, "partners:manual_partner", partner.pk)
    assert f'id="service-{network.pk}"' in chapter
    assert "Confirmed" in chapter
    assert client.get(reverse("partners:manual_part", args=[area.slug, "nonsense"])).status_code == 404


def test_stale_services_are_marked(as_, area, partner):
    factories.make_service(partner, name="Old news", verified_on=date(2020, 1, 1))
    factories.make_service(partner, name="No news")
    told = page(as_("colleague"), "partners:manual_partner", partner.pk)
    assert "Not confirmed since Jan 1, 2020" in told
    assert "Never confirmed" in told


def test_a_partner_that_is_none_any_more_has_no_chapter(as_, partner):
    partner.status = "ended"
    partner.save()
    assert as_("staff").get(reverse("partners:manual_partner", args=[partner.pk])).status_code == 404


def test_a_manual_that_is_too_long_for_one_page_says_so(as_, network, area, monkeypatch):
    monkeypatch.setattr("partners.views.manual.MOST_ON_ONE_PAGE", 1)
    answer = as_("staff").get(reverse("partners:manual_whole", args=[area.slug]), follow=True)
    assert "too long for one page" in answer.content.decode()
    assert reverse("partners:manual_whole", args=[area.slug]) not in answer.content.decode()


def test_an_area_without_partners_is_told_what_to_do_first(as_, area, partner, neighbor_partner):
    area.partnerships.update(archived_at=timezone.now())
    assert "Add the first partner" in page(as_("staff"), "partners:manual", area.slug)


def test_the_manual_costs_the_same_for_one_and_for_ten(as_, network, area, partner, queries_of):
    client = as_("colleague")

    def read_all() -> None:
        for name in ("partners:manual", "partners:manual_whole"):
            assert client.get(reverse(name, args=[area.slug])).status_code == 200

    read_all()
    few = queries_of(read_all)
    gathered = queries_of(lambda: gather(area, today=TODAY))
    for number in range(10):
        other = factories.make_partnership(area, name=f"House {number}")
        service = factories.make_service(other, keywords=["words"])
        service.centers.add(factories.make_center(area))
        factories.make_representative(other)
        factories.make_presence(other)
        factories.make_term(area, approved=True)
    assert queries_of(read_all) == few
    assert queries_of(lambda: gather(area, today=TODAY)) == gathered == 20


# ---------------------------------------------------------------- Kept by the browser until something changes
def test_a_page_is_sent_again_only_when_something_has_changed(as_, network, area, partner):
    client = as_("colleague")
    for url in (
        reverse("partners:manual_whole", args=[area.slug]),
        reverse("partners:manual_partner", args=[partner.pk]),
    ):
        client.get(url)
        first = client.get(url)
        assert "private" in first["Cache-Control"]
        assert client.get(url, headers={"if-none-match": first["ETag"]}).status_code == 304
    network.cost = "$20"
    network.save()
    again = client.get(url, headers={"if-none-match": first["ETag"]})
    assert again.status_code == 200
    assert "$20" in again.content.decode()


def test_a_kept_page_is_nobody_elses_and_of_no_other_theme(client, cast, network, area):
    url = reverse("partners:manual_whole", args=[area.slug])
    client.force_login(cast["colleague"])
    client.get(url)
    mark = client.get(url)["ETag"]
    cast["colleague"].theme = "dark"
    cast["colleague"].save()
    assert client.get(url, headers={"if-none-match": mark}).status_code == 200
    client.force_login(cast["board"])
    assert client.get(url, headers={"if-none-match": mark}).status_code == 200


@pytest.mark.parametrize("who", ["stranger", "outsider", "nobody"])
def test_a_stranger_finds_no_manual(as_, network, area, partner, who):
    client = as_(who)
    for url in (
        reverse("partners:manual", args=[area.slug]),
        reverse("partners:manual_whole", args=[area.slug]),
        reverse("partners:manual_part", args=[area.slug, "index"]),
        reverse("partners:manual_partner", args=[partner.pk]),
    ):
        assert client.get(url).status_code == 404
