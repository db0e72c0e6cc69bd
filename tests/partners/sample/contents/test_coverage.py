"""The coverage of the sample network: decisions, all three kinds of access, and gaps."""

from partners.coverage.legal_rules import answer_of
from partners.coverage.matrix import coverage_of
from partners.models import LocalArea, ProgramAccess, ProgramDecision
from tests.partners.sample.contents.conftest import TODAY


def covered(slug):
    return coverage_of(LocalArea.objects.get(slug=slug), today=TODAY)


def test_riverbend_has_one_gap_and_one_decision(loaded, db):
    coverage = covered("riverbend")
    assert answer_of(coverage) == "17 of 19 required programs covered, 1 not carried out in this area, 1 gap"
    assert [row.program.code for row in coverage.gaps] == ["youthbuild"]


def test_center_street_has_no_access_to_one_program(loaded, db):
    coverage = covered("riverbend")
    [center] = coverage.comprehensive
    assert [row.program.code for row in coverage.unreached_at(center)] == ["nfjp"]
    assert coverage.title_i_days(center)


def test_all_three_kinds_of_access_are_recorded_in_three_centers(loaded, db):
    ways = [(cell.center.name, way) for row in covered("riverbend").required for cell in row.cells for way in cell.ways]
    assert {way.mode for _, way in ways} == {"staff", "trained", "linkage"}
    assert {name for name, _ in ways} == {"Center Street", "Millpond", "Eastgate"}
    assert [way.broken for _, way in ways if way.broken] == [
        "Placement House of Riverbend is no longer an active partner"
    ]


def test_the_coverage_of_the_valley_differs(loaded, db):
    assert answer_of(covered("lower-tanager-valley")) == (
        "11 of 19 required programs covered, 1 covered by agreement, 2 not carried out in this area, 1 exempted, 4 gaps"
    )


def test_the_history_ends_with_the_present_values(loaded, db):
    for row in (*ProgramDecision.objects.all(), *ProgramAccess.objects.all()):
        told = sorted(row.history.all(), key=lambda event: event.pgh_id)  # type: ignore[attr-defined]
        columns = [c.attname for c in type(told[-1])._meta.concrete_fields if not c.name.startswith("pgh_")]
        assert all(getattr(told[-1], name) == getattr(row, name) for name in columns), row
        assert told[-1].pgh_created_at.date() <= TODAY
        assert told[0].pgh_context["user"]
