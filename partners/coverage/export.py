"""The coverage of an area as a table to take away: one line for each program, partner and center."""

from collections.abc import Iterator
from typing import Any

from partners.coverage.matrix import Cell, Coverage, Row

HEADER = (
    "Program", "Short name", "Law", "Legal source", "Required", "Standing", "Decided on", "Decided by", "Reason",
    "Written in", "Carried by", "Center", "Kind of center", "Access", "How", "Access needed",
)  # fmt: skip
STANDINGS = {
    "covered": "Covered",
    "not_carried_out": "Not carried out here",
    "exempted": "Exempted by the Governor",
    "gap": "No partner",
}


def coverage_rows(coverage: Coverage) -> Iterator[list[Any]]:
    """Yield the lines of the file, in the order of the law."""
    for row in (*coverage.required, *coverage.additional):
        told = _program(row)
        if not row.partners or not row.cells:
            yield [*told, [str(partner) for partner in row.partners], "", "", "", "", ""]
            continue
        for cell in row.cells:
            for partner in row.partners:
                yield [*told, str(partner), cell.center.name, cell.center.get_kind_display(), *_access(cell, partner)]


def _program(row: Row) -> list[Any]:
    program, decision = row.program, row.decision
    decided = [decision.decided_on, decision.decided_by, decision.reason, decision.source] if decision else [""] * 4
    standing = STANDINGS[row.standing] if row.program.is_required else "Additional"
    law = [program.name, program.short_name, program.group, program.legal_source]
    return [*law, program.is_required, standing, *decided]


def _access(cell: Cell, partner: Any) -> list[Any]:
    ways = [way for way in cell.holding if way.partnership.pk == partner.pk]
    how = [f"{way.words}: {way.who}" if way.who else way.words for way in ways]
    return [[way.label for way in ways] or ("None on record" if cell.is_owed else ""), how, cell.is_owed]
