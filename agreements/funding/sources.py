"""A partner's own funding sources, and its share split over them (braided funding).

Each source has its allowable use and stays a line of its own, so that no cost moves from one award to another
(2 CFR 200.405(c)).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from agreements.cost_sharing import allocate
from agreements.funding.locking import CannotPay
from agreements.funding.paying import PeriodShares
from agreements.funding.plans import ZERO
from agreements.models import FundingPeriod, FundingSource, Payer
from onestop.accounts.models import User
from onestop.editing.versions import apply_facts, demand_version
from onestop.history.tracking import recorded

FACTS = ("name", "program", "weight", "allowable_use")
MOST_SOURCES = 10
WHOLE = Decimal(100)
LINKS = ("sources",)


@dataclass(frozen=True)
class SplitLine:
    """What one source pays of each period, in their order, and in the year: the sum of the periods."""

    source: FundingSource
    periods: Sequence[Decimal]
    total: Decimal


@recorded
def set_sources(
    payer: Payer, *, rows: Sequence[Mapping[str, Any]], version: str = "", by: User | None, at: datetime
) -> list[FundingSource]:
    """Record from which sources a partner pays its share; none is possible. Those that are not named are removed.

    A source keeps its row as long as it keeps its name. Each row has name, program, weight (percent), allowable_use.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotPay: if the parts do not add up to 100, a source is named twice, or has no allowable use.
    """
    # Lock: of two who save at once, the second sees the sources of the first.
    payer = Payer.objects.select_for_update(no_key=True, of=("self",)).select_related("budget").get(pk=payer.pk)
    demand_version(payer, LINKS, version)
    check_parts(rows, most=MOST_SOURCES)
    _demand_names(rows)
    saved = {source.name.lower(): source for source in current_sources(payer)}
    named = {str(row["name"]).strip().lower() for row in rows}
    for name in saved.keys() - named:
        saved[name].archived_at = at
        saved[name].save(update_fields=["archived_at"])
    for place, row in enumerate(rows, start=1):
        facts = {name: row.get(name) for name in FACTS} | {"position": place}
        source = saved.get(str(row["name"]).strip().lower())
        if source is None:
            payer.sources.create(agreement_id=payer.agreement_id, **facts)
        elif names := apply_facts(source, facts):
            source.save(update_fields=names)
    return list(current_sources(payer))


def current_sources(payer: Payer) -> Any:
    """Return the sources of a payer in their order, which decides where odd cents go."""
    return FundingSource.objects.current().filter(payer=payer).select_related("program").order_by("position", "pk")


def check_parts(rows: Sequence[Mapping[str, Any]], *, most: int) -> None:
    """Refuse parts in percent that do not add up to 100, or have no allowable use; no parts at all are possible.

    :raises CannotPay: then.
    """
    if len(rows) > most:
        raise CannotPay(_("Enter %(number)s funding sources at most.") % {"number": most})
    for row in rows:
        if not str(row.get("name") or "").strip():
            raise CannotPay(_("Each funding source has a name."))
        if not row.get("weight") or row["weight"] <= 0:
            raise CannotPay(_("Each funding source pays a part above zero."))
        if not str(row.get("allowable_use") or "").strip():
            raise CannotPay(_("Say for each funding source what it may pay."))
    total = sum((row["weight"] for row in rows), Decimal(0))
    if rows and total != WHOLE:
        raise CannotPay(_("The parts add up to %(total)s percent. They must add up to 100.") % {"total": total})


def _demand_names(rows: Sequence[Mapping[str, Any]]) -> None:
    names = [str(row["name"]).strip().lower() for row in rows]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise CannotPay(_("%(name)s is entered twice.") % {"name": twice.capitalize()})


# ---------------------------------------------------------------- Split
def split_amount(amount: Decimal, sources: Sequence[FundingSource]) -> list[tuple[FundingSource, Decimal]]:
    """Return what each source pays of an amount, to the cent; a credit is split in the same way. None without sources.

    Their order decides where odd cents go.
    """
    if not sources:
        return []
    parts = allocate(abs(amount), {source.pk: source.weight for source in sources})
    sign = -1 if amount < 0 else 1
    return [(source, sign * parts[source.pk]) for source in sources]


def split_share(
    payer: Payer, sources: Sequence[FundingSource], periods: Sequence[FundingPeriod], shares: PeriodShares
) -> list[SplitLine]:
    """Return what each source pays of each period of a payer's share; a year is the sum of its periods. No query."""
    by_period = [dict(split_amount(shares.get((payer.pk, period.number), ZERO), sources)) for period in periods]
    return [SplitLine(source, parts := [split[source] for split in by_period], sum(parts, ZERO)) for source in sources]
