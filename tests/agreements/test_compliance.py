"""What a State monitor asks for: the sheet of an area, and that of a state."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from agreements.models import Agreement
from agreements.requirements import elements_of
from agreements.terms.compliance import AreaCompliance, Line, compliance_of, compliances_of
from partners.coverage.programs import load_programs
from partners.models import LocalArea, Office, Partnership, PartnershipProgram, Program
from tests import factories

DAY = timedelta(days=1)
TODAY = timezone.localdate()


def at(name: str, *args: object) -> str:
    return reverse(f"agreements:{name}", args=args)


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def on(days: int) -> date:
    return TODAY + days * DAY


@pytest.fixture(autouse=True)
def programs(db: None) -> None:
    """The programs of the law."""
    load_programs()


def carries(partner: Partnership, code: str) -> Partnership:
    """Let a partner carry out a program."""
    PartnershipProgram.objects.create(partnership=partner, program=Program.objects.get(code=code))
    return partner


@pytest.fixture
def required(partner: Partnership) -> Partnership:
    """A partner that carries out adult education."""
    return carries(partner, "aefla")


def sheet_of(area: LocalArea) -> AreaCompliance:
    return compliance_of(area, Agreement.objects.all(), TODAY)


def line_of(sheet: AreaCompliance, code: str = "aefla") -> Line:
    return next(line for line in sheet.lines if line.program.code == code)


# ---------------------------------------------------------------- An area
def test_each_required_program_has_a_line_with_its_partner_and_mou(area, required):
    mou = factories.make_executed(area, on(-100), on(900), number="MOU-26-01")
    factories.make_party(mou, required)
    sheet = sheet_of(area)
    assert len(sheet.lines) == Program.objects.required().count()
    line = line_of(sheet)
    assert [each.agreement for each in line.mous] == [mou]
    assert (line.is_covered, len(sheet.partners), len(sheet.covered), sheet.without) == (True, 1, 1, 0)


@pytest.mark.parametrize(
    ("begins", "ends", "left"),
    [(-500, -41, None), (1, 900, None), (-500, 900, -1)],
    ids=["lapsed", "not begun", "left"],
)
def test_a_partner_is_not_covered_by_what_is_not_in_force_for_it(area, required, begins, ends, left):
    mou = factories.make_executed(area, on(begins), on(ends))
    gone = {"left_on": on(left), "departure_reason": "It moved."} if left else {}
    factories.make_party(mou, required, **gone)
    assert sheet_of(area).without == 1


def test_a_partner_that_is_no_party_or_was_removed_is_not_covered(area, required, neighbor_partner):
    mou = factories.make_executed(area, on(-500), on(900))
    factories.make_party(mou, neighbor_partner)
    factories.make_party(mou, required, archived_at=timezone.now())
    assert line_of(sheet_of(area)).mous == []


def test_an_exempt_program_is_not_a_required_partner(area, neighbor_partner):
    carries(neighbor_partner, "tanf")
    assert sheet_of(area).without == 1
    factories.make_decision(area, Program.objects.get(code="tanf"), kind="exempted")
    assert sheet_of(area).without == 0


def test_lapsed_days_gaps_and_the_next_expiry_are_counted(area, required):
    old = factories.make_executed(area, on(-900), on(-500))
    mou = factories.make_executed(area, on(-458), on(-41), supersedes=old)
    ifa = factories.make_executed(area, on(-300), on(80), kind="ifa", number="IFA-26-01")
    for agreement in (old, mou, ifa):
        factories.make_party(agreement, required)
    sheet = sheet_of(area)
    assert (sheet.lapsed_days, sheet.past_gap_days) == (41, 41)
    assert (sheet.next_expiry, sheet.expires_soon, sheet.ifa) == (ifa, True, ifa)
    line = line_of(sheet)
    assert [each.agreement for each in line.mous] == [mou]  # the one before is superseded
    assert [each.agreement for each in line.ifas] == [ifa]


def test_an_extension_and_a_review_are_counted(area, required):
    mou = factories.make_executed(area, on(-900), on(-5))
    factories.make_party(mou, required)
    factories.make_executed(area, on(-6), on(400), kind="amendment", amends=mou, extends_to=on(400))
    factories.make_agreement_review(mou, held_on=on(-30), next_on=on(700))
    line = line_of(sheet_of(area))
    assert line.is_covered
    assert line.mous[0].clock
    assert (line.mous[0].clock.last_on, line.mous[0].clock.due_on) == (on(-30), on(700))


def test_the_elements_are_met_excepted_or_missing(area, required):
    mou = factories.make_executed(area, on(-100), on(900), review_on=on(900))
    factories.make_party(mou, required)
    factories.make_party(mou, kind="board", name=area.board_name)
    factories.make_clause(mou, text="The operator and the partners refer by warm hand-off, on the same day.",
                          elements=["referral"])  # fmt: skip
    mou.element_records.create(element="services", page=4, at=timezone.now())
    mou.element_records.create(element="access", exception="It is in the plan of the center.", at=timezone.now())
    elements = line_of(sheet_of(area)).mous[0].elements
    assert elements
    assert elements.excepted == 1
    assert elements.met + elements.excepted + len(elements.missing) == len(elements_of("umbrella"))
    assert "Infrastructure funding" in elements.missing
    assert not {"Services and coordination", "Referral methods", "Access for everyone"} & set(elements.missing)


def test_a_regional_mou_counts_in_each_area_with_its_own_programs(area, required):
    other = factories.make_area(state=area.state, name="Tanager Bluffs", slug="tanager-bluffs")
    theirs = carries(factories.make_partnership(other, name="Bluffs College"), "perkins")
    mou = factories.make_executed(other, on(-100), on(900))
    mou.further_areas.create(area=area)
    for partner in (required, theirs):
        factories.make_party(mou, partner)
    for one in (area, other):
        assert sheet_of(one).without == 0
    elements = line_of(sheet_of(area)).mous[0].elements
    assert elements
    assert "Partners of the required programs" not in elements.missing


def test_the_page_and_the_file_say_the_same(as_, area, required):
    office = factories.make_office(area, kind=Office.Kind.CHIEF_ELECTED, title="County judge")
    mou = factories.make_executed(area, on(-100), on(900), number="MOU-26-01")
    factories.make_party(mou, required)
    factories.make_party(mou, kind="official", name="County judge", office=office)
    page = words(as_("board").get(at("compliance", area.slug)))
    assert "1 of 1 required partner has an MOU in force." in page
    assert "County judge" in page
    assert "MOU-26-01" in page
    answer: Any = as_("state").get(at("compliance", area.slug), {"export": "xlsx"})
    book = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content)))
    rows = list(book.worksheets[0].values)
    assert len({len(row) for row in rows}) == 1
    assert len(rows) == 1 + Program.objects.required().count()
    [line] = [row for row in rows if row[5] == "MOU-26-01"]
    assert str(required) in line
    assert "In force" in line


def test_who_sees_a_draft_sees_it_on_the_sheet(as_, area, required):
    mou = factories.make_agreement(area, number="MOU-27-09")
    factories.make_party(mou, required)
    assert "MOU-27-09" in words(as_("staff").get(at("compliance", area.slug)))
    assert "MOU-27-09" not in words(as_("board").get(at("compliance", area.slug)))


def test_a_draft_of_the_next_one_is_no_finding(as_, area, required):
    mou = factories.make_executed(area, on(-500), on(900), number="MOU-25-01")
    draft = factories.make_agreement(area, number="MOU-27-09", supersedes=mou)
    for agreement in (mou, draft):
        factories.make_party(agreement, required)
    sheet = sheet_of(area)
    assert [each.agreement for each in line_of(sheet).mous] == [mou]
    assert [agreement for agreement, _elements in sheet.elements] == [mou]


def test_an_area_without_agreements_has_a_sheet(as_, area):
    page = words(as_("staff").get(at("compliance", area.slug)))
    assert "0 of 0 required partners have an MOU in force." in page
    assert "No partner" in page


# ---------------------------------------------------------------- A state
def test_a_state_sees_one_line_for_each_area(as_, area, required):
    other = factories.make_area(state=area.state, name="Tanager Bluffs", slug="tanager-bluffs")
    factories.make_party(factories.make_executed(area, on(-500), on(-41)), required)
    carries(factories.make_partnership(other, name="Bluffs College"), "perkins")
    page = words(as_("state").get(at("state_compliance", area.state.code)))
    assert "In 1 area the MOU lapsed without a successor." in page
    assert "2 required partners have no MOU in force." in page
    assert at("compliance", other.slug) in page
    answer: Any = as_("state").get(at("state_compliance", area.state.code), {"export": "csv"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert lines[1].startswith("Riverbend,Riverbend Workforce Board,1,0,1,41,0,")


# ---------------------------------------------------------------- Cost
def _grow(area: LocalArea, number: int) -> None:
    """Add partners of required programs, each with MOUs, a funding agreement and clauses."""
    codes = list(Program.objects.required().values_list("code", flat=True))
    for at_ in range(number):
        partner = carries(factories.make_partnership(area), codes[at_ % len(codes)])
        for kind in ("umbrella", "single", "ifa"):
            agreement = factories.make_executed(area, on(-100), on(900), kind=kind)
            factories.make_party(agreement, partner)
            factories.make_clause(agreement, elements=["referral"])
            factories.make_agreement_review(agreement, held_on=on(-3), next_on=on(90))


def test_the_sheet_costs_the_same_for_few_agreements_and_many_and_beside_other_areas(as_, area, queries_of):
    client = as_("staff")
    _grow(area, 1)
    client.get(at("compliance", area.slug))
    few = queries_of(lambda: client.get(at("compliance", area.slug)))
    _grow(area, 8)
    for number in range(5):
        _grow(factories.make_area(state=area.state, name=f"Area {number}", slug=f"area-{number}"), 2)
    assert queries_of(lambda: client.get(at("compliance", area.slug))) == few


def test_a_state_costs_the_same_for_two_areas_and_for_many(as_, area, queries_of):
    client, page = as_("state"), at("state_compliance", area.state.code)
    for number in range(14):
        _grow(factories.make_area(state=area.state, name=f"Area {number}", slug=f"area-{number}"), 1)
        if number == 0:
            client.get(page)
            few = queries_of(lambda: client.get(page))
    assert queries_of(lambda: client.get(page)) == few
    assert len(compliances_of(list(LocalArea.objects.filter(state=area.state)), Agreement.objects.all(), TODAY)) == 15
