"""The rules by which coverage is judged, and the table that names their code and their tests."""

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


def test_the_table_of_rules_is_true():
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


def test_each_required_program_says_who_its_partner_is():
    assert all("20 CFR 678.4" in partner_note(listed.code) for listed in REQUIRED)
    assert "678.730(c)(1)" in partner_note("native-american")


def test_an_area_without_a_comprehensive_center_is_told(area, law):
    factories.make_center(area, kind="affiliate")
    assert checks(area)["The area has no comprehensive center"].law == "20 CFR 678.300(c)"


def test_title_i_staff_must_be_in_a_comprehensive_center(area, law, partner):
    center = factories.make_center(area, name="Center Street")
    partner.programs.add(law["title-i-adult"])
    assert checks(area)["Center Street: no Title I staff"].state == "missing"
    factories.make_presence(partner, center, weekday=1)
    part = checks(area)["Center Street: Title I staff on some days only"]
    assert (part.state, part.where) == ("part", "On Tue to Fri nobody of Title I is on the schedule.")
    for weekday in (2, 3, 4, 5):
        factories.make_presence(partner, center, weekday=weekday)
    assert checks(area)["Center Street: Title I staff are there from Monday to Friday"].state == "met"


def test_direct_linkage_to_title_i_is_no_staff_of_title_i(area, law, partner):
    factories.make_access(partner, law["title-i-adult"], factories.make_center(area, name="Center Street"))
    assert checks(area)["Center Street: no Title I staff"].state == "missing"


def test_a_program_open_on_some_days_only_is_told(area, law, partner):
    center = factories.make_center(area, name="Center Street")
    partner.programs.add(law["aefla"])
    factories.make_presence(partner, center, weekday=2)
    what = "Center Street: 1 program open to people on some business days only"
    assert checks(area)[what].law == "20 CFR 678.305(c)"
    factories.make_access(partner, law["aefla"], center)
    assert what not in checks(area)


def test_additional_programs_are_asked_for_apart(area, law, partner):
    center = factories.make_center(area, name="Center Street")
    partner.programs.add(law["snap-et"])
    check = checks(area)["Center Street: no access on record to SNAP E&T"]
    assert (check.state, check.law) == ("part", "20 CFR 678.305(b)(4)")
    factories.make_access(partner, law["snap-et"], center)
    assert "Center Street: no access on record to SNAP E&T" not in checks(area)


def test_a_board_member_reads_it_in_plain_sentences(area, law, partner):
    factories.make_center(area, name="Center Street")
    partner.programs.add(*(program for program in law.values() if program.is_required))
    partner.programs.remove(law["youthbuild"], law["job-corps"])
    factories.make_decision(area, law["job-corps"])
    center = area.centers.get()
    for program in partner.programs.exclude(code="nfjp"):
        factories.make_access(partner, program, center)
    assert told(coverage_of(area, today=timezone.localdate())) == [
        "The law brings 19 programs together. 17 of them have a partner in Riverbend.",
        "Not carried out here, and so not missing: Job Corps.",
        "Nobody has joined yet for YouthBuild.",
        "What people at Center Street cannot get to yet: National Farmworker Jobs Program.",
    ]


def test_where_all_is_well_it_says_so(area, law, partner):
    partner.programs.add(*(program for program in law.values() if program.is_required))
    assert told(coverage_of(area, today=timezone.localdate()))[-1] == "Nothing is missing."
