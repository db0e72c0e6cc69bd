"""What the law requires in each kind of agreement, and how the portal sees whether it is met."""

import re
from datetime import date
from importlib import import_module
from typing import Any

import pytest

from agreements.drafting import templates
from agreements.drafting.completeness import EXCEPTED, Completeness, checks_of, completeness_of
from agreements.drafting.merge_fields import FIELDS, values_of
from agreements.drafting.surroundings import parties_of, surroundings_of
from agreements.models import Agreement
from agreements.requirements import BY_CODE, ELEMENTS, clause_elements_of, elements_of
from onestop.ui.rich_text import unknown_fields
from partners.coverage.programs import load_programs
from partners.models import Program
from tests import factories
from tests.servers import ROOT

TODAY = date(2026, 11, 29)


def found_in(agreement: Agreement) -> Completeness:
    parties = parties_of(agreement)
    return completeness_of(
        agreement,
        list(agreement.clauses.current().in_order()),
        agreement.element_records.all(),
        surroundings_of(agreement, parties, today=TODAY),
        fields=values_of(agreement, parties),
    )


def state_of(agreement: Agreement, code: str) -> tuple[str, str]:
    [found] = [each for each in found_in(agreement).requirements if each.element.code == code]
    return found.state, found.where


@pytest.fixture
def mou(area) -> Agreement:
    return factories.make_agreement(area)


def test_the_table_of_rules_matches_elements_code_and_tests():
    text = (ROOT / "docs" / "agreement-rules.md").read_text()
    lines = [line.strip("| \n").split(" | ") for line in text.splitlines() if line.startswith("| ")][1:]
    listed = [(", ".join(each.kinds), str(each.sentence), each.law) for each in ELEMENTS]
    assert [tuple(line[:3]) for line in lines] == listed
    tests = "".join(path.read_text() for path in (ROOT / "tests" / "agreements").rglob("test_*.py"))
    for *_, code, test in lines:
        module, _, name = re.sub("`", "", code).rpartition(".")
        assert callable(getattr(import_module(module), name))
        assert f"def {test.strip('`')}(" in tests, test


# ---------------------------------------------------------------- Clauses
@pytest.mark.parametrize("element", [each for each in ELEMENTS if not each.fact], ids=lambda each: each.code)
def test_a_clause_answers_an_element(area, element):
    kind = element.kinds[0]
    amends = factories.make_agreement(area) if kind == "amendment" else None
    agreement = factories.make_agreement(area, kind=kind, amends=amends)
    assert state_of(agreement, element.code) == ("missing", "No clause answers this.")
    clause = factories.make_clause(agreement, text="Short.", elements=[element.code])
    assert state_of(agreement, element.code) == ("missing", "The clause has no text yet.")
    clause.text = "All that the parties undertake here is written down in the annex."
    clause.save()
    state, where = state_of(agreement, element.code)
    if element.mentions:
        assert state == "part"
        assert where.startswith("The clause does not mention ")
    clause.text += " It speaks of " + ", ".join(group[-1] for group in element.mentions) + "."
    clause.save()
    assert state_of(agreement, element.code) == ("met", "")


def test_two_clauses_answer_an_element_together(mou):
    factories.make_clause(mou, text="Infrastructure costs are shared by use, as the annex says.", elements=["access"])
    factories.make_clause(mou, text="People with disabilities get technology.", elements=["access"])
    assert state_of(mou, "access") == ("part", "The clause does not mention materials.")


def test_what_a_merge_field_shows_counts(mou):
    factories.make_clause(mou, text="{{centers}}", elements=["services"])
    assert state_of(mou, "services")[1] == "The clause has no text yet."


@pytest.mark.parametrize("kind", Agreement.Kind.values)
def test_the_built_in_wording_answers_each_element_and_has_known_fields(kind):
    wording = templates.wording_of(kind)
    answered = {code for each in wording for code in each.elements}
    assert answered == {each.code for each in clause_elements_of(kind)}
    assert [unknown_fields(each.text, FIELDS) for each in wording] == [[]] * len(wording)


def test_the_built_in_wording_of_a_memorandum_is_complete(area, mou):
    for number, each in enumerate(templates.wording_of("umbrella"), start=1):
        factories.make_clause(mou, position=number, title=each.title, text=each.text, elements=list(each.elements))
    by_clause = [each for each in found_in(mou).requirements if not each.element.fact]
    assert {each.state for each in by_clause} == {"met"}


# ---------------------------------------------------------------- Facts
def test_the_period_needs_both_dates(mou):
    assert state_of(mou, "period")[0] == "met"
    mou.expires_on = None
    assert state_of(mou, "period") == ("part", "Enter the expiration date.")
    mou.effective_on = None
    assert state_of(mou, "period")[0] == "missing"


@pytest.mark.parametrize(
    ("due", "state"), [(date(2030, 7, 1), "met"), (date(2030, 7, 2), "missing"), (None, "missing")]
)
def test_the_review_is_due_within_three_years(mou, due, state):
    mou.review_on = due
    assert state_of(mou, "review_date")[0] == state


def test_a_review_after_a_leap_day_is_due_on_the_last_of_february(mou):
    mou.effective_on, mou.review_on = date(2028, 2, 29), date(2031, 2, 28)
    assert state_of(mou, "review_date")[0] == "met"


def test_the_board_is_a_party(mou):
    assert state_of(mou, "board")[0] == "missing"
    factories.make_party(mou, kind="board", name="Riverbend Workforce Board")
    assert state_of(mou, "board")[0] == "met"


def test_each_chief_elected_official_is_a_party(area, mou):
    assert state_of(mou, "officials") == ("missing", "The area has no chief elected official on record.")
    mayor = factories.make_office(area, title="Mayor of Millpond")
    factories.make_office(area, title="County judge of Ford")
    assert state_of(mou, "officials") == ("missing", "Not a party: County judge of Ford and Mayor of Millpond.")
    factories.make_party(mou, kind="official", name="Mayor of Millpond", office=mayor)
    assert state_of(mou, "officials") == ("part", "Not a party: County judge of Ford.")


def test_each_required_program_has_a_party(area, partner, mou):
    load_programs()
    assert state_of(mou, "programs")[0] == "missing"
    program = Program.objects.get(code="aefla")
    partner.programs.add(program)
    assert state_of(mou, "programs") == ("missing", f"Not a party: {program.short_name}.")
    factories.make_party(mou, partner)
    assert state_of(mou, "programs") == ("met", "")


def test_a_funding_agreement_names_all_who_take_part(area, partner):
    ifa = factories.make_agreement(area, kind="ifa")
    assert state_of(ifa, "ifa_parties")[0] == "missing"
    factories.make_party(ifa, partner)
    factories.make_party(ifa, kind="board", name="Riverbend Workforce Board")
    assert state_of(ifa, "ifa_parties") == ("part", "Not a party: a chief elected official.")


def test_somebody_can_sign_for_each_party(area, partner, mou):
    assert state_of(mou, "signatories") == ("missing", "An agreement has at least two parties.")
    office = factories.make_office(partner.organization, kind="agency_head", title="Director")
    factories.make_party(mou, partner, office=office)
    factories.make_party(mou)
    assert state_of(mou, "signatories")[0] == "missing"
    factories.make_tenure(office, from_on=date(2026, 1, 1), until_on=None)
    assert state_of(mou, "signatories") == ("part", "Nobody can sign for County library.")


def test_who_held_an_office_once_cannot_sign(area, partner, mou):
    office = factories.make_office(partner.organization, kind="agency_head", title="Director")
    factories.make_party(mou, partner, office=office)
    factories.make_party(mou, office=factories.make_tenure().office)
    factories.make_tenure(office, from_on=date(2020, 1, 1), until_on=date(2025, 12, 31))
    assert state_of(mou, "signatories") == ("part", f"Nobody can sign for {partner.organization.name}.")


# ---------------------------------------------------------------- Records
def test_an_exception_settles_an_element_until_a_clause_answers_it(mou):
    mou.element_records.create(element="referral", exception="It is in the plan.", at=mou.begun_at)
    assert state_of(mou, "referral") == (EXCEPTED, "It is in the plan.")
    factories.make_clause(mou, text="Partners refer customers to each other by a call.", elements=["referral"])
    assert state_of(mou, "referral") == ("met", "")


def test_a_page_of_a_signed_document_meets_an_element(mou):
    mou.element_records.create(element="referral", page=7, at=mou.begun_at)
    assert state_of(mou, "referral") == ("met", "Page 7 of the signed document")


def test_what_is_open_comes_first(mou):
    mou.element_records.create(element="services", page=2, at=mou.begun_at)
    checks = list(checks_of(found_in(mou)))
    states = [check.state for check in checks]
    assert states == sorted(states, key=lambda state: state == "met")
    assert len(checks) == len(elements_of("umbrella"))


def test_every_kind_has_elements_with_codes_of_their_own():
    assert len(BY_CODE) == len(ELEMENTS)
    assert all(elements_of(kind) for kind in Agreement.Kind.values)


def test_completeness_costs_the_same_for_many_parties(area, mou, queries_of: Any):
    load_programs()
    factories.make_party(mou, factories.make_partnership(area))
    found_in(mou)
    before = queries_of(lambda: found_in(Agreement.objects.select_related("area").get(pk=mou.pk)))
    for _number in range(9):
        factories.make_party(mou, factories.make_partnership(area))
        factories.make_clause(mou)
    assert queries_of(lambda: found_in(Agreement.objects.select_related("area").get(pk=mou.pk))) == before
