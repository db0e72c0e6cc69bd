"""Files of partners, as coordinators keep them."""

from datetime import date
from typing import Any

import pytest
from django.utils.timezone import now

from partners.coverage import programs
from partners.models import LocalArea, Partnership
from tests.factories import make_location, make_organization, make_partnership, make_representative
from tests.partners.importing.files import bring, outcomes, plan, row


@pytest.fixture(autouse=True)
def known_programs(db: None) -> None:
    programs.load_programs()


COORDINATORS = """Organization,Program,Counties,Website,Notes
Harbor Workforce Council,"WIOA Title I Adult; WIOA Title I Dislocated Worker; WIOA Title I Youth","Heron; Tern",harbor.example,"Local board; oversees three centers"
Ropewalk Technical College,"Perkins CTE; Adult Education (AEFLA)",Heron,ropewalk.example,
Cascade Job Corps Academy,Job Corps,Tern,,
Department for the Blind,Vocational Rehabilitation,"Heron; Tern",blind.example,State agency
Employment Department,"Wagner-Peyser; Unemployment Insurance; Trade Adjustment Assistance; Jobs for Veterans State Grants",Heron,,State agency
Osprey Nation,WIOA Title I Native American programs,Heron,osprey.example,
Osprey College,,Heron,osprey-college.example,"Signed; no required program known"
Orchard Services,National Farmworker Jobs Program,Tern,,
Heron Community College,"Adult Education (AEFLA); Perkins",Heron,,
"""  # noqa: E501


def test_a_list_as_coordinators_keep_it_is_read_whole(area: LocalArea) -> None:
    made = bring(area, "partners", COORDINATORS)
    assert outcomes(made) == ["add"] * 9
    assert not any(row.remarks for row in made.rows)
    council, college = (area.partnerships.get(organization__name__startswith=name) for name in ("Harbor", "Heron Com"))
    assert council.organization.website == "https://harbor.example"
    assert council.counties_served == "Heron; Tern"
    assert council.programs.count() == 3
    assert {program.code for program in college.programs.all()} == {"aefla", "perkins"}
    assert outcomes(plan(area, "partners", COORDINATORS)) == ["same"] * 9


def test_names_match_whatever_their_case_spaces_and_signs(area: LocalArea) -> None:
    partner = make_partnership(area, name="St. Mary's Work-Center & Co.")
    made = row(area, "partners", "Partner,Notes\n  st marys  WORK CENTER and co,Hello\n")
    assert (made.outcome, made.target) == ("change", partner.pk)
    assert made.changes == [["Notes", "", "Hello"]]


def test_an_organization_of_the_state_becomes_a_partner_and_is_not_made_twice(area: LocalArea) -> None:
    known = make_organization(state=area.state, name="Statewide Rehab", website="https://old.example")
    made = bring(area, "partners", "Partner,Website\nSTATEWIDE REHAB,new.example\n")
    assert made.rows[0].outcome == "add"
    assert "The state knows" in made.rows[0].remarks[0]
    known.refresh_from_db()
    assert known.website == "https://new.example"
    assert area.partnerships.get().organization == known


def test_an_organization_of_another_state_is_another_one(area: LocalArea, other_area: LocalArea) -> None:
    make_organization(state=other_area.state, name="Goodwork")
    bring(area, "partners", "Partner\nGoodwork\n")
    assert area.partnerships.get().organization.state == area.state


def test_what_the_file_leaves_out_and_blank_cells_are_left_alone(area: LocalArea) -> None:
    bring(area, "partners", "Partner,Notes,Counties\nA House,Kept,Heron\nB House,x,y\n")
    bring(area, "partners", "Partner,Notes\nA House,\n")
    assert area.partnerships.get(organization__name="A House").notes == "Kept"
    assert area.partnerships.count() == 2


def test_blanks_erase_only_when_asked(area: LocalArea) -> None:
    bring(area, "partners", "Partner,Notes,Counties\nA House,Gone,Heron\n")
    bring(area, "partners", "Partner,Notes\nA House,\n", blank_erases=True)
    partner = area.partnerships.get()
    assert (partner.notes, partner.counties_served) == ("", "Heron")


def test_an_unknown_program_is_reported_and_pushes_nothing_out(area: LocalArea) -> None:
    bring(area, "partners", "Partner,Programs\nA House,Job Corps; Perkins\n")
    made = bring(area, "partners", "Partner,Programs\nA House,Job Corps; Moon Travel; TANF\n")
    assert made.rows[0].remarks == ["Programs: “Moon Travel” is not known; left out."]
    assert {program.code for program in area.partnerships.get().programs.all()} == {"job-corps", "perkins", "tanf"}


def test_a_program_that_the_file_no_longer_names_is_taken_away(area: LocalArea) -> None:
    bring(area, "partners", "Partner,Programs\nA House,Job Corps; Perkins\n")
    made = bring(area, "partners", "Partner,Programs\nA House,Job Corps\n")
    assert made.rows[0].changes == [["Programs", "Job Corps; Perkins", "Job Corps"]]
    assert area.partnerships.get().programs.count() == 1


def test_rows_of_the_same_partner_are_one_or_none(area: LocalArea) -> None:
    made = plan(area, "partners", "Partner,Notes\nA House,x\nA HOUSE,x\na-house,\na house,y\n")
    assert outcomes(made) == ["add", "skip", "skip", "unreadable"]
    assert "row 2" in made.rows[3].reasons[0]


@pytest.mark.parametrize(
    ("header", "cell", "words"),
    [
        ("Website", "not a site", "no web address"),
        ("E-mail", "nobody", "no e-mail address"),
        ("Partner since", "in spring", "no date"),
        ("ZIP code", "ABC", "no ZIP code"),
        ("Short name", "x" * 61, "61 letters"),
    ],
)
def test_a_cell_that_cannot_be_read_stops_its_row_with_a_reason(
    area: LocalArea, header: str, cell: str, words: str
) -> None:
    made = row(area, "partners", f"Partner,{header}\nA House,{cell}\n")
    assert made.outcome == "unreadable"
    assert words in made.reasons[0]
    assert made.cells == ["A House", cell]


@pytest.mark.parametrize("cell", ["n/a", "-", "TBD", "None"])
def test_words_for_nothing_are_nothing(area: LocalArea, cell: str) -> None:
    assert (
        row(area, "partners", f"Partner,Website,E-mail,Partner since\nA House,{cell},{cell},{cell}\n").outcome == "add"
    )


def test_of_two_addresses_in_a_cell_the_first_is_kept_and_that_is_said(area: LocalArea) -> None:
    made = row(area, "partners", "Partner,E-mail\nA House,a@x.example; b@x.example\n")
    assert "left out: b@x.example" in made.remarks[0]


def test_excels_day_number_is_read_and_said(area: LocalArea) -> None:
    made = bring(area, "partners", "Partner,Partner since\nA House,46204\n")
    assert "Excel's number" in made.rows[0].remarks[0]
    assert area.partnerships.get().since == date(2026, 7, 1)


def test_a_partnership_does_not_end_before_it_starts(area: LocalArea) -> None:
    made = row(area, "partners", "Partner,Partner since,Ended on\nA House,7/1/2026,6/1/2026\n")
    assert made.reasons == ["It would end before it starts."]


def test_archived_partners_are_left_alone(area: LocalArea) -> None:
    make_partnership(area, name="A House", archived_at=now())
    made = row(area, "partners", "Partner,Notes\nA House,x\n")
    assert made.outcome == "same"
    assert "archived" in made.remarks[0]


# ---------------------------------------------------------------- The main representative
def contact(partner: Partnership) -> Any:
    return partner.representatives.current().get(kind="main")


def test_a_representative_is_added_then_kept_right(area: LocalArea) -> None:
    bring(area, "partners", "Partner,First name,Last name,Contact email\nA House,Ana,Diaz,ana@a.example\n")
    partner = area.partnerships.get()
    assert (contact(partner).name, contact(partner).email) == ("Ana Diaz", "ana@a.example")
    made = bring(area, "partners", "Partner,Contact,Contact phone\nA House,ana diaz,614 555 0142\n")
    assert made.rows[0].changes == [["Representative's phone", "", "(614) 555-0142"]]


def test_another_person_takes_over_and_the_first_stays_as_alternate(area: LocalArea) -> None:
    partner = make_partnership(area, name="A House")
    make_representative(partner, name="Ana Diaz")
    made = bring(area, "partners", "Partner,Contact\nA House,Bo Chen\n")
    assert made.rows[0].changes == [["Main representative", "Ana Diaz", "Bo Chen"]]
    assert contact(partner).name == "Bo Chen"
    assert partner.representatives.get(name="Ana Diaz").kind == "alternate"
    bring(area, "partners", "Partner,Contact\nA House,Ana Diaz\n")
    assert contact(partner).name == "Ana Diaz"
    assert partner.representatives.count() == 2


def test_an_email_of_somebody_else_is_refused(area: LocalArea) -> None:
    partner = make_partnership(area, name="A House")
    make_representative(partner, name="Ana Diaz", email="ana@a.example")
    make_representative(partner, name="Bo Chen", email="bo@a.example", kind="alternate")
    made = row(area, "partners", "Partner,Contact,Contact email\nA House,Ana Diaz,bo@a.example\n")
    assert made.outcome == "unreadable"
    assert "belongs to" in made.reasons[0]


def test_an_address_without_a_name_of_the_place_is_the_main_office(area: LocalArea) -> None:
    data = 'Partner,Address\nA House,"12 Main St, Ames, OH 43215"\n'
    bring(area, "partners", data)
    place = area.partnerships.get().organization.locations.get()
    assert (place.name, place.address) == ("Main office", "12 Main St, Ames, OH 43215")
    assert outcomes(plan(area, "partners", data)) == ["same"]


def test_a_known_street_is_a_known_place(area: LocalArea) -> None:
    partner = make_partnership(area, name="A House")
    for name, street in (("North", "1 Elm St."), ("South", "2 Elm St.")):
        make_location(partner.organization, name=name, street=street)
    bring(area, "partners", "Partner,Street,City\nA House,2 ELM ST,Ames\n")
    assert partner.organization.locations.get(name="South").city == "Ames"
    assert partner.organization.locations.count() == 2


def test_a_plan_costs_the_same_queries_for_few_rows_and_many(area: LocalArea, django_assert_num_queries: Any) -> None:
    make_partnership(area)
    for number in (2, 60):
        data = "Partner,Programs,Contact,City\n" + "".join(f"House {n},Job Corps,P {n},Ames\n" for n in range(number))
        with django_assert_num_queries(8):
            plan(area, "partners", data)
        bring(area, "partners", data)
