"""The rows of the ledger on the page of a purchase: its service lines, and as many authorizations as there is room for.

The page stays readable with hundreds of authorizations: those that are open and end next are shown, and the list has
all. Sums and exports always count every authorization.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from agreements.purchasing.ledger import AuthorizationEntry, LineEntry
from agreements.purchasing.overview import Overview
from agreements.purchasing.states import AuthorizationState

ROOM = 30  # authorizations on the page
LISTED = 10  # waiting invoices, and late reports, on the page


@dataclass(frozen=True)
class LedgerRow:
    """A service line with the authorizations that are shown, and how many there are."""

    line: LineEntry
    entries: Sequence[tuple[AuthorizationEntry, AuthorizationState]]

    @property
    def number(self) -> int:
        """How many authorizations the line has."""
        return len(self.line.entries)

    @property
    def is_cut(self) -> bool:
        """Whether some authorizations are only in the list."""
        return len(self.entries) < self.number


def ledger_rows(overview: Overview) -> list[LedgerRow]:
    """Return each line with its authorizations and their states, at most ``ROOM`` in all, each line with its part."""
    lines = overview.ledger.lines
    each = ROOM // max(len(lines), 1)
    is_cut = len(overview.ledger.entries) > ROOM
    return [_row(overview, line, each if is_cut and len(line.entries) > each else None) for line in lines]


def _row(overview: Overview, line: LineEntry, most: int | None) -> LedgerRow:
    shown = line.entries if most is None else sorted(line.entries, key=_urgency)[:most]
    return LedgerRow(line, [(entry, overview.states[entry.authorization.pk]) for entry in shown])


def _urgency(entry: AuthorizationEntry) -> tuple[bool, int, int]:
    """Sort open ones first, by the day on which they end; then those that ended last."""
    last = entry.authorization.last_on.toordinal()
    is_open = entry.authorization.is_open
    return not is_open, last if is_open else -last, entry.authorization.pk
