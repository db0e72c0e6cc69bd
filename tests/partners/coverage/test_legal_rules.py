"""The legal rules of coverage, and the table of their code and tests."""

import re
from datetime import time
from operator import attrgetter
from pkgutil import resolve_name

import pytest
from django.utils import timezone

from partners.coverage.legal_rules import RULES, checks_of, partner_note, told
from partners.coverage.matrix import coverage_of
from partners.coverage.programs import REQUIRED, load_programs
from partners.models import Partnership, Program
from partners.todo.coverage import missing_in
from tests import factories
from tests.servers import ROOT

TODAY = timezone.localdate()


@pytest.fixture
def law(db):
    load_programs()
    return {program.code: program for program in Program.objects.all()}


def checks(area):
    return {check.what: check for check in checks_of(coverage_of(area, today=timezone.localdate()))}


def test_the_table_of_rules_matches_rules_code_and_tests():
    text = (ROOT / "docs" / "coverage-rules.md").read_text()
    lines = [line.strip("| \n").split(" | ") for line in text.splitlines() if line.startswith("| ")][1:]
    assert [tuple(line[:2]) for line in lines] == [(rule.sentence, rule.law) for rule in RULES.values()]
    tests = "".join(path.read_text() for path in (ROOT / "tests" / "partners").rglob("test_*.py"))
    for _, _, code, test in lines:
        module, _, name = re.sub("`", "", code).partition(".")
        names = f"{module}.{name}".split(".")
        attrgetter(".".join(names[2:]))(resolve_name(".".join(names[:2])))
        assert f"def {test.strip('`')}(" in tests, test


def test_every_rule_has_a_citation():
    assert all(re.match(r"20 CFR 678\.\d+", rule.law) for rule in RULES.values())


def test_each_required_program_has_a_note_on_its_partner():
    assert all("20 CFR 678.4" in partner_note(listed.code) for listed in REQUIRED)
    assert "678.730(c)(1)" in partner_note("native-american")


def test_an_area_needs_a_comprehensive_center(area, law):
    factories.make_center(area, kind="affiliate")
    assert checks(area)["The area has no comprehensive center"].law == "20 CFR 678.300(c)"


def test_a_comprehensive_center_needs_title_i_staff(area, law, partner):
    center = factories.make_center(area, name="Center Street")
    partner.programs.add(law["title-i-adult"])
    assert checks(area)["Center Street: no Title I staff"].state == "missing"
    factories.make_presence(partner, center, weekday=1)
    part = checks(area)["Center Street: Title I staff on some days only"]
    assert (part.state, part.where) == ("part", "No Title I staff on the schedule: Tue to Fri.")
    for weekday in (2, 3, 4, 5):
        factories.make_presence(partner, center, weekday=weekday)
    assert checks(area)["Center Street: Title I staff from Monday to Friday"].state == "met"


def test_a_direct_linkage_does_not_count_as_title_i_staff(area, law, partner):
    factories.make_access(partner, law["title-i-adult"], factories.make_center(area, name="Center Street"))
    assert checks(area)["Center Street: no Title I staff"].state == "missing"


def test_access_on_some_business_days_only_is_reported(area, law, partner):
    center = factories.make_center(area, name="Center Street")
    partner.programs.add(law["aefla"])
    factories.make_presence(partner, center, weekday=2)
    what = "Center Street: access to 1 program on some business days only"
    assert checks(area)[what].law == "20 CFR 678.305(c)"
    factories.make_access(partner, law["aefla"], center)
    assert what not in checks(area)


def test_access_to_additional_programs_is_checked_apart(area, law, partner):
    center = factories.make_center(area, name="Center Street")
    partner.programs.add(law["snap-et"])
    check = checks(area)["Center Street: no recorded access to SNAP E&T"]
    assert (check.state, check.law) == ("part", "20 CFR 678.305(b)(4)")
    factories.make_access(partner, law["snap-et"], center)
    assert "Center Street: no recorded access to SNAP E&T" not in checks(area)


def test_an_additional_partner_needs_the_approval_of_board_and_official(as_, area, law, partner, neighbor_partner):
    partner.programs.add(law["aefla"])
    neighbor_partner.programs.add(law["snap-et"])
    factories.make_partnership(area, name="Perhaps Later", status="prospective")
    [check] = [check for check in checks_of(coverage_of(area, today=TODAY)) if check.law == "20 CFR 678.410(a)"]
    assert (check.state, check.what) == (
        "missing", "1 additional partner without a recorded approval: Crosswalk Legal Aid",
    )  # fmt: skip
    listed = as_("staff").get(check.url).context["table"].data.data
    assert [str(one) for one in listed] == ["Crosswalk Legal Aid"]
    todo = [item.what for item in missing_in(coverage_of(area, today=TODAY))]
    assert "1 additional partner has no recorded approval" in todo
    approve(neighbor_partner, official_approved_on=None)
    assert [one.name for one in unapproved(area)] == ["Crosswalk Legal Aid"], "the board alone does not suffice"
    approve(neighbor_partner)
    assert unapproved(area) == []
    assert "The board and the chief elected official approved every additional partner" in checks(area)


def approve(partner, **facts):
    given = {"board_approved_on": TODAY, "official_approved_on": TODAY, "official": "Mayor Ann Example"}
    Partnership.objects.filter(pk=partner.pk).update(**given | facts)


def unapproved(area):
    return [partner.organization for partner in coverage_of(area, today=TODAY).unapproved]


@pytest.fixture
def employment_service(area, law):
    """A partner that carries out the Wagner-Peyser Employment Service, with a comprehensive center nearby."""
    factories.make_center(area, name="Center Street", street="200 Center Street", city="Riverbend")
    partner = factories.make_partnership(area, name="Employment Service")
    partner.programs.add(law["wagner-peyser"])
    return partner


def test_wagner_peyser_has_no_office_of_its_own(area, law, employment_service):
    met = "No Wagner-Peyser office outside a center"
    assert checks(area)[met].law == "20 CFR 678.315(a)"
    organization = employment_service.organization
    where = {"partnership": employment_service, "city": "Riverbend"}
    factories.make_location(organization, name="Inside", street="200 Center street.", **where)
    factories.make_location(organization, name="No address yet", street="", **where)
    factories.make_location(organization, name="Elsewhere in the state", street="1 Capitol Square")
    assert met in checks(area)
    office = factories.make_location(organization, name="Mill Lane office", street="4 Mill Lane", **where)
    alone = checks(area)["Mill Lane office (Employment Service): an office of a Wagner-Peyser partner outside a center"]
    assert (alone.state, alone.law) == ("part", "20 CFR 678.315(a)")
    service = factories.make_service(employment_service, name="Job matching")
    service.locations.add(office)
    service.programs.add(law["wagner-peyser"])
    given = checks(area)["Mill Lane office (Employment Service): Wagner-Peyser services outside a center"]
    assert given.state == "missing"
    assert met not in checks(area)


def test_an_affiliate_center_with_wagner_peyser_needs_other_partners_most_of_the_time(area, law, employment_service):
    side = factories.make_center(area, name="Millpond", kind="affiliate")
    assert not [check for check in checks(area) if check.startswith("Millpond: other")]
    factories.make_presence(employment_service, side, weekday=1)
    assert checks(area)["Millpond: other partners are on the schedule for 0 of 40 hours a week"].state == "part"
    veterans, legal_aid, college = (factories.make_partnership(area, name=name) for name in ("Vets", "Law", "College"))
    veterans.programs.add(law["jvsg"])
    for weekday in range(1, 6):
        factories.make_presence(veterans, side, weekday=weekday, starts_at=time(8), ends_at=time(17))
        factories.make_presence(legal_aid, side, weekday=weekday, starts_at=time(9), ends_at=time(12))
        factories.make_presence(college, side, weekday=weekday, starts_at=time(11), ends_at=time(13))
    short = checks(area)["Millpond: other partners are on the schedule for 20 of 40 hours a week"]
    assert (short.state, short.law) == ("part", "20 CFR 678.315(b)")
    factories.make_presence(college, side, weekday=5, starts_at=time(14), ends_at=time(15))
    met = checks(area)["Millpond: other partners are with Wagner-Peyser staff more than half of the time"]
    assert met.state == "met"


def test_staff_recorded_without_hours_count_as_present_every_day(area, law, employment_service, partner):
    side = factories.make_center(area, name="Millpond", kind="affiliate")
    service = factories.make_service(employment_service, name="Job matching")
    service.centers.add(side)
    service.programs.add(law["wagner-peyser"])
    what = "Millpond: other partners are on the schedule for 0 of 40 hours a week"
    assert what in checks(area), "its services count as its presence"
    factories.make_access(partner, law["aefla"], side, mode="staff", medium="", within_minutes=None)
    assert what not in checks(area)


def test_the_summary_is_in_plain_sentences(area, law, partner):
    factories.make_center(area, name="Center Street")
    partner.programs.add(*(program for program in law.values() if program.is_required))
    partner.programs.remove(law["youthbuild"], law["job-corps"])
    factories.make_decision(area, law["job-corps"])
    center = area.centers.get()
    for program in partner.programs.exclude(code="nfjp"):
        factories.make_access(partner, program, center)
    assert told(coverage_of(area, today=timezone.localdate())) == [
        "The law requires 19 programs. 17 of them have a partner in Riverbend.",
        "Not carried out in this area, so no partner is needed: Job Corps.",
        "No partner yet: YouthBuild.",
        "Center Street has no recorded access to National Farmworker Jobs Program.",
    ]


def test_the_summary_of_full_coverage(area, law, partner):
    partner.programs.add(*(program for program in law.values() if program.is_required))
    assert told(coverage_of(area, today=timezone.localdate()))[-1] == "Nothing is missing."
