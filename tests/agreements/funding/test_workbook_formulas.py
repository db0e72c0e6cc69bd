"""The workbook of a budget, calculated anew by programs that know nothing of our code."""

import io
import re
import shutil
import warnings
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import column_index_from_string

from agreements.funding.plans import BudgetPlan, Cost, PoolPlan
from agreements.funding.workbook import binary_escalated, write_workbook
from agreements.funding.workbook_data import SUMMARY
from tests.agreements.funding.generator import Size, make_plan
from tests.agreements.funding.workbooks import (
    bytes_of,
    data_of,
    expected,
    recomputed_by_office,
    saved_values,
    summary_of,
)
from tests.thorough import also

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
SMALL = Size(payers=6, pools=5, centers=2, frequency="half")


def recomputed(content: bytes, folder: Path) -> dict[tuple[int, int], Any]:
    """Return the Summary as the library formulas computes it from the inputs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import formulas

        path = folder / "shares.xlsx"
        path.write_bytes(content)
        solution = formulas.ExcelModel().loads(str(path)).finish().calculate()
    found = {}
    for key, value in solution.items():
        if place := re.fullmatch(rf"'\[shares\.xlsx\]{SUMMARY.upper()}'!([A-Z]+)(\d+)", str(key)):
            column = column_index_from_string(place[1])
            found[int(place[2]), column] = value.value[0, 0]
    return found


@pytest.mark.long
@pytest.mark.parametrize("seed", [3, pytest.param(8, marks=pytest.mark.thorough)])
def test_formulas_come_to_the_same_cents(tmp_path, seed):
    plan = make_plan(seed, SMALL)
    assert summary_of(plan, recomputed(bytes_of(data_of(plan)), tmp_path)) == summary_expected(plan)


def summary_expected(plan: BudgetPlan) -> dict[tuple[int, int], Decimal]:
    found = expected(plan)
    return {(payer.key, pool.key): found[payer.key, pool.key] for payer in plan.payers for pool in plan.pools}


@pytest.mark.long
@pytest.mark.parametrize("frequency", ["year", also("quarter")])
def test_formulas_of_a_large_year_come_to_the_same_cents(tmp_path, frequency):
    """Thirty payers, twelve pools and five centers; by quarters it takes a minute. What is saved is always tested."""
    plan = make_plan(21, Size(frequency=frequency))
    assert summary_of(plan, recomputed(bytes_of(data_of(plan)), tmp_path)) == summary_expected(plan)


@pytest.mark.long
def test_formulas_follow_a_change_of_the_inputs(tmp_path):
    """Somebody raises a rent and moves a partner to a larger room: the cents are those that the portal would give."""
    plan = make_plan(5, replace(SMALL, frequency="year", payers=5))
    pool = next(pool for pool in plan.pools if not plan.bases[pool.base].is_equal)
    changed_cost = replace(pool.costs[0], amount=Decimal("43210.99"))
    at = plan.pools.index(pool)
    raised = replace(pool, costs=(changed_cost, *pool.costs[1:]))
    counts = {**plan.counts, (pool.base, 2, 1): Decimal("812.25")}
    wanted = replace(plan, pools=(*plan.pools[:at], raised, *plan.pools[at + 1 :]), counts=counts)
    book: Any = openpyxl.load_workbook(io.BytesIO(bytes_of(data_of(plan))))
    inputs, sheet = book["Inputs"], book["Counts"]
    row = next(row for row in range(4, 99) if inputs.cell(row, 1).value == f"Pool {pool.key}")
    inputs.cell(row, 3).value = 43210.99
    column = next(column for column in range(2, 99) if sheet.cell(3, column).value.startswith(f"Base {pool.base},"))
    sheet.cell(5, column).value = 812.25
    changed = io.BytesIO()
    book.save(changed)
    assert summary_of(plan, recomputed(changed.getvalue(), tmp_path)) == summary_expected(wanted)


if OFFICE:

    @pytest.mark.long
    def test_libreoffice_comes_to_the_same_cents(tmp_path):
        plan = make_plan(21)
        found = recomputed_by_office(bytes_of(data_of(plan)), tmp_path, str(OFFICE))
        assert summary_of(plan, found) == summary_expected(plan)


@pytest.mark.parametrize("frequency", ["month", "quarter"])
def test_the_saved_values_of_a_large_year_are_its_cents(frequency):
    plan = make_plan(21, Size(frequency=frequency))
    assert summary_of(plan, saved_values(bytes_of(data_of(plan)))) == summary_expected(plan)


def test_whoever_has_no_program_that_calculates_sees_every_value():
    content = bytes_of(data_of(make_plan(2, SMALL)))
    plain: Any = openpyxl.load_workbook(io.BytesIO(content))
    saved: Any = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    number = 0
    for sheet in plain:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    number += 1
                    assert isinstance(saved[sheet.title][cell.coordinate].value, int | float), cell
    assert number > 500


def test_names_are_never_formulas_and_sheets_always_have_a_name():
    plan = make_plan(2, SMALL)
    evil = '=HYPERLINK("http://x")[a]:*?/\\\'b' + "x" * 40
    data = data_of(plan, pools=dict.fromkeys((pool.key for pool in plan.pools), evil), title="=1+1")
    data = replace(data, payers=dict.fromkeys(data.payers, "+1"), lines={})
    book: Any = openpyxl.load_workbook(io.BytesIO(bytes_of(data)))
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\'") for name in book.sheetnames)
    assert (book[SUMMARY]["A1"].data_type, book[SUMMARY]["A4"].data_type, book[SUMMARY]["B3"].data_type) == ("s",) * 3


def test_an_amount_too_large_for_exact_formulas_is_written_as_a_value():
    plan = make_plan(2, SMALL)
    huge = {place: count * 10**7 for place, count in plan.counts.items()}
    plan = replace(plan, counts=huge)
    assert summary_of(plan, saved_values(bytes_of(data_of(plan)))) == summary_expected(plan)


def test_a_budget_with_nothing_in_it_is_a_workbook_too():
    empty = replace(make_plan(2, SMALL), payers=(), pools=(), bases={}, counts={}, negotiated={})
    assert openpyxl.load_workbook(write_workbook(data_of(empty))).sheetnames[0] == SUMMARY
    bare = replace(make_plan(2, SMALL), pools=(PoolPlan(1, 2, None, ()),))
    assert set(summary_of(bare, saved_values(bytes_of(data_of(bare)))).values()) == {Decimal(0)}


def test_an_increase_in_binary_fractions_is_rounded_as_ours():
    assert binary_escalated(Cost(Decimal("100.50"), escalator=Decimal(3), escalated=1)) == 10352
