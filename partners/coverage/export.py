"""The coverage of an area as a spreadsheet: one line for each program, partner and center."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.coverage.matrix import Cell, Coverage, Row

STATUSES = {
    "covered": gettext_lazy("Covered"),
    "agreement": gettext_lazy("Covered by agreement"),
    "not_carried_out": gettext_lazy("Not carried out in this area"),
    "exempted": gettext_lazy("Exempted by the Governor"),
    "gap": gettext_lazy("No partner"),
}


def coverage_header() -> list[str]:
    """Return the titles of the columns."""
    return [
        _("Program"), _("Short name"), _("Law"), _("Legal source"), _("Required"), _("Status"), _("Agreement with"),
        _("Decided on"), _("Decided by"), _("Reason"), _("Source"), _("Partner"), _("Center"), _("Kind of center"),
        _("Access"), _("Details"), _("Access required"),
    ]  # fmt: skip


def coverage_rows(coverage: Coverage) -> Iterator[list[Any]]:
    """Yield the lines of the file, in the order of the law."""
    for row in (*coverage.required, *coverage.additional):
        program = _program(row)
        if not row.partners or not row.cells:
            yield [*program, [str(partner) for partner in row.partners], "", "", "", "", ""]
            continue
        for cell in row.cells:
            center = [cell.center.name, str(cell.center.get_kind_display())]
            for partner in row.partners:
                yield [*program, str(partner), *center, *_access(cell, partner)]


def _program(row: Row) -> list[Any]:
    program, decision = row.program, row.decision
    decided: list[Any] = [""] * 5
    if decision:
        names = ("organization_name", "decided_on", "decided_by", "reason", "source")
        decided = [getattr(decision, name) for name in names]
    status = str(STATUSES[row.standing]) if program.is_required else _("Additional")
    law = [program.name, program.short_name, program.group, program.legal_source]
    return [*law, program.is_required, status, *decided]


def _access(cell: Cell, partner: Any) -> list[Any]:
    ways = [way for way in cell.holding if way.partnership.pk == partner.pk]
    details = [f"{way.words}: {way.who}" if way.who else way.words for way in ways]
    return [[way.label for way in ways] or (_("None recorded") if cell.is_owed else ""), details, cell.is_owed]
