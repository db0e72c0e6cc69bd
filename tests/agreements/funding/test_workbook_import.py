"""Last year's workbook becomes the draft of a budget: what is read, guessed, questioned and created."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from agreements.funding.last_year_file import LastYearFile, number_of, read_last_year
from agreements.funding.locking import CannotBudget
from agreements.funding.plans import shares_of
from agreements.funding.reading import plan_of
from agreements.funding.workbook_creation import create_from_workbook, item_of
from agreements.funding.workbook_import import Choice, ImportDraft, Matches, draft_of, guess_matches
from agreements.models import Agreement, BaseCount, CostLine, FundingBudget, Payer
from onestop.files.models import StoredFile
from onestop.files.uploaded_tables import CannotReadFile
from tests import factories
from tests.agreements.funding.budget_year import at, words
from tests.at_once import second_waits_for

NOW = timezone.now()
FIRST = date(2027, 7, 1)
D = Decimal
CSV = """Cost shares 2026,,,,,
Partner,Rent,Career services desk,Square feet,Customers served,Total
Riverbend Career Services,"$9,000.00",$500.00,300,50,"$9,500.00"
Millpond Library,"$3,000.00",$0.00,100,-,"$3,000.00"
River County,,"$1,500.00",,150,"$1,500.00"
Total,"$12,000.00","$2,000.00",400,200,"$14,000.00"
"""


def file_of(text: str, name: str = "shares-2026.csv") -> LastYearFile:
    return read_last_year(io.BytesIO(text.encode()), name)


@pytest.fixture
def ifa(area) -> Agreement:
    return factories.make_ifa(area)


@pytest.fixture
def known(area) -> dict[str, int]:
    """The partners of the file, by the keys of their names."""
    named = {
        "riverbendcareerservices": "Riverbend Career Services",
        "millpondlibrary": "Millpond Library",
        "rivercounty": "River County",
    }
    return {key: factories.make_partnership(area, name=name).pk for key, name in named.items()}


@pytest.fixture
def draft(known) -> ImportDraft:
    file = file_of(CSV)
    return draft_of(file, guess_matches(file, partnerships=known, centers={}), first_on=FIRST)


# ---------------------------------------------------------------- Cells
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$1,234.50", D("1234.50")), ("1234", D(1234)), (" 12.5 ", D("12.5")), ("$ 7", D(7)), ("", None),
        ("-", D(0)), ("\u2013", D(0)), ("0", D(0)), ("1234.567891", D("1234.57")), ("1E3", D(1000)),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_type_them(text, value):
    assert number_of(text).value == value
    assert not number_of(text).problem


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("12%", "percent"), ("(12.00)", "Negative"), ("-3", "Negative"), ("see note", "not a number"),
        ("NaN", "not a number"), ("Infinity", "not a number"), ("1e99", "too large"), ("#REF!", "not a number"),
    ],
)  # fmt: skip
def test_what_is_no_number_says_why(text, problem):
    assert problem in number_of(text).problem
    assert number_of(text).value is None


# ---------------------------------------------------------------- The file
def test_a_csv_file_is_partners_by_columns_and_its_totals_are_set_apart():
    file = file_of(CSV)
    assert list(file.partners) == ["Riverbend Career Services", "Millpond Library", "River County"]
    assert [column.title for column in file.columns] == [
        "Rent", "Career services desk", "Square feet", "Customers served", "Total",
    ]  # fmt: skip
    assert file.columns[0].total == "$12,000.00"
    assert LastYearFile.from_json(file.to_json()) == file


def test_every_visible_sheet_is_read_and_partners_are_known_by_name():
    book = openpyxl.Workbook()
    first: Any = book.active
    first.title = "Shares"
    second, hidden = book.create_sheet("Counts"), book.create_sheet("Old")
    hidden.sheet_state = "hidden"
    for row in (["Agency", "Rent"], ["Millpond Library", 3000.125], ["Millpond County", "=B2*2"]):
        first.append(row)
    for row in (["Agency", "Rent", "FTE"], ["MILLPOND LIBRARY.", 1, 2.5], ["Other", 4, 5]):
        second.append(row)
    content = io.BytesIO()
    book.save(content)
    file = read_last_year(content, "shares.xlsx")
    assert list(file.partners) == ["Millpond Library", "Millpond County", "Other"]
    assert [(column.title, column.place) for column in file.columns] == [
        ("Rent", "Shares, column B"), ("Counts: Rent", "Counts, column B"), ("FTE", "Counts, column C"),
    ]  # fmt: skip
    assert file.columns[0].reading(0).is_rounded
    assert "has no saved result" in file.columns[0].reading(1).problem
    assert file.columns[2].reading(0).value == D("2.5")


def test_a_second_row_of_a_partner_and_a_row_without_name_are_told():
    file = file_of("Partner,Rent\nLibrary,5\nlibrary,6\n,7\n")
    assert "second row" in file.columns[0].reading(0).problem
    assert list(file.notes) == ["row 4 has no name of a partner and was left out."]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Partner,Rent\n", "no row of a partner"),
        ("Partner,Rent\n" + "".join(f"P{n},1\n" for n in range(61)), "The limits are 60 partners"),
        ("Partner," + ",".join(f"C{n}" for n in range(41)) + "\nLibrary" + ",1" * 41, "The limits are 60 partners"),
        ("%PDF-1.7", "PDF"),
    ],
)
def test_a_file_without_shares_is_refused(text, problem):
    with pytest.raises(CannotReadFile, match=problem):
        file_of(text)


# ---------------------------------------------------------------- Guesses
def test_columns_and_partners_are_guessed(known):
    found = guess_matches(file_of(CSV), partnerships=known, centers={})
    assert list(found.columns) == [
        Choice("infrastructure", "2"), Choice("career", "3"), Choice("square_feet"), Choice("customers"), Choice(),
    ]  # fmt: skip
    assert list(found.partners) == list(known.values())


def test_a_center_is_found_in_the_title_and_equal_shares_by_their_amounts():
    file = file_of("Partner,Annex signs,Notes\nLibrary,33.34,x\nCounty,33.33,y\nCollege,33.33,z\n")
    found = guess_matches(file, partnerships={"librarysystem": 4}, centers={"Annex": 7})
    assert list(found.columns) == [Choice("infrastructure", "equal", 7), Choice()]
    assert list(found.partners) == [4, None, None]


@pytest.mark.parametrize(
    ("title", "item"),
    [
        ("Rent Center Street", "rent"), ("Electricity", "utilities"), ("Janitorial", "maintenance"),
        ("Copiers", "equipment"), ("Internet", "technology"), ("Signs", "identifier"), ("Supplies", "other"),
        ("Salaries of the front desk", "personnel"),
    ],
)  # fmt: skip
def test_the_kind_of_a_cost_is_read_from_its_title(title, item):
    assert item_of("Copier equipment" if title == "Copiers" else title) == item


# ---------------------------------------------------------------- The dry run
def test_the_dry_run_compares_workbook_and_draft(draft):
    assert draft.is_ready
    assert [(each.name, each.before, each.after) for each in draft.partners] == [
        ("Riverbend Career Services", D("9500.00"), D("9500.00")),
        ("Millpond Library", D("3000.00"), D("3000.00")),
        ("River County", D("1500.00"), D("1500.00")),
    ]
    assert draft.before == draft.after == D(14000)
    assert not draft.remarks
    assert not FundingBudget.objects.exists()


def test_cells_that_cannot_be_read_are_questions_with_their_place(known):
    text = CSV.replace('"$3,000.00",$0.00,100', "see note,12%,100")
    file = file_of(text)
    draft = draft_of(file, guess_matches(file, partnerships=known, centers={}), first_on=FIRST)
    assert [(each.place, each.text, each.reason) for each in draft.questions] == [
        ("row 4, column B", "see note", "This is not a number."),
        ("row 4, column C", "12%", "This is a percent. Enter dollars or a count."),
    ]
    assert draft.remarks == ["Rent: the rows add up to $9,000.00, but the row of totals says $12,000.00."]
    assert not draft.is_ready


def test_what_a_left_out_partner_paid_stays_in_the_cost(known):
    file = file_of(CSV)
    guessed = guess_matches(file, partnerships=known, centers={})
    matches = Matches(guessed.columns, [guessed.partners[0], None, guessed.partners[2]])
    draft = draft_of(file, matches, first_on=FIRST)
    assert draft.after == D(14000)
    assert [(each.name, each.difference) for each in draft.partners] == [
        ("Riverbend Career Services", D(3000)), ("River County", D(0)), ("Millpond Library (left out)", D(-3000)),
    ]  # fmt: skip


def test_rows_of_one_partner_are_added(known):
    file = file_of(CSV)
    guessed = guess_matches(file, partnerships=known, centers={})
    one = guessed.partners[0]
    draft = draft_of(file, Matches(guessed.columns, [one, one, guessed.partners[2]]), first_on=FIRST)
    assert draft.partners[0].name == "Riverbend Career Services, Millpond Library"
    assert draft.partners[0].after == D(12500)


def test_personnel_is_no_infrastructure_and_an_empty_pool_is_questioned(known):
    file = file_of("Partner,Salaries,Rent\nMillpond Library,5,0\n")
    matches = Matches([Choice("infrastructure"), Choice("infrastructure")], [known["millpondlibrary"]])
    reasons = [each.reason for each in draft_of(file, matches, first_on=FIRST).questions]
    assert reasons == [
        "Infrastructure costs are nonpersonnel (20 CFR 678.700). Choose career or shared services.",
        "This column has no amounts. Leave it out.",
    ]


def test_a_pool_that_nobody_can_share_is_told(known):
    file = file_of("Partner,Rent,FTE\nMillpond Library,5,0\n")
    matches = Matches([Choice("infrastructure", "1"), Choice("fte")], [known["millpondlibrary"]])
    draft = draft_of(file, matches, first_on=FIRST)
    assert draft.remarks == ["Rent cannot be shared yet: no partner has a count above zero."]


# ---------------------------------------------------------------- The creation
def test_the_draft_budget_has_the_shares_of_the_dry_run(ifa, draft, cast):
    before = factories.make_budget(ifa)
    budget = create_from_workbook(ifa, draft, by=cast["staff"], at=NOW)
    assert (budget.status, budget.before, budget.periods.count()) == ("draft", before, 4)
    paid: dict[str, Decimal] = {}
    names = {payer.pk: str(payer) for payer in Payer.objects.all()}
    for share in shares_of(plan_of(budget)).rows:
        paid[names[share.payer]] = paid.get(names[share.payer], D(0)) + share.amount
    assert paid == {each.name: each.after for each in draft.partners}
    assert {(pool.name, pool.category, pool.base.kind) for pool in budget.pools.all()} == {
        ("Rent", "infrastructure", "square_feet"), ("Career services desk", "career", "customers"),
    }  # fmt: skip
    assert {line.item for line in CostLine.objects.all()} == {"rent", "other"}
    count = BaseCount.objects.get(payer__partnership__organization__name="River County", base__kind="customers")
    assert (count.value, count.note, count.by) == (D(150), "From shares-2026.csv", cast["staff"])


def test_without_a_base_a_pool_is_shared_as_last_year_and_in_its_center(ifa, known, cast, area):
    center = factories.make_center(area)
    file = file_of("Partner,Rent,Signs,Square feet\nMillpond Library,300.10,1,5\nRiver County,100.05,0,5\n")
    columns = [Choice("infrastructure", "shares", center.pk), Choice("shared", "equal"), Choice("square_feet")]
    draft = draft_of(
        file, Matches(columns, [known["millpondlibrary"], known["rivercounty"]]), first_on=FIRST
    )  # fmt: skip
    budget = create_from_workbook(ifa, draft, by=cast["staff"], at=NOW)
    assert {(base.kind, base.name, base.center) for base in budget.bases.all()} == {
        ("custom", "Shares of last year: Rent", center),
        ("equal", "Equal shares", None),
        ("square_feet", "Square feet", None),
    }
    assert [payer.centers.count() for payer in budget.payers.order_by("position")] == [1, 1]
    assert not shares_of(plan_of(budget)).unshared


@pytest.mark.parametrize(
    ("fields", "problem"),
    [({"kind": "single"}, "Only an infrastructure"), ({"status": "withdrawn", "executed_on": None}, "was withdrawn")],
)
def test_a_budget_needs_a_funding_agreement_that_is_not_withdrawn(ifa, draft, fields, problem):
    Agreement.objects.filter(pk=ifa.pk).update(**fields)
    with pytest.raises(CannotBudget, match=problem):
        create_from_workbook(ifa, draft, by=None, at=NOW)


def test_a_year_has_one_budget_and_questions_come_first(ifa, draft):
    create_from_workbook(ifa, draft, by=None, at=NOW)
    with pytest.raises(CannotBudget, match="already has a budget"):
        create_from_workbook(ifa, draft, by=None, at=NOW)
    nothing = draft_of(draft.file, Matches([Choice()] * 5, [None] * 3), first_on=FIRST)
    with pytest.raises(CannotBudget, match="open questions"):
        create_from_workbook(ifa, nothing, by=None, at=NOW)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_begin_the_same_year_the_second_is_told(ifa, draft):
    outcome = second_waits_for(
        lambda: create_from_workbook(ifa, draft, by=None, at=NOW),
        lambda: create_from_workbook(ifa, draft, by=None, at=NOW),
    )
    assert isinstance(outcome, CannotBudget)


# ---------------------------------------------------------------- The pages
def sent(page: str) -> dict[str, Any]:
    """Return what the form of a page would send."""
    import lxml.html

    [form] = [each for each in lxml.html.fromstring(page).forms if "table" in each.fields]
    return {name: value or "" for name, value in form.form_values()}


def test_staff_read_a_file_check_and_create(as_, ifa, known, monkeypatch):
    monkeypatch.setattr(FundingBudget, "get_absolute_url", lambda budget: ifa.get_absolute_url())
    staff, page = as_("staff"), at("budget_import", ifa.pk)
    assert 'value="2026-07-01"' in words(staff.get(page))
    upload = SimpleUploadedFile("shares-2026.csv", CSV.replace("$9,000.00", "$8,999.99").encode())
    answer = staff.post(page, {"file": upload, "first_on": "2027-07-01"})
    assert "No budget is created yet." in words(answer)
    assert "the rows add up to $11,999.99" in words(answer)
    typed = sent(answer.content.decode())
    assert typed["by_0"] == "2"
    again = staff.post(at("budget_import_check", ifa.pk), typed | {"by_0": "equal", "action": "check"})
    assert "$4,000.0" in words(again)
    assert not FundingBudget.objects.exists()
    done = staff.post(at("budget_import_check", ifa.pk), typed | {"action": "create"}, follow=True)
    assert "The draft budget is created." in words(done)
    assert FundingBudget.objects.get().first_on == FIRST
    refused = words(staff.post(at("budget_import_check", ifa.pk), typed | {"action": "create"}))
    assert "This agreement already has a budget for this year." in refused
    wrong = words(staff.post(at("budget_import_check", ifa.pk), typed | {"first_on": "2027-07-02", "role_0": "x"}))
    assert "A program year begins on the first day of a month." in wrong
    assert 'value="create"' not in wrong


def test_the_workbook_is_kept_with_the_budget_and_costs_increase(as_, ifa, known, cast, partner):
    staff = as_("staff")
    factories.make_party(ifa, partner)
    upload = SimpleUploadedFile("shares-2026.csv", CSV.encode())
    typed = sent(staff.post(at("budget_import", ifa.pk), {"file": upload, "first_on": "2027-07-01"}).content.decode())
    checked = words(staff.post(at("budget_import_check", ifa.pk), typed | {"percent": "3", "action": "check"}))
    assert "$14,420.00" in checked
    staff.post(at("budget_import_check", ifa.pk), typed | {"percent": "3", "action": "create"})
    budget = FundingBudget.objects.get()
    assert {(line.amount, line.escalator, line.escalated) for line in CostLine.objects.all()} == {
        (D(12000), D(3), 1), (D(2000), D(3), 1),
    }  # fmt: skip
    stored = StoredFile.objects.get(use="agreements.budget_workbook")
    assert budget.workbook == stored
    assert (stored.name, stored.kind, stored.by) == ("shares-2026.csv", "csv", cast["staff"])
    page = words(as_("manager").get(at("budget_setup", budget.pk)))
    assert reverse("files:download", args=[stored.pk]) in page
    assert f"by {cast['staff'].name}" in page
    answer = as_("manager").get(reverse("files:download", args=[stored.pk]))
    assert b"".join(answer.streaming_content).decode() == CSV
    assert as_("nobody").get(reverse("files:download", args=[stored.pk])).status_code == 404


def test_a_workbook_that_is_no_longer_stored_is_chosen_again(as_, ifa, known):
    staff = as_("staff")
    upload = SimpleUploadedFile("shares-2026.csv", CSV.encode())
    typed = sent(staff.post(at("budget_import", ifa.pk), {"file": upload, "first_on": "2027-07-01"}).content.decode())
    StoredFile.objects.all().delete()
    refused = words(staff.post(at("budget_import_check", ifa.pk), typed | {"action": "create"}))
    assert "This file is no longer stored. Choose it again." in refused
    assert not FundingBudget.objects.exists()


def test_an_excel_workbook_is_kept_as_it_is(as_, ifa, known):
    book: Any = openpyxl.Workbook()
    file = io.BytesIO()
    for row in (("Partner", "Rent"), ("Millpond Library", 300), ("River County", 100)):
        book.active.append(row)
    book.save(file)
    upload = SimpleUploadedFile("shares.xlsx", file.getvalue())
    answer = as_("staff").post(at("budget_import", ifa.pk), {"file": upload, "first_on": "2027-07-01"})
    assert "No budget is created yet." in words(answer)
    stored = StoredFile.objects.get()
    assert (stored.kind, stored.size) == ("xlsx", len(file.getvalue()))


def test_an_unreadable_file_is_told_beside_the_field(as_, ifa):
    staff, page = as_("staff"), at("budget_import", ifa.pk)
    upload = SimpleUploadedFile("shares.csv", b"%PDF-1.7 and so on")
    assert "This is a PDF." in words(staff.post(page, {"file": upload, "first_on": "2027-07-01"}))
    assert "Choose a file." in words(staff.post(page, {"first_on": "2027-07-02"}))


def test_a_file_of_another_agreement_or_a_changed_one_is_asked_for_again(as_, ifa, known, area):
    staff = as_("staff")
    upload = SimpleUploadedFile("shares-2026.csv", CSV.encode())
    answer = staff.post(at("budget_import", ifa.pk), {"file": upload, "first_on": "2027-07-01"})
    typed = sent(answer.content.decode())
    other = factories.make_ifa(area)
    for pk, table in ((other.pk, typed["table"]), (ifa.pk, typed["table"][:-2]), (ifa.pk, "")):
        again = staff.post(at("budget_import_check", pk), typed | {"table": table})
        assert again["Location"] == at("budget_import", pk)
    assert staff.get(at("budget_import_check", ifa.pk))["Location"] == at("budget_import", ifa.pk)


def test_only_staff_import(as_, ifa, partner):
    factories.make_party(ifa, partner)
    assert as_("manager").get(at("budget_import", ifa.pk)).status_code == 403
    assert as_("manager").post(at("budget_import_check", ifa.pk)).status_code == 403
    assert as_("nobody").get(at("budget_import", ifa.pk)).status_code == 404
