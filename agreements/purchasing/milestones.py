"""What each milestone of an authorization pays: percents of the negotiated total, split to the cent.

Kansas pays 30, 30 and 40 percent of a total. An authorization that was reissued has the milestones that were not
reached before, and pays them from what was left.
"""

from collections.abc import Iterable
from decimal import Decimal

from agreements.cost_sharing import allocate
from agreements.models import Authorization, MilestoneStep, ServiceDelivery

MOST_REISSUES = 50  # a chain of authorizations, each a reissue of the one before


def amounts_of_steps(amount: Decimal, steps: Iterable[MilestoneStep]) -> dict[int, Decimal]:
    """Return what each of these milestones pays, by its id, of an amount that all of them pay together."""
    weights = {step.pk: step.percent for step in steps}
    return allocate(amount, weights) if weights else {}


def steps_of(authorization: Authorization) -> list[MilestoneStep]:
    """Return the milestones that an authorization pays, in order: all but those reached before it was reissued."""
    reached = steps_reached_before(authorization)
    steps = MilestoneStep.objects.filter(line=authorization.line_id).order_by("position")
    return [step for step in steps if step.pk not in reached]


def steps_reached_before(authorization: Authorization) -> set[int]:
    """Return the milestones reached under the authorizations of which this one is a reissue, by their ids."""
    earlier: list[int] = []
    before = authorization.replaces_id
    while before is not None and len(earlier) < MOST_REISSUES:
        earlier.append(before)
        before = Authorization.objects.filter(pk=before).values_list("replaces", flat=True).first()
    if not earlier:
        return set()
    rows = ServiceDelivery.objects.filter(authorization__in=earlier, withdrawn_at=None, step__isnull=False)
    return still_reached(rows)


def still_reached(rows: Iterable[ServiceDelivery]) -> set[int]:
    """Return the milestones that are reached by these deliveries, by their ids; a correction takes one back."""
    units: dict[int, Decimal] = {}
    for row in rows:
        if row.step_id is not None:
            units[row.step_id] = units.get(row.step_id, Decimal(0)) + row.units
    return {step for step, number in units.items() if number > 0}
