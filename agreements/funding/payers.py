"""Record which partners pay by a budget, in which centers and from when to when.

The share of a Native American program is negotiated: what was decided is recorded, zero included (20 CFR
678.730(c)(1)).
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from agreements.funding.locking import CannotBudget, demand_nothing_sent, lock_budget, share_anew
from agreements.funding.places import centers_of, usual_centers
from agreements.models import FundingBudget, NegotiatedShare, Party, Payer, PayerCenter
from onestop.accounts.models import User
from onestop.editing.versions import apply_facts, demand_version
from onestop.history.tracking import recorded
from partners.models import Center, Partnership

FACTS = ("starts_on", "ends_on", "is_negotiated", "decision", "decided_on")
MOST_PAYERS = 300
LINKS = ("centers", "negotiated")  # whose changes count as changes of the payer


def partners_to_add(budget: FundingBudget) -> QuerySet[Partnership]:
    """Return the parties of the agreement that do not pay by a budget yet, by name."""
    parties = Party.objects.current().filter(agreement=budget.agreement_id, partnership__isnull=False)
    paying = Payer.objects.current().filter(budget=budget)
    rows = Partnership.objects.filter(pk__in=parties.values("partnership"), archived_at=None)
    rows = rows.exclude(pk__in=paying.values("partnership")).select_related("organization")
    return rows.order_by(Lower("organization__name"), "pk")


@recorded
def add_payers(
    budget: FundingBudget, *, partnerships: Collection[Partnership], by: User | None, at: datetime
) -> list[Payer]:
    """Add partners that pay for the whole year, each in the centers in which it usually pays; restore removed ones.

    :raises CannotBudget: if one is no party of the agreement, or shares could not be computed then.
    """
    budget = lock_budget(budget)
    if not partnerships:
        raise CannotBudget(_("Choose at least one partner."), field="partnerships")
    allowed = set(partners_to_add(budget).values_list("pk", flat=True))
    if any(one.pk not in allowed for one in partnerships):
        raise CannotBudget(_("Choose parties of the agreement that do not pay yet."), field="partnerships")
    if budget.payers.current().count() + len(partnerships) > MOST_PAYERS:
        raise CannotBudget(_("A budget can have %(number)s partners at most.") % {"number": MOST_PAYERS})
    removed = {payer.partnership_id: payer for payer in Payer.objects.archived().filter(budget=budget)}
    usual = usual_centers(budget.agreement, partnerships)
    last = budget.payers.aggregate(last=Max("position"))["last"] or 0
    added = []
    for place, one in enumerate(partnerships, start=last + 1):
        payer = removed.get(one.pk) or Payer(
            agreement=budget.agreement, budget=budget, partnership=one, position=place
        )  # fmt: skip
        payer.archived_at = None
        is_new = payer.pk is None
        payer.save()
        if is_new:
            _add_centers(payer, usual[one.pk])
        added.append(payer)
    share_anew(budget)
    return added


@recorded
def update_payer(
    payer: Payer,
    *,
    facts: Mapping[str, Any],
    centers: Collection[Center] | None = None,
    amounts: Mapping[int, Decimal | None] | None = None,
    version: str = "",
    by: User | None,
    at: datetime,
) -> Payer:
    """Edit when and where a partner pays, or what was negotiated with it.

    :param amounts: negotiated amounts a year by the id of the pool; a blank one is removed.
    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotBudget: if a decision is missing, days are outside of the program year, or shares could not be
        computed then.
    """
    payer = _lock(payer)
    demand_version(payer, LINKS, version)
    apply_facts(payer, {name: facts[name] for name in FACTS if name in facts})
    _check(payer)
    payer.save()
    if centers is not None:
        _set_centers(payer, centers)
    if not payer.is_negotiated:
        amounts = {}
        payer.negotiated.all().delete()
    if amounts:
        _set_amounts(payer, amounts)
    share_anew(payer.budget)
    return payer


@recorded
def remove_payer(payer: Payer, *, by: User | None, at: datetime) -> None:
    """Remove a partner from a budget; it can be restored.

    :raises CannotBudget: if statements were sent by the budget, or nobody would be left to share a pool.
    """
    payer = _lock(payer)
    if not payer.is_archived:
        demand_nothing_sent(payer.budget, _("Enter the last day on which the partner pays instead."))
        payer.archived_at = at
        payer.save(update_fields=["archived_at"])
        share_anew(payer.budget)


@recorded
def restore_payer(payer: Payer, *, by: User | None, at: datetime) -> None:
    """Restore a partner that was removed from a budget."""
    payer = _lock(payer)
    if payer.is_archived:
        payer.archived_at = None
        payer.save(update_fields=["archived_at"])
        share_anew(payer.budget)


def carries_native_american_program(payers: Iterable[Payer]) -> set[int]:
    """Return the ids of payers that carry out a Native American program; one query."""
    partners = {payer.partnership_id: payer.pk for payer in payers}
    found = Partnership.objects.filter(Q(pk__in=partners), programs__code="native-american")
    return {partners[pk] for pk in found.values_list("pk", flat=True)}


def _lock(payer: Payer) -> Payer:
    budget = lock_budget(payer.budget)
    locked = Payer.objects.select_related("partnership__organization").get(pk=payer.pk)
    locked.budget, locked.agreement = budget, budget.agreement
    return locked


def _check(payer: Payer) -> None:
    budget = payer.budget
    for name in ("starts_on", "ends_on"):
        day = getattr(payer, name)
        if day is not None and not budget.first_on <= day <= budget.last_on:
            raise CannotBudget(_("This day is outside of the program year."), field=name)
    if payer.starts_on and payer.ends_on and payer.ends_on < payer.starts_on:
        raise CannotBudget(_("The last day is before the first day."), field="ends_on")
    if not payer.is_negotiated:
        payer.decision, payer.decided_on = "", None
    elif not payer.decision.strip():
        words = _("Enter what was decided, also if the share is zero (20 CFR 678.730(c)(1)).")
        raise CannotBudget(words, field="decision")
    elif payer.decided_on is None:
        raise CannotBudget(_("Enter the day of the decision."), field="decided_on")


def _add_centers(payer: Payer, centers: Iterable[Center]) -> None:
    for center in centers:
        PayerCenter.objects.create(agreement=payer.agreement, payer=payer, center=center)


def _set_centers(payer: Payer, centers: Collection[Center]) -> None:
    allowed = set(centers_of(payer.agreement).values_list("pk", flat=True))
    if any(center.pk not in allowed for center in centers):
        raise CannotBudget(_("Choose centers of this area."), field="centers")
    wanted = {center.pk: center for center in centers}
    known = set(payer.centers.values_list("center", flat=True))
    payer.centers.exclude(center__in=wanted).delete()
    _add_centers(payer, [center for pk, center in wanted.items() if pk not in known])


def _set_amounts(payer: Payer, amounts: Mapping[int, Decimal | None]) -> None:
    pools = {pool.pk: pool for pool in payer.budget.pools.current()}
    known = {share.pool_id: share for share in NegotiatedShare.objects.filter(payer=payer)}
    for pk, amount in amounts.items():
        share = known.get(pk)
        if pk not in pools:
            raise CannotBudget(_("Choose pools of this budget."))
        if amount is None:
            if share:
                share.delete()
        elif share is None:
            NegotiatedShare.objects.create(agreement=payer.agreement, payer=payer, pool=pools[pk], amount=amount)
        elif share.amount != amount:
            share.amount = amount
            share.save(update_fields=["amount"])
