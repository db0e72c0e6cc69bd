"""Workbooks of generated plans, and what spreadsheet programs make of them."""

import io
import subprocess
from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl

from agreements.funding.plans import BudgetPlan, shares_of
from agreements.funding.workbook import write_workbook
from agreements.funding.workbook_data import FIRST_ROW, SUMMARY, WorkbookData

CENT = Decimal("0.01")


def data_of(plan: BudgetPlan, **fields: Any) -> WorkbookData:
    """Return a plan with names for everything."""
    named: dict[str, Any] = {
        "title": "IFA-27-01, Program year 2026",
        "plan": plan,
        "payers": {payer.key: f"Partner {payer.key}" for payer in plan.payers},
        "pools": {pool.key: f"Pool {pool.key}" for pool in plan.pools},
        "bases": {key: f"Base {key}" for key in plan.bases},
        "centers": {key: f"Center {key}" for key in sorted({c for payer in plan.payers for c in payer.centers})},
        "lines": {pool.key: [f"Cost {at}" for at, _cost in enumerate(pool.costs)] for pool in plan.pools},
    }
    return WorkbookData(**named | fields)


def bytes_of(data: WorkbookData) -> bytes:
    """Return the workbook."""
    with write_workbook(data) as file:
        return file.read()


def expected(plan: BudgetPlan) -> dict[tuple[int, int], Decimal]:
    """Return the shares of the year by payer and pool."""
    found: dict[tuple[int, int], Decimal] = defaultdict(lambda: Decimal("0.00"))
    for share in shares_of(plan).rows:
        found[share.payer, share.pool] += share.amount
    return found


def summary_of(plan: BudgetPlan, value_at: Mapping[tuple[int, int], Any]) -> dict[tuple[int, int], Decimal]:
    """Return what a Summary has by payer and pool; ``value_at`` by row and column from 1 on."""
    return {
        (payer.key, pool.key): Decimal(str(float(value_at[FIRST_ROW + row, column]))).quantize(CENT)
        for row, payer in enumerate(plan.payers, start=1)
        for column, pool in enumerate(plan.pools, start=2)
    }


def saved_values(content: bytes) -> dict[tuple[int, int], Any]:
    """Return the values that are saved in the Summary, by row and column from 1 on."""
    sheet: Any = openpyxl.load_workbook(io.BytesIO(content), data_only=True)[SUMMARY]
    return {(cell.row, cell.column): cell.value for row in sheet.iter_rows() for cell in row}


def recomputed_by_office(content: bytes, folder: Path, program: str) -> dict[tuple[int, int], Any]:
    """Return the Summary as LibreOffice computes it, whatever values are saved."""
    book = openpyxl.load_workbook(io.BytesIO(content))  # formulas alone, without values
    book.save(folder / "bare.xlsx")
    command = [program, "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder / "out"), str(folder / "bare.xlsx")]  # fmt: skip # noqa: E501
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return saved_values((folder / "out" / "bare.xlsx").read_bytes())
