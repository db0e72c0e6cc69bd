"""The ledger of a purchase as a table to download: authorizations, service lines, and the agreement."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from agreements.models import Agreement
from agreements.purchasing.ledger import Ceiling, Sums
from agreements.purchasing.overview import Overview


def export_header() -> list[str]:
    """Return the header."""
    return [
        _("Level"), _("Code"), _("Service"), _("Authorization"), _("Reference"), _("State"), _("First day"),
        _("Last day"), _("Units authorized"), _("Units delivered"), _("Authorized"), _("By exception"),
        _("Released"), _("Delivered"), _("Invoiced"), _("Approved"), _("Paid"), _("Left"), _("Ceiling"),
        _("Exceptions from the ceiling"),
    ]  # fmt: skip


def export_rows(agreement: Agreement, overview: Overview) -> Iterator[list[Any]]:
    """Yield the authorizations of each line, the line, and at the end the agreement."""
    ledger = overview.ledger
    for line in ledger.lines:
        name = [line.line.code, line.line.name]
        for entry in line.entries:
            each = entry.authorization
            facts = [
                each.number, each.reference, str(overview.states[each.pk].word), each.first_on, each.last_on,
                each.units, entry.units,
            ]  # fmt: skip
            yield [_("Authorization"), *name, *facts, *_sums(entry.sums), None, None]
        yield [_("Service line"), *name, *[None] * 7, *_sums(line.sums), *_ceiling(line.ceiling)]
    title = [agreement.number, agreement.title]
    yield [_("Agreement"), *title, *[None] * 7, *_sums(ledger.sums), *_ceiling(ledger.ceiling)]


def _sums(sums: Sums) -> list[Any]:
    return [
        sums.authorized, sums.excepted, sums.released, sums.delivered, sums.invoiced, sums.approved, sums.paid,
        sums.left,
    ]  # fmt: skip


def _ceiling(ceiling: Ceiling | None) -> list[Any]:
    return [ceiling.ceiling, ceiling.excepted] if ceiling else [None, None]
