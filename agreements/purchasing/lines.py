"""Service lines of a purchase: what may be bought, by unit or by the milestones of a plan."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from agreements.models import Agreement, Authorization, MilestoneStep, Rate, ServiceLine
from agreements.purchasing.agreement_locks import CannotPurchase, authorizations_of, lock_line, lock_terms
from onestop.accounts.models import User
from onestop.editing.versions import apply_facts, demand_version
from onestop.history.tracking import recorded

FACTS = ("code", "name", "unit", "ceiling", "note")
MOST_LINES = 200
MOST_STEPS = 12
HUNDRED = Decimal(100)


@recorded
def add_line(
    agreement: Agreement, *, facts: Mapping[str, Any], rate: Decimal | None = None, by: User | None, at: datetime
) -> ServiceLine:
    """Add a service line, with the rate from the first day of the agreement on if it is known.

    :raises CannotPurchase: if the agreement was sent for signature in the portal, or another line has this code.
    """
    agreement = lock_terms(agreement)
    if agreement.service_lines.current().count() >= MOST_LINES:
        raise CannotPurchase(_("An agreement can have %(number)s service lines at most.") % {"number": MOST_LINES})
    last = agreement.service_lines.aggregate(last=Max("position"))["last"] or 0
    given = {name: facts[name] for name in FACTS if name in facts}
    line = ServiceLine(agreement=agreement, position=last + 1, **given)
    _save(line)
    if rate is not None and not line.is_plan:
        if agreement.effective_on is None:
            words = _("The agreement has no effective date yet. Add the rate with its first day afterwards.")
            raise CannotPurchase(words, field="rate")
        Rate.objects.create(
            agreement=agreement, line=line, effective_on=agreement.effective_on, amount=rate, by=by, at=at
        )
    return line


@recorded
def update_line(
    line: ServiceLine, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> ServiceLine:
    """Edit a service line.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotPurchase: if the agreement was sent for signature in the portal, another line has this code, its unit
        would change after something was authorized, or its ceiling after the agreement was executed.
    """
    agreement = lock_terms(line.agreement)
    line = lock_line(line)
    line.agreement = agreement
    demand_version(line, (), version)
    changed = apply_facts(line, {name: facts[name] for name in FACTS if name in facts})
    if "ceiling" in changed and agreement.executed_on is not None:
        words = _("The agreement is executed. Record a change of the ceiling with the reason.")
        raise CannotPurchase(words, field="ceiling")
    if "unit" in changed and Authorization.objects.filter(line=line).exists():
        words = _("This service was authorized. Add another line if it is to be paid differently.")
        raise CannotPurchase(words, field="unit")
    if changed:
        _save(line)
    return line


@recorded
def remove_line(line: ServiceLine, *, by: User | None, at: datetime) -> None:
    """Remove a service line; it can be restored.

    :raises CannotPurchase: if the agreement was sent for signature in the portal, or an authorization is open.
    """
    lock_terms(line.agreement)
    line = lock_line(line)
    number = authorizations_of(line).filter(status=Authorization.Status.OPEN).count()
    if number:
        words = _("Close its open authorizations first: %(number)s.") % {"number": number}
        raise CannotPurchase(words)
    if not line.is_archived:
        line.archived_at = at
        line.save(update_fields=["archived_at"])


@recorded
def restore_line(line: ServiceLine, *, by: User | None, at: datetime) -> None:
    """Restore a removed service line.

    :raises CannotPurchase: if the agreement was sent for signature in the portal, or another line has its code now.
    """
    lock_terms(line.agreement)
    line = lock_line(line)
    if line.is_archived:
        line.archived_at = None
        _save(line)


@recorded
def set_milestones(
    line: ServiceLine,
    *,
    steps: Sequence[tuple[str, Decimal]],
    version: str = "",
    by: User | None,
    at: datetime,
) -> list[MilestoneStep]:
    """Replace the milestones of a plan: names and percents, in order, which sum to 100.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotPurchase: if the agreement was sent for signature in the portal, the line is no plan, it was
        authorized, a name is missing, or the percents do not sum to 100.
    """
    agreement = lock_terms(line.agreement)
    line = lock_line(line)
    demand_version(line, ("steps",), version)
    if not line.is_plan:
        raise CannotPurchase(_("This service is paid by unit. It has no milestones."))
    if Authorization.objects.filter(line=line).exists():
        words = _("This plan was authorized. Add another line if the milestones are to change.")
        raise CannotPurchase(words)
    _check_steps(steps)
    MilestoneStep.objects.filter(line=line).delete()
    return MilestoneStep.objects.bulk_create(
        MilestoneStep(agreement=agreement, line=line, position=number, name=name.strip(), percent=percent)
        for number, (name, percent) in enumerate(steps, start=1)
    )


def _check_steps(steps: Sequence[tuple[str, Decimal]]) -> None:
    if len(steps) > MOST_STEPS:
        raise CannotPurchase(_("A plan can have %(number)s milestones at most.") % {"number": MOST_STEPS})
    if any(not name.strip() for name, _percent in steps):
        raise CannotPurchase(_("Enter the name of each milestone."))
    if any(percent <= 0 for _name, percent in steps):
        raise CannotPurchase(_("Each milestone is more than 0 percent of the total."))
    total = sum((percent for _name, percent in steps), Decimal(0))
    if total != HUNDRED:
        words = _("The percents sum to %(total)s. They must sum to 100.") % {"total": f"{total.normalize():f}"}
        raise CannotPurchase(words)


def _save(line: ServiceLine) -> None:
    for name, words in (("code", _("Enter the code.")), ("name", _("Enter the service."))):
        if not getattr(line, name).strip():
            raise CannotPurchase(words, field=name)
    try:
        with transaction.atomic():
            line.save()
    except IntegrityError as problem:
        words = _("Another service of this agreement has the code %(code)s.") % {"code": line.code}
        raise CannotPurchase(words, field="code") from problem
