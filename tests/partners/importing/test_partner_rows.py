"""Planning and importing files of partners."""

from datetime import date
from typing import Any

import pytest
from django.utils.timezone import now

from onestop.notices.models import Notice
from partners.coverage import programs
from partners.importing.committing import write_plan
from partners.models import LocalArea, Partnership
from partners.people import representatives
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


def test_a_typical_list_is_read_completely(area: LocalArea) -> None:
    made = bring(area, "partners", COORDINATORS)
    assert outcomes(made) == ["add"] * 9
    assert not any(row.remarks for row in made.rows)
    council, college = (area.partnerships.get(organization__name__startswith=name) for name in ("Harbor", "Heron Com"))
    assert council.organization.website == "https://harbor.example"
    assert council.counties_served == "Heron; Tern"
    assert council.programs.count() == 3
    assert {program.code for program in college.programs.all()} == {"aefla", "perkins"}
    assert outcomes(plan(area, "partners", COORDINATORS)) == ["same"] * 9


def test_names_match_regardless_of_case_spaces_and_punctuation(area: LocalArea) -> None:
    partner = make_partnership(area, name="St. Mary's Work-Center & Co.")
    made = row(area, "partners", "Partner,Notes\n  st marys  WORK CENTER and co,Hello\n")
    assert (made.outcome, made.target) == ("change", partner.pk)
    assert made.changes == [["Notes", "", "Hello"]]


def test_an_existing_organization_becomes_a_partner(area: LocalArea) -> None:
    known = make_organization(state=area.state, name="Statewide Rehab", website="https://old.example")
    made = bring(area, "partners", "Partner,Website\nSTATEWIDE REHAB,new.example\n")
    assert made.rows[0].outcome == "add"
    assert "This organization already exists in the state." in made.rows[0].remarks[0]
    known.refresh_from_db()
    assert known.website == "https://new.example"
    assert area.partnerships.get().organization == known


def test_an_organization_of_another_state_is_not_reused(area: LocalArea, other_area: LocalArea) -> None:
    make_organization(state=other_area.state, name="Goodwork")
    bring(area, "partners", "Partner\nGoodwork\n")
    assert area.partnerships.get().organization.state == area.state


def test_blank_cells_and_missing_rows_change_nothing(area: LocalArea) -> None:
    bring(area, "partners", "Partner,Notes,Counties\nA House,Kept,Heron\nB House,x,y\n")
    bring(area, "partners", "Partner,Notes\nA House,\n")
    assert area.partnerships.get(organization__name="A House").notes == "Kept"
    assert area.partnerships.count() == 2


def test_blanks_erase_only_if_chosen(area: LocalArea) -> None:
    bring(area, "partners", "Partner,Notes,Counties\nA House,Gone,Heron\n")
    bring(area, "partners", "Partner,Notes\nA House,\n", blank_erases=True)
    partner = area.partnerships.get()
    assert (partner.notes, partner.counties_served) == ("", "Heron")


def test_an_unknown_program_is_reported_and_removes_nothing(area: LocalArea) -> None:
    bring(area, "partners", "Partner,Programs\nA House,Job Corps; Perkins\n")
    made = bring(area, "partners", "Partner,Programs\nA House,Job Corps; Moon Travel; TANF\n")
    said = [str(remark) for remark in made.rows[0].remarks]
    assert said == ["Programs “Moon Travel”: This is not a known value and was skipped."]
    assert {program.code for program in area.partnerships.get().programs.all()} == {"job-corps", "perkins", "tanf"}


def test_a_program_missing_from_the_file_is_removed(area: LocalArea) -> None:
    bring(area, "partners", "Partner,Programs\nA House,Job Corps; Perkins\n")
    made = bring(area, "partners", "Partner,Programs\nA House,Job Corps\n")
    assert made.rows[0].changes == [["Programs", "Job Corps; Perkins", "Job Corps"]]
    assert area.partnerships.get().programs.count() == 1


def test_repeated_rows_of_a_partner_are_read_together_or_refused(area: LocalArea) -> None:
    data = "Partner,Notes,Website\nA House,x,\nA HOUSE,x,\na-house,,\na house,y,\nA House,,b.example\n"
    made = bring(area, "partners", data)
    assert outcomes(made) == ["add", "skip", "skip", "skip", "unreadable"]
    assert made.rows[1].reasons == ["This row repeats row 2."]
    assert made.rows[3].reasons == [
        "It is imported together with row 2, which is about the same partner. It adds: Notes: y."
    ]
    assert made.rows[4].reasons == ["Row 2 has other values for “A House” in: Website. Combine the two rows."]
    assert area.partnerships.get().notes == "x\ny"
    assert outcomes(plan(area, "partners", data)) == ["same", "skip", "skip", "skip", "unreadable"]


def test_further_rows_add_programs_persons_offices_and_notes(area: LocalArea) -> None:
    data = (
        "Partner,Programs,Contact,Contact email,Street,City,Notes\n"
        "A House,Job Corps,Ana Diaz,ana@a.example,1 Elm St,Ames,x\n"
        "A House,TAA,Bo Chen,bo@a.example,2 Oak St,Ames,y\n"
        "A House,Job Corps,Ana Diaz,other@a.example,1 Elm St,Ames,x\n"
    )
    made = bring(area, "partners", data)
    assert outcomes(made) == ["add", "skip", "skip"]
    partner = area.partnerships.get()
    assert sorted(program.code for program in partner.programs.all()) == ["job-corps", "taa"]
    people = partner.representatives.order_by("pk").values_list("kind", "name", "email")
    assert list(people) == [("main", "Ana Diaz", "ana@a.example"), ("alternate", "Bo Chen", "bo@a.example")]
    assert set(partner.organization.locations.values_list("street", flat=True)) == {"1 Elm St", "2 Oak St"}
    assert partner.notes == "x\ny"
    [remark] = made.rows[2].remarks
    assert str(remark) == (
        "Contact email “other@a.example”: Not saved, because row 2 names Ana Diaz without it. Write it there."
    )
    assert outcomes(plan(area, "partners", data)) == ["same", "skip", "skip"]


def test_a_blank_name_is_the_name_above_if_chosen(area: LocalArea) -> None:
    data = "Partner,Programs,Contact\nA House,Job Corps,Ana Diaz\n,Perkins,Bo Chen\n,x,\n"
    asked = plan(area, "partners", data)
    assert outcomes(asked) == ["add", "unreadable", "unreadable"]
    assert "In 1 row “Partner” is blank: row 3, below “A House”." in asked.notes[0]
    made = bring(area, "partners", data, fill_down=True)
    assert outcomes(made) == ["add", "skip", "unreadable"]
    assert str(made.rows[1].remarks[0]) == "Partner: It is blank. Read as “A House”, as in row 2."
    assert area.partnerships.get().representatives.count() == 2


@pytest.mark.parametrize(
    ("header", "cell", "words"),
    [
        ("Website", "not a site", "This is not a web address."),
        ("E-mail", "nobody", "This is not an email address."),
        ("Partner since", "in spring", "This is not a date."),
        ("ZIP code", "ABC", "This is not a ZIP code."),
        ("Short name", "x" * 61, "61 characters"),
    ],
)
def test_an_unreadable_cell_costs_its_field_and_not_its_row(
    area: LocalArea, header: str, cell: str, words: str
) -> None:
    made = row(area, "partners", f"Partner,{header},Notes\nA House,{cell},Kept\n")
    assert (made.outcome, made.reasons) == ("add", [])
    [remark] = made.remarks
    assert (remark.line, remark.column, remark.read, remark.asks) == (2, header, cell, True)
    assert words in remark.says
    assert "This field was not changed." in remark.says


def test_an_unreadable_name_makes_its_row_unreadable(area: LocalArea) -> None:
    made = row(area, "partners", f"Partner,Notes\n{'x' * 201},Kept\n")
    assert made.outcome == "unreadable"
    assert "201 characters" in made.reasons[0]
    assert made.cells == ["x" * 201, "Kept"]


@pytest.mark.parametrize("cell", ["n/a", "-", "TBD", "None"])
def test_words_for_nothing_are_blank(area: LocalArea, cell: str) -> None:
    assert (
        row(area, "partners", f"Partner,Website,E-mail,Partner since\nA House,{cell},{cell},{cell}\n").outcome == "add"
    )


def test_the_first_of_two_email_addresses_is_used_and_noted(area: LocalArea) -> None:
    made = row(area, "partners", "Partner,E-mail\nA House,a@x.example; b@x.example\n")
    assert "Skipped: b@x.example." in made.remarks[0]


def test_excel_day_numbers_are_read_and_noted(area: LocalArea) -> None:
    made = bring(area, "partners", "Partner,Partner since\nA House,46204\n")
    assert "read as the Excel date" in made.rows[0].remarks[0]
    assert area.partnerships.get().since == date(2026, 7, 1)


def test_an_end_before_the_start_is_refused(area: LocalArea) -> None:
    made = row(area, "partners", "Partner,Partner since,Ended on\nA House,7/1/2026,6/1/2026\n")
    assert made.reasons == ["The end date is before the start date."]


def test_archived_partners_are_not_changed(area: LocalArea) -> None:
    make_partnership(area, name="A House", archived_at=now())
    made = row(area, "partners", "Partner,Notes\nA House,x\n")
    assert made.outcome == "same"
    assert "archived" in made.remarks[0]


# ---------------------------------------------------------------- The main representative
def contact(partner: Partnership) -> Any:
    return partner.representatives.current().get(kind="main")


def test_a_representative_is_added_then_updated(area: LocalArea) -> None:
    bring(area, "partners", "Partner,First name,Last name,Contact email\nA House,Ana,Diaz,ana@a.example\n")
    partner = area.partnerships.get()
    assert (contact(partner).name, contact(partner).email) == ("Ana Diaz", "ana@a.example")
    made = bring(area, "partners", "Partner,Contact,Contact phone\nA House,ana diaz,614 555 0142\n")
    assert made.rows[0].changes == [["Representative's phone", "", "(614) 555-0142"]]


def test_a_new_main_representative_makes_the_old_one_an_alternate(area: LocalArea) -> None:
    partner = make_partnership(area, name="A House")
    make_representative(partner, name="Ana Diaz")
    made = bring(area, "partners", "Partner,Contact\nA House,Bo Chen\n")
    assert made.rows[0].changes == [["Main representative", "Ana Diaz", "Bo Chen"]]
    assert contact(partner).name == "Bo Chen"
    assert partner.representatives.get(name="Ana Diaz").kind == "alternate"
    bring(area, "partners", "Partner,Contact\nA House,Ana Diaz\n")
    assert contact(partner).name == "Ana Diaz"
    assert partner.representatives.count() == 2


def test_the_email_of_another_representative_is_refused(area: LocalArea) -> None:
    partner = make_partnership(area, name="A House")
    make_representative(partner, name="Ana Diaz", email="ana@a.example")
    make_representative(partner, name="Bo Chen", email="bo@a.example", kind="alternate")
    made = row(area, "partners", "Partner,Contact,Contact email\nA House,Ana Diaz,bo@a.example\n")
    assert made.outcome == "unreadable"
    assert "belongs to" in made.reasons[0]


def test_an_address_without_a_name_is_the_main_office(area: LocalArea) -> None:
    data = 'Partner,Address\nA House,"12 Main St, Ames, OH 43215"\n'
    bring(area, "partners", data)
    place = area.partnerships.get().organization.locations.get()
    assert (place.name, place.address) == ("Main office", "12 Main St, Ames, OH 43215")
    assert outcomes(plan(area, "partners", data)) == ["same"]


def test_locations_are_found_by_street(area: LocalArea) -> None:
    partner = make_partnership(area, name="A House")
    for name, street in (("North", "1 Elm St."), ("South", "2 Elm St.")):
        make_location(partner.organization, name=name, street=street)
    bring(area, "partners", "Partner,Street,City\nA House,2 ELM ST,Ames\n")
    assert partner.organization.locations.get(name="South").city == "Ames"
    assert partner.organization.locations.count() == 2


def test_a_plan_takes_a_constant_number_of_queries(area: LocalArea, django_assert_num_queries: Any) -> None:
    make_partnership(area)
    for number in (2, 60):
        data = "Partner,Programs,Contact,City\n" + "".join(f"House {n},Job Corps,P {n},Ames\n" for n in range(number))
        with django_assert_num_queries(9):
            plan(area, "partners", data)
        bring(area, "partners", data)


# ---------------------------------------------------------------- The rules of the verbs
def test_a_representative_who_no_longer_signs_is_not_waited_for(
    area: LocalArea, partner: Partnership, cast: Any
) -> None:
    facts = {"name": "Ida Stone", "email": "ida@millrace.example", "is_signatory": True, "kind": "main"}
    person = representatives.add_representative(partner, facts=facts, by=cast["manager"], at=now())
    assert person.signatory_from
    bring(area, "partners", "Partner,Contact,May sign\nMillrace Adult Learning,Ida Stone,No\n")
    person.refresh_from_db()
    signs: tuple[bool, object] = (person.is_signatory, person.signatory_from)
    assert signs == (False, None)
    told = Notice.objects.get(kind="partners.signatory_named")
    assert (told.recipient, told.status) == (cast["staff"], Notice.Status.WITHDRAWN)


def test_staff_who_import_another_address_confirm_the_signatory(
    area: LocalArea, partner: Partnership, cast: Any
) -> None:
    facts = {"name": "Ida Stone", "email": "ida@millrace.example", "is_signatory": True, "kind": "main"}
    person = representatives.add_representative(partner, facts=facts, by=cast["manager"], at=now())
    made = plan(
        area, "partners", "Partner,Contact,Contact email\nMillrace Adult Learning,Ida Stone,i@millrace.example\n"
    )
    write_plan(area, made, by=cast["staff"], at=now())
    person.refresh_from_db()
    assert (person.email, person.may_sign(now())) == ("i@millrace.example", True)


def test_an_import_is_signed_by_who_runs_it(area: LocalArea, cast: Any) -> None:
    write_plan(
        area, plan(area, "partners", "Partner,Contact,City\nA House,Ana Diaz,Ames\n"), by=cast["staff"], at=now()
    )
    partner: Any = area.partnerships.get(organization__name="A House")
    person, place = partner.representatives.get(), partner.organization.locations.get()
    for made in (partner, partner.organization, person, place):
        assert made.history.get().pgh_context["user"] == cast["staff"].pk


def test_writing_takes_a_constant_number_of_queries(area: LocalArea, queries_of: Any) -> None:
    def file(number: int, programs: str, city: str) -> str:
        lines = "".join(f"House {number} {n},{programs},P {n},{city}\n" for n in range(number))
        return f"Partner,Programs,Contact,City\n{lines}"

    def cost(number: int) -> tuple[int, int]:
        new = plan(area, "partners", file(number, "Job Corps; Perkins", "Ames"))
        added = queries_of(lambda: write_plan(area, new, at=now()))
        changes = plan(area, "partners", file(number, "TANF", "Elm"))
        assert set(outcomes(changes)) == {"change"}
        return added, queries_of(lambda: write_plan(area, changes, at=now()))

    assert cost(2) == cost(30)
