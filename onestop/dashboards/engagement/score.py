"""The engagement score of partners: the share of acts owed in twelve months that were done, late ones counting half."""

from collections import defaultdict
from datetime import date

from dateutil.relativedelta import relativedelta

from partners.models import LocalArea
from partners.network.acts import act_kinds, acts_in

MONTHS = 12


def scores_of(area: LocalArea, today: date) -> dict[int, int | None]:
    """Return the score of each partner of an area by its id, 0 to 100; a fixed number of queries for each kind of act.

    A partner that owed nothing has no score, and is left out.
    """
    weights = {kind.code: kind.weight for kind in act_kinds()}
    owed: dict[int, float] = defaultdict(float)
    done: dict[int, float] = defaultdict(float)
    for act in acts_in(area, today - relativedelta(months=MONTHS), today):
        if act.counts:
            weight = weights[act.kind]
            owed[act.partnership] += weight
            if act.done_on is not None:
                done[act.partnership] += weight if act.done_on <= act.due_on else weight / 2
    return {pk: round(100 * done[pk] / total) for pk, total in owed.items() if total}
