"""The engagement score of each partner of an area: what it owed in 12 months, and did."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

from onestop.dashboards.models import ActExcuse
from partners.models import LocalArea, Partnership
from partners.network.acts import act_kinds, acts_in

PERIOD = timedelta(days=365)
LATE = Decimal("0.5")  # what counts of an act that was done after its day


def scores_of(area: LocalArea, today: date) -> dict[int, int | None]:
    """Return the score of each active partner by id, 0 to 100; ``None`` if it owed nothing.

    A fixed number of queries for each kind of act.
    """
    weights = {kind.code: kind.weight for kind in act_kinds()}
    excuses = ActExcuse.objects.standing().filter(partnership__area=area)
    excused = set(excuses.values_list("partnership", "act"))
    owed: dict[int, int] = defaultdict(int)
    earned: dict[int, Decimal] = defaultdict(Decimal)
    for act in acts_in(area, today - PERIOD, today):
        if not act.counts or (act.partnership, act.name) in excused:
            continue
        owed[act.partnership] += weights[act.kind]
        if act.done_on:
            earned[act.partnership] += weights[act.kind] * (LATE if act.done_on > act.due_on else 1)
    active = Partnership.objects.active().filter(area=area).values_list("pk", flat=True)
    return {pk: round(100 * earned[pk] / owed[pk]) if owed[pk] else None for pk in active}
