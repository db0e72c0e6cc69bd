"""Planning and importing files of terms."""

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from partners.coverage import programs
from partners.glossary import terms
from partners.importing import runs
from partners.importing.committing import write_plan
from partners.importing.export import term_export_header, term_export_rows
from partners.importing.remarks import Remark
from partners.models import ImportRun, LocalArea, Program, Term, Usage
from tests.factories import make_partnership, make_term
from tests.partners.importing.files import as_file, bring, outcomes, plan, row

HEADER = "Term,Abbreviation,Definition,Used by,Their wording,Their meaning,Synonym\n"


@pytest.fixture(autouse=True)
def known_programs(db: None) -> None:
    programs.load_programs()


def usages_of(term: Term) -> set[tuple]:
    rows = term.usages.select_related("partnership__organization", "program")
    return {(usage.whose, usage.wording, usage.meaning, usage.is_synonym) for usage in rows}


def test_several_rows_make_one_term(area: LocalArea, partner) -> None:
    data = HEADER + (
        "exit,,The last day.,Millrace adult learning,completion,,yes\n"
        "Exit,,,VR,closure,After 90 days,no\n"
        "exit,,The last day.,State case system,end,,\n"
        "co-enrollment,,Two at once.,,,,\n"
    )
    made = bring(area, "terms", data)
    assert outcomes(made) == ["add"] * 4
    term = Term.objects.get(name="exit")
    assert {planned.target for planned in made.rows[:3]} == {term.pk}
    program = Program.objects.get(code="vocational-rehabilitation")
    assert usages_of(term) == {
        ("Millrace Adult Learning", "completion", "", True),
        (program.name, "closure", "After 90 days", False),
        ("State case system", "end", "", True),
    }
    assert Term.objects.get(name="co-enrollment").usages.count() == 0


def test_an_import_does_not_change_approved_versions(area: LocalArea, cast, partner) -> None:
    term = terms.add_term(area, facts={"name": "exit", "definition": "The last day."}, by=None, at=timezone.now())
    terms.approve_term(term, by=cast["staff"], at=timezone.now())
    made = plan(area, "terms", HEADER + "exit,,Ninety days later.,Millrace Adult Learning,end,,\nnew,,Something.,,,,\n")
    assert outcomes(made) == ["change", "add"]
    assert "The approved version is used until" in made.rows[0].remarks[0]
    write_plan(area, made, at=timezone.now(), by=cast["staff"])
    term.refresh_from_db()
    assert (term.status, term.definition, term.agreed_definition) == ("draft", "Ninety days later.", "The last day.")
    assert (term.agreed_synonyms, term.written_by) == ([], cast["staff"])
    assert [one.name for one in Term.objects.approved()] == ["exit"]
    assert Term.objects.get(name="new").status == "draft"


def test_a_changed_meaning_of_a_usage_needs_no_approval(area: LocalArea, cast) -> None:
    term = terms.add_term(
        area, facts={"name": "exit", "definition": "End."}, usages=[{"system": "X", "wording": "end"}],
        by=None, at=timezone.now(),
    )  # fmt: skip
    terms.approve_term(term, by=cast["staff"], at=timezone.now())
    bring(area, "terms", HEADER + "exit,,End.,X,end,Of the month,\n")
    assert Term.objects.get().is_approved
    assert usages_of(term) == {("X", "end", "Of the month", True)}


def test_the_author_is_who_commits_the_import(area: LocalArea, cast, settings, tmp_path) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    settings.MEDIA_ROOT = tmp_path
    file = SimpleUploadedFile("terms.csv", (HEADER + "exit,,End.,,,,\n").encode())
    run = runs.start_import(area, "terms", file, by=cast["staff"], at=timezone.now())
    runs.name_columns(run, run.mapping, {}, at=timezone.now())
    runs.work_on(run.pk, at=timezone.now())
    run.refresh_from_db()
    runs.request_commit(run, by=cast["staff"], digest=run.digest, at=timezone.now())
    runs.work_on(run.pk, at=timezone.now())
    run.refresh_from_db()
    assert (run.status, run.message) == (ImportRun.Status.DONE, "")
    assert Term.objects.get().written_by == cast["staff"]


def test_the_pages_offer_terms(as_, area: LocalArea) -> None:
    client = as_("staff")
    answer = client.get(reverse("partners:import_template", args=[area.slug, "terms"]))
    assert b"Their meaning" in b"".join(answer.streaming_content)
    assert "Terms" in client.get(reverse("partners:import_add", args=[area.slug]) + "?kind=terms").content.decode()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (",,What,,,,", "The term is missing."),
        ("exit,,,,,,", "The definition is missing."),
        ("exit,,End.,,closure,,", "Add who uses the wording “closure”."),
        (f"exit,,End.,{'x' * 121},closure,,", "at most 120 characters"),
        (f"{'x' * 121},,End.,,,,", "Term"),
    ],
)
def test_unreadable_rows_have_reasons(area: LocalArea, line: str, words: str) -> None:
    read = row(area, "terms", HEADER + line + "\n")
    assert read.outcome == "unreadable"
    assert words in " ".join(read.reasons)


def test_a_cell_that_is_neither_yes_nor_no_is_questioned(area: LocalArea) -> None:
    read = row(area, "terms", HEADER + "exit,,End.,Who,closure,,perhaps\n")
    assert (read.outcome, read.remarks[0].read) == ("add", "perhaps")
    assert "Write Yes or No." in read.remarks[0].says


def test_a_wording_can_be_for_searches_only(area: LocalArea) -> None:
    header = HEADER.strip() + ",Search only\n"
    bring(area, "terms", header + "exit,,End.,X,closure,,yes,yes\nexit,,,Y,out,,,no\nexit,,,Z,end,,,\n")
    term = Term.objects.get()
    assert set(term.usages.filter(is_search_only=True).values_list("wording", flat=True)) == {"closure"}
    terms.approve_term(term, by=None, at=timezone.now())
    changed = bring(area, "terms", header + "exit,,,X,closure,,,no\n")
    assert outcomes(changed) == ["change"]
    term.refresh_from_db()
    assert (term.status, term.agreed_search_only) == ("draft", ["closure"])
    assert not term.usages.filter(is_search_only=True).exists()


@pytest.mark.parametrize("line", ["exit,,End.,X,closure,,no,yes", "exit,,,X,out,,no,"])
def test_a_wording_for_searches_only_that_is_no_synonym_is_unreadable(area: LocalArea, line: str) -> None:
    term = make_term(area, name="exit", definition="End.")
    Usage.objects.create(term=term, system="X", wording="out", is_search_only=True)
    read = row(area, "terms", HEADER.strip() + ",Search only\n" + line + "\n")
    assert read.outcome == "unreadable"
    assert "is search only. Write Yes under “Search synonym”" in " ".join(read.reasons)


def test_contradicting_rows_are_refused(area: LocalArea, partner) -> None:
    data = HEADER + (
        "exit,,End.,X,closure,Early,\n"
        "exit,,Another end.,,,,\n"
        "exit,,,X,closure,Late,\n"
        "exit,,,X,closure,,no\n"
        "exit,,End.,X,closure,Early,yes\n"
    )
    made = plan(area, "terms", data)
    assert outcomes(made) == ["add", "unreadable", "unreadable", "unreadable", "skip"]
    assert made.rows[1].reasons == ["Row 2 has other values for “exit”. Make the two rows agree."]
    assert "Row 2 has another usage by X." in made.rows[2].reasons[0]


def test_an_archived_term_is_not_changed(area: LocalArea) -> None:
    make_term(area, name="exit", archived_at=timezone.now())
    read = row(area, "terms", HEADER + "exit,,Another.,,,,\n")
    assert (read.outcome, "archived" in read.remarks[0]) == ("same", True)


def test_a_usage_without_a_wording_is_skipped_with_a_note(area: LocalArea) -> None:
    read = row(area, "terms", HEADER + "exit,,End.,X,,,\n")
    assert (read.outcome, read.remarks) == ("add", [Remark("The wording of X is missing and was skipped.", line=2)])


@pytest.mark.parametrize("how", ["csv", "xlsx"])
@pytest.mark.parametrize("blank_erases", [True, False])
def test_an_export_imports_unchanged(area: LocalArea, cast, how: str, blank_erases: bool) -> None:
    partner = make_partnership(area, name='"Quoted" Agency, Inc.; West')
    gone = make_partnership(area, name="Gone Agency", archived_at=timezone.now())
    term = make_term(area, approved=True, name="=exit; now", abbreviation="X&Y", definition="Two\r\nlines,  spaces \n")
    usages = [
        Usage(term=term, partnership=partner, wording="End, or so", meaning="-1 + @x\n=SUM(A1)"),
        Usage(term=term, partnership=partner, wording="end", is_synonym=False),
        Usage(term=term, partnership=gone, wording="Gone"),
        Usage(term=term, program=Program.objects.get(code="tanf"), wording="TANF exit"),
        Usage(term=term, system="State; system", wording="Ende"),
        Usage(term=term, system="Search", wording="out", is_search_only=True),
    ]
    Usage.objects.bulk_create(usages)
    make_term(area, name="Bare")
    data = as_file(how, term_export_header, term_export_rows(Term.objects.filter(area=area).order_by("-pk")))
    made = plan(area, "terms", data, blank_erases=blank_erases)
    assert set(outcomes(made)) == {"same"}, [(one.title, one.changes, one.reasons) for one in made.rows]


def test_an_export_imports_into_another_area_as_drafts(area: LocalArea, other_area, partner) -> None:
    term = make_term(area, approved=True, name="exit", definition="The last day.")
    Usage.objects.create(term=term, partnership=partner, wording="completion", is_synonym=False)
    data = as_file("csv", term_export_header, term_export_rows(Term.objects.filter(area=area)))
    bring(other_area, "terms", data)
    made = Term.objects.get(area=other_area)
    assert (made.status, made.definition) == ("draft", "The last day.")
    assert usages_of(made) == {("Millrace Adult Learning", "completion", "", False)}
    assert made.usages.get().system == "Millrace Adult Learning"


def test_an_import_takes_a_constant_number_of_queries(area: LocalArea, queries_of) -> None:
    def lines(first: int, number: int) -> str:
        each = (f"term {pk},,Something {first}.,X,word {pk} {first},,\n" for pk in range(number))
        return HEADER + "".join(each)

    bring(area, "terms", lines(0, 60))
    few = queries_of(lambda: bring(area, "terms", lines(1, 3)))
    assert queries_of(lambda: bring(area, "terms", lines(2, 60))) == few


def test_a_system_with_the_name_of_a_program_stays_a_system(area) -> None:
    term = make_term(area, name="Intake")
    Usage.objects.create(term=term, system="YouthBuild", wording="orientation")
    made = plan(area, "terms", as_file("csv", term_export_header, term_export_rows(Term.objects.filter(area=area))))
    assert outcomes(made) == ["same"]


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30).filter(str.strip)


@settings(max_examples=40)
@given(name=TEXTS, definition=TEXTS, system=TEXTS, wording=TEXTS, how=st.sampled_from(["csv", "xlsx"]))
def test_any_texts_of_terms_import_unchanged(area, name, definition, system, wording, how) -> None:
    term = make_term(area, name=name, definition=definition)
    Usage.objects.create(term=term, system=system, wording=wording, meaning=definition)
    data = as_file(how, term_export_header, term_export_rows(Term.objects.filter(area=area)))
    made = plan(area, "terms", data)
    assert set(outcomes(made)) == {"same"}, [(one.title, one.changes, one.reasons) for one in made.rows]
    term.delete()
