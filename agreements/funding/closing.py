"""Close a period: in one transaction, by somebody who may approve money and has entered none of its figures.

What becomes of each balance is recorded: a debt is carried to the next period, what was paid too much is carried or
refunded, and only cash is refunded (2 CFR 200.306 values what was given in kind; nobody buys it back). What each
partner owes is split over its funding sources. From then on the database refuses every change; a correction is a new
entry in a later period.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.funding.leaving import leaving_after
from agreements.funding.locking import CannotReconcile, lock_reconciled_period
from agreements.funding.reconciling import preview_of
from agreements.funding.sources import split_amount
from agreements.funding.statement_notices import tell_closed
from agreements.funding.statements import (
    DISPUTED,
    UNANSWERED,
    UPHELD,
    WAITING,
    Outcome,
    Position,
    Standing,
    names_of,
    positions_of,
)
from agreements.models import (
    ActualCost,
    Adjustment,
    BaseCount,
    Contribution,
    FundingPeriod,
    FundingSource,
    PartnerStatement,
    Stage,
)
from onestop.accounts.models import User
from onestop.history.tracking import recorded
from onestop.ui.presentation import day


@dataclass(frozen=True)
class Readiness:
    """Whether a period can be closed: its statements, and what must be done first, in words.

    ``stale`` has the ids of the payers whose statement is out of date, ``leaving`` of those with a balance that no
    later statement takes up.
    """

    positions: list[Position]
    blockers: list[str]
    stale: frozenset[int] = frozenset()
    leaving: frozenset[int] = frozenset()

    @property
    def seen(self) -> str:
        """A token of the figures: it differs once a payment comes in or a statement is revised."""
        figures = ",".join(f"{each.statement.pk}:{each.left}" for each in self.positions)
        return hashlib.sha256(figures.encode()).hexdigest()[:16]


def readiness_of(period: FundingPeriod, today: date) -> Readiness:
    """Return whether a period can be closed, and what must be done first; some 40 queries at most."""
    positions = positions_of(period, today)
    if period.is_closed:
        return Readiness(positions, [_("This period is closed.")])
    if period.is_open:
        return Readiness(positions, [_("Statements were not sent yet.")])
    stale = preview_of(period, today).stale
    blockers = [*_of_statements(period, positions, stale), *_of_period(period)]
    leaving = leaving_after(period, [each.statement.payer for each in positions if each.left])
    return Readiness(positions, blockers, stale, leaving)


def _of_statements(period: FundingPeriod, positions: list[Position], stale: Collection[int]) -> Iterable[str]:
    def named(*standings: Standing) -> str:
        return names_of(each for each in positions if each.standing in standings)

    if names := named(DISPUTED, UNANSWERED):
        yield _("Decide the dispute of %(names)s.") % {"names": names}
    if names := named(UPHELD):
        yield _("Send the revised statements: the dispute of %(names)s was upheld.") % {"names": names}
    elif stale:
        yield _("Send revised statements: costs, counts or corrections have changed since they were sent.")
    if (names := named(WAITING)) and period.answer_by:
        words = _("Wait for the answer of %(names)s until %(day)s.")
        yield words % {"names": names, "day": day(period.answer_by, "plain")}


def _of_period(period: FundingPeriod) -> Iterable[str]:
    earlier = FundingPeriod.objects.filter(budget=period.budget_id, number__lt=period.number)
    if names := ", ".join(str(each) for each in earlier.exclude(status="closed").order_by("number")):
        yield _("Close the earlier periods first: %(names)s.") % {"names": names}
    waiting = Contribution.objects.current().filter(period=period, status=Contribution.Status.ENTERED).count()
    if waiting:
        words = ngettext(
            "%(number)d contribution waits for approval. Accept or refuse it.",
            "%(number)d contributions wait for approval. Accept or refuse them.",
            waiting,
        )
        yield words % {"number": waiting}


def has_entered(person: int | None, period: FundingPeriod) -> bool:
    """Return whether a person has ever entered a cost, a count or a correction of a period; three queries.

    The history says who: whoever edits an entry later does not free the one who made it (2 CFR 200.303).
    """
    if person is None:
        return False
    models: list[Any] = [ActualCost, Adjustment, BaseCount]
    entered = Q(by=person) | Q(pgh_label="delete", pgh_context__user=person)  # a count that was made blank
    costs, adjustments, counts = (
        model.pgh_event_model.objects.filter(entered, period=period.pk) for model in models
    )  # fmt: skip
    return bool(costs.exists() or adjustments.exists() or counts.filter(stage=Stage.ACTUAL).exists())


@recorded
def close_period(
    period: FundingPeriod,
    *,
    refunded: Collection[int] = (),
    paid: Collection[int] = (),
    seen: str = "",
    by: User | None,
    at: datetime,
) -> FundingPeriod:
    """Close a period for good, and tell the partners.

    :param refunded: ids of the statements whose balance is refunded in cash; others in favor of a partner are carried.
    :param paid: ids of the statements of partners that leave, and pay what they owe directly.
    :param seen: ``Readiness.seen`` of the page on which the person decided; empty for none.
    :raises CannotReconcile: if something must be done first, the person has entered figures of the period, the figures
        have changed since the person saw them, or a balance cannot be refunded or paid directly.
    """
    period = lock_reconciled_period(period)
    readiness = readiness_of(period, period.agreement.area.day_of(at))
    if readiness.blockers:
        raise CannotReconcile(" ".join(readiness.blockers))
    if has_entered(by.pk if by else None, period):
        raise CannotReconcile(
            _("You entered costs, counts or corrections of this period. Somebody else who may approve money closes it.")
        )
    if seen and seen != readiness.seen:
        raise CannotReconcile(_("The figures have changed since you opened this page. Check them again."))
    _settle(readiness, refunded, paid)
    period.status, period.closed_at, period.closed_by = FundingPeriod.Status.CLOSED, at, by
    period.save(update_fields=["status", "closed_at", "closed_by"])
    tell_closed([each.statement for each in readiness.positions], at=at)
    return period


def _settle(readiness: Readiness, refunded: Collection[int], paid: Collection[int]) -> None:
    """Write the last figures of each statement, what becomes of its balance, and its split over funding sources."""
    positions = readiness.positions
    sources = FundingSource.objects.current().filter(payer__in=[each.statement.payer_id for each in positions])
    by_payer: dict[int, list[FundingSource]] = defaultdict(list)
    for source in sources.order_by("position", "pk"):
        by_payer[source.payer_id].append(source)
    statements: list[PartnerStatement] = []
    for each in positions:
        statement = each.statement
        if statement.pk in paid:
            statement.outcome = _paid_directly(each, readiness.leaving)
        else:
            statement.outcome = _outcome_of(each, is_refunded=statement.pk in refunded)
        statement.cash, statement.in_kind, statement.balance = each.cash, each.in_kind, each.left
        parts = split_amount(statement.owed, by_payer[statement.payer_id])
        statement.sources = [[source.name, str(amount)] for source, amount in parts]
        statements.append(statement)
    PartnerStatement.objects.bulk_update(statements, ["outcome", "cash", "in_kind", "balance", "sources"])


def _paid_directly(position: Position, leaving: Collection[int]) -> str:
    statement = position.statement
    if position.left <= 0 or statement.payer_id not in leaving:
        words = _("%(partner)s: only a partner that leaves pays what it owes directly. Carry it to the next period.")
        raise CannotReconcile(words % {"partner": statement.payer})
    return Outcome.PAID


def _outcome_of(position: Position, *, is_refunded: bool) -> str:
    if is_refunded:
        if not position.may_be_refunded:
            words = _("%(partner)s: only what was paid in cash can be refunded. Carry it to the next period.")
            raise CannotReconcile(words % {"partner": position.statement.payer})
        return Outcome.REFUNDED
    if position.left:
        return Outcome.CARRIED
    return Outcome.PAID if position.statement.balance > 0 else Outcome.SETTLED
