"""The contents of the manual, its index, its pages and its public version."""

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
    """A partner with all kinds of data."""
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


# ---------------------------------------------------------------- Contents
def test_the_answers_of_a_service_hold_all_its_data(manual):
    [partner] = manual.partners
    service = partner.services[0]
    shown = {label: "; ".join(lines) for label, lines, _ in service.answers}
    assert shown == {
        "Kind of service": "Basic career service", "Who it serves": "Adults", "Groups served": "Adults",
        "Who qualifies": "No diploma yet", "What to bring": "A photo ID", "Cost": "Free",
        "How to get in": "Walk in", "Usual wait": "Two weeks", "Days and hours": "Mondays",
        "How it is offered": "In a group", "One-Stop centers": "Center Street", "Locations": "Mill Lane office",
        "Phone": "(555) 555-0142", "Email": "ged@millrace.example", "Website": "https://millrace.example/ged",
        "Languages": "Spanish", "Accommodations": "Sign language interpreter",
        "Programs": "Adult Education and Family Literacy", "Funding sources": "WIOA Title II",
    }  # fmt: skip
    assert service.confirmed == TODAY - timedelta(days=30)
    assert not service.is_stale


def test_the_answers_of_a_partner_hold_people_places_and_times(manual):
    shown = {label: "; ".join(lines) for label, lines, _ in manual.partners[0].answers}
    assert shown["Commitment"] == "Regular presence"
    assert shown["How services are provided"] == "By partner staff in a One-Stop center"
    assert "Joel Abara, Director, main representative, signatory" in shown["Representatives"]
    assert shown["On-site hours"].startswith("Center Street, Second Tuesday of the month, 9:00 AM to")
    assert shown["Locations"].startswith("Mill Lane office; Tue")
    assert shown["Notes"] == "Ask for the yellow form."


def test_programs_are_in_legal_order_with_their_partners(manual):
    assert len(manual.required) == 19
    assert manual.required[0].source == "20 CFR 678.400(b)(1)(i)"
    [carried] = [program for program in manual.required if program.carriers]
    assert (carried.code, [carrier.name for carrier in carried.carriers]) == (
        "aefla",
        ["Millrace Adult Learning"],
    )
    assert manual.covered == 1


def test_only_current_partners_are_included(area, partner, neighbor_partner):
    factories.make_partnership(area, name="Perhaps Next Year", status="prospective")
    factories.make_partnership(area, name="Long Gone", archived_at=timezone.now())
    neighbor_partner.status = "paused"
    neighbor_partner.save()
    factories.make_service(partner, name="No more", archived_at=timezone.now())
    current = gather(area, today=TODAY)
    assert [(one.name, one.status) for one in current.partners] == [
        ("Crosswalk Legal Aid", "Paused"), ("Millrace Adult Learning", ""),
    ]  # fmt: skip
    assert current.services == []


def test_past_hours_are_omitted_and_later_ones_show_their_dates(area, partner):
    center = factories.make_center(area)
    factories.make_presence(partner, center, ends_on=TODAY - timedelta(days=1))
    factories.make_presence(partner, center, begins_on=date(2027, 1, 4), ends_on=date(2027, 2, 1))
    [visit] = gather(area, today=TODAY).centers[0].visits
    assert visit.day == "Every Monday, from Jan 4, 2027 to Feb 1, 2027"


def test_hours_that_differ_only_in_their_weekday_are_one_line(area, partner):
    center = factories.make_center(area, name="Center Street")
    for weekday in (1, 2, 3):
        factories.make_presence(partner, center, weekday=weekday, who="Joel")
    factories.make_presence(partner, center, weekday=4, who="Ann")
    factories.make_presence(partner, center, weekday=5, rhythm="first", way="linkage")
    [held] = gather(area, today=TODAY).centers
    assert [(visit.day, visit.who) for visit in held.visits] == [
        ("Mon to Wed", "Joel"), ("Every Thursday", "Ann"), ("First Friday of the month", ""),
    ]  # fmt: skip
    assert held.visits[-1].time.endswith("by video or phone")


def test_programs_show_decisions_and_access(area, partner):
    load_programs()
    vr, corps = (Program.objects.get(code=code) for code in ("vocational-rehabilitation", "job-corps"))
    partner.programs.add(vr)
    center = factories.make_center(area, name="Center Street")
    factories.make_presence(partner, center)
    factories.make_decision(area, corps, reason="The grant ended.")
    shown = {program.code: program for program in gather(area, today=TODAY).programs}
    assert shown["vocational-rehabilitation"].ways == ("Center Street: program staff, Mon",)
    assert shown["job-corps"].decided == "Not carried out in this area. The grant ended."


def test_only_approved_terms_are_included(manual):
    [term] = manual.terms
    assert (term.name, term.usages) == ("Intake", ("VR: “Enrollment”",))


def test_the_manual_survives_a_round_trip_through_json(manual):
    again = Manual.read(json.loads(json.dumps(manual.to_json())))
    assert again == manual
    assert again.digest() == manual.digest()


def test_snapshots_of_other_releases_can_be_read(manual):
    held = manual.to_json() | {"what_nobody_knows": 1}
    del held["terms"]
    held["partners"][0]["gone"] = "x"
    assert Manual.read(held).terms == ()
    assert Manual.read(held).partners[0].name == "Millrace Adult Learning"


def test_the_hash_changes_with_stale_services_but_not_with_the_day(network, area):
    first = gather(area, today=TODAY)
    assert gather(area, today=TODAY + timedelta(days=1)).digest() == first.digest()
    assert gather(area, today=TODAY + timedelta(days=200)).digest() != first.digest()


# ---------------------------------------------------------------- For the public
def test_the_public_version_has_no_names_notes_and_internal_services(manual):
    shown = str(manual.for_public().to_json())
    assert "GED classes" in shown
    for hidden in ("Joel", "joel@", "yellow form", "Staff only"):
        assert hidden in str(manual.to_json())
        assert hidden not in shown


def test_links_keep_the_public_version(as_, network, area, partner):
    client = as_("colleague")
    cover = client.get(reverse("partners:manual", args=[area.slug]), {"for": "public"}).content.decode()
    assert f"{reverse('partners:manual_partner', args=[partner.pk])}?for=public" in cover
    chapter = client.get(reverse("partners:manual_partner", args=[partner.pk]), {"for": "public"}).content.decode()
    assert "<dt>Representatives</dt>" in page(client, "partners:manual_partner", partner.pk)
    assert "<dt>Representatives</dt>" not in chapter
    assert "Staff only" not in chapter


# ---------------------------------------------------------------- The index
def test_the_index_lists_everything_in_alphabetical_order(manual):
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


def test_the_index_ignores_case_accents_and_punctuation(area, partner):
    for name, words in {"One": ["Résumé"], "Two": ["resume", "“quoted”", "3D printing"]}.items():
        factories.make_service(partner, name=name, keywords=words)
    found = {letter.letter: list(letter.lines) for letter in index_of(gather(area, today=TODAY))}
    [resume] = [line for line in found["R"] if line.words == "Résumé"]
    assert [target.words for target in resume.targets] == ["One", "Two"]
    assert [line.words for line in found["Q"]] == ["“quoted”"]
    assert [line.words for line in found["#"]] == ["3D printing"]


# ---------------------------------------------------------------- Pages
def test_markup_in_descriptions_is_escaped(as_, network, area):
    shown = page(as_("colleague"), "partners:manual_whole", area.slug)
    assert "Classes &lt;b&gt;for&lt;/b&gt; a diploma." in shown


def test_every_link_within_the_page_has_a_target(as_, network, area):
    shown = page(as_("colleague"), "partners:manual_whole", area.slug)
    anchors = set(re.findall(r'\bid="([^"]+)"', shown))
    wanted = set(re.findall(r'href="#([^"]+)"', shown))
    assert len(wanted) > 25
    assert wanted - anchors == set()


def test_parts_and_chapters_show_their_contents(as_, network, area, partner):
    client = as_("board")
    assert "Second Tuesday of the month" in page(client, "partners:manual_part", area.slug, "centers")
    assert "No partner in this area carries out this program." in page(
        client, "partners:manual_part", area.slug, "programs"
    )
    assert "The first talk." in page(client, "partners:manual_part", area.slug, "words")
    index = page(client, "partners:manual_part", area.slug, "index")
    assert f"{reverse('partners:manual_partner', args=[partner.pk])}#service-{network.pk}" in index
    chapter = page(client, "partners:manual_partner", partner.pk)
    assert f'id="service-{network.pk}"' in chapter
    assert "Last confirmed" in chapter
    assert client.get(reverse("partners:manual_part", args=[area.slug, "nonsense"])).status_code == 404


def test_stale_services_are_marked(as_, area, partner):
    factories.make_service(partner, name="Old news", verified_on=date(2020, 1, 1))
    factories.make_service(partner, name="No news")
    shown = page(as_("colleague"), "partners:manual_partner", partner.pk)
    assert "Last confirmed Jan 1, 2020. Check before you refer someone." in shown
    assert "Never confirmed. Check before you refer someone." in shown


def test_a_former_partner_has_no_chapter(as_, partner):
    partner.status = "ended"
    partner.save()
    assert as_("staff").get(reverse("partners:manual_partner", args=[partner.pk])).status_code == 404


def test_a_manual_that_is_too_long_for_one_page_redirects(as_, network, area, monkeypatch):
    monkeypatch.setattr("partners.views.manual.MOST_ON_ONE_PAGE", 1)
    answer = as_("staff").get(reverse("partners:manual_whole", args=[area.slug]), follow=True)
    assert "too long for one page" in answer.content.decode()
    assert reverse("partners:manual_whole", args=[area.slug]) not in answer.content.decode()


def test_an_empty_manual_offers_the_first_step(as_, area, partner, neighbor_partner):
    area.partnerships.update(archived_at=timezone.now())
    assert "Add the first partner" in page(as_("staff"), "partners:manual", area.slug)


def test_the_manual_takes_a_constant_number_of_queries(as_, network, area, partner, queries_of):
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
    assert queries_of(lambda: gather(area, today=TODAY)) == gathered == 22


# ---------------------------------------------------------------- Conditional requests
def test_a_page_is_sent_again_only_after_a_change(as_, network, area, partner):
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


def test_etags_differ_by_person_and_theme(client, cast, network, area):
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
def test_people_from_elsewhere_get_404(as_, network, area, partner, who):
    client = as_(who)
    for url in (
        reverse("partners:manual", args=[area.slug]),
        reverse("partners:manual_whole", args=[area.slug]),
        reverse("partners:manual_part", args=[area.slug, "index"]),
        reverse("partners:manual_partner", args=[partner.pk]),
    ):
        assert client.get(url).status_code == 404
