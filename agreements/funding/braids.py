"""Braided plans: one service or project that several partners pay from several sources, each tracked apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from agreements.cost_sharing import allocate
from agreements.funding.locking import CannotPay
from agreements.funding.sources import check_parts
from agreements.models import Agreement, BraidedPart, BraidedPlan
from onestop.accounts.models import User
from onestop.editing.versions import apply_facts, demand_version
from onestop.history.tracking import recorded

FACTS = ("title", "service", "amount", "first_on", "last_on", "note")
PART_FACTS = ("partnership", "name", "weight", "allowable_use")
MOST_PARTS, MOST_PLANS = 12, 200
LINKS = ("parts",)


@dataclass(frozen=True)
class PaidPart:
    """A part of a plan, and what it pays of the cost."""

    part: BraidedPart
    amount: Decimal


@recorded
def add_braid(
    agreement: Agreement, *, facts: Mapping[str, Any], parts: Sequence[Mapping[str, Any]], by: User | None, at: datetime
) -> BraidedPlan:
    """Record a braided plan with its parts, each with partnership, name, weight (percent), allowable_use.

    :raises CannotPay: if the dates or the cost do not fit, or the parts do not add up to 100.
    """
    # Lock: of two at once, the second is counted.
    agreement = Agreement.objects.select_for_update(no_key=True).get(pk=agreement.pk)
    if agreement.braided_plans.filter(archived_at=None).count() >= MOST_PLANS:
        raise CannotPay(_("An agreement can have %(number)s braided plans at most.") % {"number": MOST_PLANS})
    plan = BraidedPlan(agreement=agreement, **{name: facts[name] for name in FACTS if name in facts})
    _check(plan, parts)
    plan.save()
    _write_parts(plan, parts, at)
    return plan


@recorded
def update_braid(
    plan: BraidedPlan,
    *,
    facts: Mapping[str, Any],
    parts: Sequence[Mapping[str, Any]],
    version: str = "",
    by: User | None,
    at: datetime,
) -> BraidedPlan:
    """Edit a braided plan and its parts.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotPay: if it was removed, the dates or the cost do not fit, or the parts do not add up to 100.
    """
    plan = _lock(plan)
    demand_version(plan, LINKS, version)
    if plan.is_archived:
        raise CannotPay(_("This plan was removed. Restore it first."))
    names = apply_facts(plan, {name: facts[name] for name in FACTS if name in facts})
    _check(plan, parts)
    if names:
        plan.save(update_fields=names)
    _write_parts(plan, parts, at)
    return plan


@recorded
def remove_braid(plan: BraidedPlan, *, by: User | None, at: datetime) -> None:
    """Remove a braided plan; it can be restored."""
    plan = _lock(plan)
    if not plan.is_archived:
        plan.archived_at = at
        plan.save(update_fields=["archived_at"])


@recorded
def restore_braid(plan: BraidedPlan, *, by: User | None, at: datetime) -> None:
    """Restore a removed braided plan."""
    plan = _lock(plan)
    if plan.is_archived:
        plan.archived_at = None
        plan.save(update_fields=["archived_at"])


def paid_parts(amount: Decimal, parts: Sequence[BraidedPart]) -> list[PaidPart]:
    """Return what each part pays of a cost, to the cent; the order of the parts decides where odd cents go."""
    if not parts:
        return []
    amounts = allocate(amount, {part.pk: part.weight for part in parts})
    return [PaidPart(part, amounts[part.pk]) for part in parts]


def current_parts(plan: BraidedPlan) -> Any:
    """Return the parts of a plan in their order."""
    rows = BraidedPart.objects.current().filter(plan=plan).select_related("partnership__organization")
    return rows.order_by("position", "pk")


# ---------------------------------------------------------------- What verbs share
def _lock(plan: BraidedPlan) -> BraidedPlan:
    # Lock: of two who save at once, the second sees the parts of the first.
    rows = BraidedPlan.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("agreement__area__state", "service").get(pk=plan.pk)


def _check(plan: BraidedPlan, parts: Sequence[Mapping[str, Any]]) -> None:
    if not plan.title.strip():
        raise CannotPay(_("Enter the service or project."), field="title")
    if plan.amount <= 0:
        raise CannotPay(_("Enter a cost above zero."), field="amount")
    if plan.first_on > plan.last_on:
        raise CannotPay(_("This is before the first day."), field="last_on")
    if not parts:
        raise CannotPay(_("Enter at least one funding source of a partner."))
    if any(row.get("partnership") is None for row in parts):
        raise CannotPay(_("Choose the partner of each funding source."))
    check_parts(parts, most=MOST_PARTS)
    named = [(row["partnership"].pk, row["name"].strip().lower()) for row in parts]
    if len(set(named)) < len(named):
        raise CannotPay(_("A funding source of a partner is entered twice."))


def _write_parts(plan: BraidedPlan, rows: Sequence[Mapping[str, Any]], at: datetime) -> None:
    saved: list[BraidedPart] = list(current_parts(plan))
    for part in saved[len(rows) :]:
        part.archived_at = at
        part.save(update_fields=["archived_at"])
    for place, row in enumerate(rows, start=1):
        facts = {name: row[name] for name in PART_FACTS} | {"position": place}
        if place > len(saved):
            plan.parts.create(agreement_id=plan.agreement_id, **facts)
            continue
        part = saved[place - 1]
        if names := apply_facts(part, facts):
            part.save(update_fields=names)
