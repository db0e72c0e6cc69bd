"""The compliance sheets as spreadsheets: a line for each required program and partner, and for each area of a state."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from agreements.terms.compliance import AreaCompliance, Line, Participation
from partners.coverage.export import STATUSES


def area_header() -> list[str]:
    """Return the titles of the columns of an area's sheet."""
    return [
        _("Required program"), _("Legal source"), _("Coverage"), _("Partner"), _("Required partner"), _("MOU"),
        _("Signed by all on"), _("Standing"), _("In force from"), _("In force to"), _("Days not covered"),
        _("Elements met"), _("Elements excepted"), _("Elements missing"), _("IFA"), _("IFA in force from"),
        _("IFA in force to"), _("IFA standing"), _("Last review"), _("Next review by"),
    ]  # fmt: skip


def area_rows(sheet: AreaCompliance) -> Iterator[list[Any]]:
    """Yield the lines: one for each program and partner, and each MOU if there are several."""
    for line in sheet.lines:
        program = [line.program.name, line.program.legal_source, str(STATUSES[line.row.standing])]
        partner = [str(line.partner) if line.partner else "", bool(line.partner) and line.is_required]
        for mou in line.rows:
            yield [*program, *partner, *_of_mou(mou), *_of_ifa(line), *_of_review(mou)]


def _of_mou(part: Participation | None) -> list[Any]:
    if part is None:
        return [_("None"), *[""] * 8]
    agreement, found = part.agreement, part.elements
    days = part.standing.days if part.standing.code == "lapsed" else 0
    elements = [found.met, found.excepted, list(found.missing)] if found else [""] * 3
    dates = [agreement.executed_on, part.standing.word, agreement.effective_on, agreement.ends_on or ""]
    return [agreement.number, *dates, days, *elements]


def _of_ifa(line: Line) -> list[Any]:
    if not line.ifas:
        return [_("None"), "", "", ""]
    first = line.ifas[0]
    dates = [first.agreement.effective_on, first.agreement.ends_on or ""]
    return [[each.agreement.number for each in line.ifas], *dates, first.standing.word]


def _of_review(part: Participation | None) -> list[Any]:
    if part is None or part.clock is None:
        return ["", ""]
    return [part.clock.last_on, part.clock.due_on]


def state_header() -> list[str]:
    """Return the titles of the columns of a state's sheet."""
    return [
        _("Area"), _("Board"), _("Required partners"), _("Covered by an MOU in force"), _("Not covered"),
        _("Days since the MOU lapsed"), _("Days not covered between MOUs"), _("Next expiry"), _("Agreement"),
        _("IFA in force to"),
    ]  # fmt: skip


def state_rows(sheets: Iterable[AreaCompliance]) -> Iterator[list[Any]]:
    """Yield one line for each area."""
    for sheet in sheets:
        ending = sheet.next_expiry
        expiry = [ending.ends_on, ending.number] if ending else ["", ""]
        counts = [len(sheet.partners), len(sheet.covered), sheet.without, sheet.lapsed_days, sheet.past_gap_days]
        yield [sheet.area.name, sheet.area.board_name, *counts, *expiry, sheet.ifa.ends_on if sheet.ifa else ""]
