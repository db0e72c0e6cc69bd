"""Record what partners and third parties give toward shared costs, and accept it at fair value.

Contributions in kind count once somebody who may approve money, and did not enter them, has accepted their value and
evidence (20 CFR 678.720(c), 2 CFR 200.306). Cash that staff record as received counts at once. Until its period is
closed, a contribution that should not count is refused with a reason, also if it was accepted.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from agreements.cost_sharing import to_the_cent
from agreements.funding import gifts, paying_notices
from agreements.funding.locking import CannotPay, lock_paid_budget, lock_paid_period
from agreements.models import Contribution, CostPool, FundingBudget
from onestop.accounts.models import User
from onestop.editing.versions import apply_facts, demand_version
from onestop.files.storing import demand_usable
from onestop.history.tracking import recorded

FACTS = (
    "kind", "payer", "giver", "period", "pool", "text", "received_on", "hours", "rate", "amount", "valuation", "file",
)  # fmt: skip
MOST = 2_000  # of one budget that were not removed
Kind, Status, Valuation = Contribution.Kind, Contribution.Status, Contribution.Valuation
# 2 CFR 200.306(d) to (j): which value counts for what.
VALUATIONS: dict[str, tuple[str, ...]] = {
    Kind.NONCASH: (Valuation.ACTUAL, Valuation.RENTAL, Valuation.MARKET),
    Kind.HOURS: (Valuation.PAY,),
    Kind.THIRD_PARTY: (Valuation.RENTAL, Valuation.MARKET, Valuation.PAY, Valuation.VOLUNTEER),
}
OF_PEOPLE = (Valuation.PAY, Valuation.VOLUNTEER)


@recorded
def add_contribution(
    budget: FundingBudget, *, facts: Mapping[str, Any], is_received: bool = False, by: User | None, at: datetime
) -> Contribution:
    """Record a contribution; it waits for approval, unless it is cash of which staff say that it ``is_received``.

    :raises CannotPay: if the budget is a draft, the period closed, or the facts do not fit the kind.
    :raises CannotUseFile: if the file cannot belong to it.
    """
    budget = lock_paid_budget(budget)
    if Contribution.objects.current().filter(period__budget=budget).count() >= MOST:
        words = _("A budget can have %(number)s contributions at most. Record sums of several days.")
        raise CannotPay(words % {"number": MOST})
    given = Contribution(agreement=budget.agreement, period=facts["period"], by=by, at=at)
    _set(given, budget, facts, by=by, at=at)
    if is_received and given.kind == Kind.CASH:
        given.status, given.decided_by, given.decided_at = Status.ACCEPTED, by, at
    given.save()
    if given.status == Status.ENTERED:
        paying_notices.tell_waiting(given, by=by, at=at)
    return given


@recorded
def update_contribution(
    given: Contribution, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> Contribution:
    """Edit a contribution that still waits for approval. Whoever edits it counts as who entered it, too.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotPay: if it was decided or removed, its period is closed, or the facts do not fit the kind.
    :raises CannotUseFile: if the file cannot belong to it.
    """
    budget, given = _lock(given)
    demand_version(given, (), version)
    _demand_waiting(given)
    names = _set(given, budget, facts, by=by, at=at)
    if names:
        given.by, given.at = by, at
        given.save()
    return given


@recorded
def remove_contribution(given: Contribution, *, by: User | None, at: datetime) -> None:
    """Remove a contribution that still waits for approval; it can be restored.

    :raises CannotPay: if it was decided, or its period is closed.
    """
    _budget, given = _lock(given)
    if given.is_archived:
        return
    _demand_waiting(given)
    given.archived_at = at
    given.save(update_fields=["archived_at"])


@recorded
def restore_contribution(given: Contribution, *, by: User | None, at: datetime) -> None:
    """Restore a removed contribution.

    :raises CannotPay: if its period is closed.
    """
    _budget, given = _lock(given)
    if given.is_archived:
        given.archived_at = None
        given.save(update_fields=["archived_at"])


@recorded
def accept_contribution(given: Contribution, *, by: User, at: datetime) -> Contribution:
    """Accept the value and the evidence of a contribution; in kind, it reduces the partner's open invoice.

    The caller has checked that ``by`` may approve money.

    :raises CannotPay: if ``by`` ever entered or edited it, it has no evidence though it is in kind, it was decided or
        removed, or its period is closed.
    """
    _budget, given = _lock(given)
    if given.status == Status.ACCEPTED:
        return given  # sent twice
    _demand_waiting(given)
    if has_entered(by.pk, given):
        raise CannotPay(_("You entered this contribution. Somebody else who may approve money accepts it."))
    if given.is_in_kind and (given.file is None or given.file.is_refused):
        raise CannotPay(_("This contribution has no evidence. Ask whoever entered it to add a file."))
    _decide(given, Status.ACCEPTED, "", by, at)
    gifts.apply_to_invoice(given)
    return given


@recorded
def refuse_contribution(given: Contribution, *, reason: str, by: User, at: datetime) -> Contribution:
    """Decline a contribution, or take an acceptance back, with a reason. The caller has checked the right of ``by``.

    :raises CannotPay: if there is no reason, it was declined or removed, or its period is closed.
    """
    _budget, given = _lock(given)
    if given.is_archived or given.status == Status.REFUSED:
        raise CannotPay(_("This contribution was declined or removed before."))
    if not reason.strip():
        raise CannotPay(_("Enter the reason. It is sent to the person who entered it."), field="reason")
    _decide(given, Status.REFUSED, reason.strip(), by, at)
    return given


def has_entered(person: int | None, given: Contribution) -> bool:
    """Return whether a person has ever entered or edited a contribution; one query.

    The history says who: whoever edits it later does not free the one who entered it (2 CFR 200.303).
    """
    return Contribution.objects.filter(entered_by(person), pk=given.pk).exists()


def entered_by(person: int | None) -> Q:
    """Return which contributions a person has ever entered or edited."""
    history: Any = Contribution.pgh_event_model  # type: ignore[attr-defined]
    return Q(by=person) | Q(Exists(history.objects.filter(pgh_obj=OuterRef("pk"), by=person)))


# ---------------------------------------------------------------- What verbs share
def _lock(given: Contribution) -> tuple[FundingBudget, Contribution]:
    # Lock: of two who decide at once the second sees the decision of the first, and the period is not closed meanwhile.
    # The budget stays while it is locked, so that its contribution cannot move to another period.
    budget = lock_paid_budget(given.period.budget_id)
    locked = Contribution.objects.select_related(
        "agreement__area__state", "payer__partnership__organization", "pool", "file", "by"
    ).get(pk=given.pk)
    locked.period = lock_paid_period(budget, locked.period_id)
    return budget, locked


def _demand_waiting(given: Contribution) -> None:
    if given.is_archived:
        raise CannotPay(_("This contribution was removed. Restore it first."))
    if given.status != Status.ENTERED:
        raise CannotPay(_("This contribution was already decided on."))


def _decide(given: Contribution, status: str, reason: str, by: User, at: datetime) -> None:
    given.status, given.reason, given.decided_by, given.decided_at = status, reason, by, at
    given.save(update_fields=["status", "reason", "decided_by", "decided_at"])
    paying_notices.tell_decided(given, at=at)


def _set(
    given: Contribution, budget: FundingBudget, facts: Mapping[str, Any], *, by: User | None, at: datetime
) -> list[str]:
    demand_usable(facts.get("file"), given, "file", by=by)
    names = apply_facts(given, {name: facts[name] for name in FACTS if name in facts})
    given.period = lock_paid_period(budget, given.period_id or 0)
    _check_giver(given, budget)
    _check_value(given)
    _check_pool(given, budget)
    _check_day(given, budget, at)
    if not given.text.strip():
        raise CannotPay(_("Say what was given."), field="text")
    return names


def _check_giver(given: Contribution, budget: FundingBudget) -> None:
    if given.payer is not None and (given.payer.budget_id != budget.pk or given.payer.is_archived):
        raise CannotPay(_("Choose a partner that pays by this budget."), field="payer")
    if given.kind != Kind.THIRD_PARTY:
        given.giver = ""
        if given.payer is None:
            raise CannotPay(_("Choose the partner that gives it."), field="payer")
    elif not given.giver.strip():
        raise CannotPay(_("Enter the name of the third party."), field="giver")


def _check_value(given: Contribution) -> None:
    """Keep only what belongs to the kind, compute the value of hours, and demand a valuation that counts for it."""
    if given.kind == Kind.HOURS:
        for name in ("hours", "rate"):
            if not getattr(given, name):
                raise CannotPay(_("Enter a number above zero."), field=name)
        assert given.hours
        assert given.rate
        given.amount = to_the_cent(given.hours * given.rate)
        given.valuation = given.valuation or Valuation.PAY
    else:
        given.hours = given.rate = None
    if not given.amount or given.amount <= 0:
        raise CannotPay(_("Enter a value above zero."), field="amount")
    if given.kind == Kind.CASH:
        given.valuation = ""
    elif given.valuation not in VALUATIONS[given.kind]:
        words = _("Choose how it was valued. This kind is valued by: %(ways)s.")
        ways = "; ".join(str(Valuation(each).label) for each in VALUATIONS[given.kind])
        raise CannotPay(words % {"ways": ways}, field="valuation")


def _check_pool(given: Contribution, budget: FundingBudget) -> None:
    pool: CostPool | None = given.pool
    if pool is None:
        if given.kind != Kind.CASH:
            raise CannotPay(_("Choose the cost pool whose costs it covers."), field="pool")
        return
    if pool.budget_id != budget.pk or pool.is_archived:
        raise CannotPay(_("Choose a cost pool of this budget."), field="pool")
    if pool.category == CostPool.Category.INFRASTRUCTURE and given.valuation in OF_PEOPLE:
        words = _(
            "Infrastructure costs are nonpersonnel costs. Credit the time of people toward career services or shared "
            "costs (20 CFR 678.700)."
        )
        raise CannotPay(words, field="pool")


def _check_day(given: Contribution, budget: FundingBudget, at: datetime) -> None:
    if given.received_on > budget.agreement.area.day_of(at):
        raise CannotPay(_("This day is in the future."), field="received_on")
    period = given.period
    if given.kind != Kind.CASH and not period.first_on <= given.received_on <= period.last_on:
        words = _("This day is not in %(period)s. Choose the period in which it was given.")
        raise CannotPay(words % {"period": period}, field="received_on")
