"""Read the acts of an area's partners, and score them."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta

from onestop.dashboards.engagement.excuses import excuses_in, with_excuses
from onestop.dashboards.engagement.formula import weights_of
from onestop.dashboards.engagement.partner_days import PartnerDays
from onestop.dashboards.engagement.points import Score, first_day, score_of
from partners.models import LocalArea
from partners.network.acts import Act, acts_among
from partners.network.summary import active_partners

Acts = dict[int, list[Act]]  # by partner


def acts_of(areas: Collection[LocalArea], first: date, last: date, *, only_nudged: bool = False) -> Acts:
    """Return the acts that partners of areas owed in these days, with their excuses; a fixed number of queries.

    What was due before a partner joined, or while it was not active, it did not owe.
    """
    found: Acts = defaultdict(list)
    partners = PartnerDays(areas)
    for act in with_excuses(acts_among(areas, first, last, only_nudged=only_nudged), excuses_in(areas)):
        if partners.owes(act):
            found[act.partnership].append(act)
    return found


def acts_for_score(area: LocalArea, today: date) -> Acts:
    """Return the acts of the partners of an area that count on a day; a fixed number of queries."""
    return acts_of([area], first_day(today), today - timedelta(days=1))


def full_scores_of(area: LocalArea, today: date) -> dict[int, Score]:
    """Return the score of each active partner of an area with its points, by id; a fixed number of queries."""
    acts, weights = acts_for_score(area, today), weights_of(area)
    partners = active_partners(area).order_by("pk").values_list("pk", flat=True)
    return {pk: score_of(acts.get(pk, ()), weights, today) for pk in partners}


def scores_of(area: LocalArea, today: date) -> dict[int, int | None]:
    """Return the score of each active partner of an area, by id; ``None`` for those that owed nothing."""
    return {pk: score.value for pk, score in full_scores_of(area, today).items()}
