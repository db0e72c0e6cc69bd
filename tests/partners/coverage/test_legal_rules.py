"""The legal rules of coverage, and the table of their code and tests."""

import re
from operator import attrgetter
from pkgutil import resolve_name

import pytest
from django.utils import timezone

from partners.coverage.legal_rules import RULES, checks_of, partner_note, told
from partners.coverage.matrix import coverage_of
from partners.coverage.programs import REQUIRED, load_programs
from partners.models import Program
from tests import factories
from tests.servers import ROOT


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
