"""Which partners get a nudge, and about what: from the acts that are missing. Pure, but for the reading of acts."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from onestop.dashboards.engagement.formula import weights_in
from onestop.dashboards.engagement.points import Point, Standing, Weights
from onestop.dashboards.engagement.score import acts_of
from partners.models import LocalArea, Partnership
from partners.network.acts import Act, ActKind, act_kinds

MISSING_FOR = timedelta(days=14)  # before anybody is nudged: each thing has reminders of its own
LOOKED_AT = timedelta(days=90)
FEWEST = 2  # missing acts: one alone is no pattern
STREAK = timedelta(days=90)


@dataclass(frozen=True)
class Nudge:
    """What one partner misses: the acts, the oldest first, and their kinds in order.

    ``key`` names the quarter of the oldest one: a partner is nudged about a quarter once, however much is missing.
    """

    partnership: int
    acts: tuple[Act, ...]
    kinds: tuple[ActKind, ...]

    @property
    def since(self) -> date:
        """The day from which people are asked: two weeks after the second of the acts was due."""
        return self.acts[FEWEST - 1].due_on + MISSING_FOR

    @property
    def key(self) -> str:
        """Its name for good: the partner and the quarter."""
        day = self.acts[0].due_on
        return f"{self.partnership}:{day.year}Q{(day.month + 2) // 3}"


def nudge_of(partnership: int, acts: Iterable[Act], weights: Weights, today: date) -> Nudge | None:
    """Return what a partner is to be nudged about, or nothing.

    Missing are acts that were due in the last 90 days and count. Of a kind that is over with its day, such as a
    meeting, only those count since the partner last did one: whoever came again need not hear of it.
    """
    kinds = {kind.code: kind for kind in act_kinds() if kind.nudged}
    points = [
        Point(act, weights.get(act.kind, 0)) for act in acts if act.kind in kinds and today - LOOKED_AT <= act.due_on
    ]
    last_done: dict[str, date] = {}
    for point in points:
        if point.act.done_on is not None:
            last_done[point.act.kind] = max(point.act.due_on, last_done.get(point.act.kind, date.min))
    missing = [
        point.act
        for point in points
        if point.standing == Standing.MISSING
        and point.act.due_on < today
        and (kinds[point.act.kind].open_late or point.act.due_on > last_done.get(point.act.kind, date.min))
    ]
    if len(missing) < FEWEST:
        return None
    missing.sort(key=lambda act: (act.due_on, act.kind, act.key))
    known = {act.kind for act in missing}
    return Nudge(partnership, tuple(missing), tuple(kind for kind in act_kinds() if kind.code in known))


def is_back(acts: Iterable[Act], weights: Weights, today: date) -> int:
    """Return how many acts a partner did in the last 90 days, if it did all of at least three after one was missing.

    0 if it did not, or missed nothing in the 90 days before.
    """
    counted = [point for act in acts if (point := Point(act, weights.get(act.kind, 0))).counts]
    lately = [point for point in counted if today - STREAK <= point.act.due_on < today]
    before = [point for point in counted if today - 2 * STREAK <= point.act.due_on < today - STREAK]
    missed = any(point.standing == Standing.MISSING for point in before)
    done = all(point.standing == Standing.DONE for point in lately)
    return len(lately) if missed and done and len(lately) > FEWEST else 0


def nudges_in(areas: Collection[LocalArea], today: date) -> Iterator[Nudge]:
    """Yield what the partners of areas are to be nudged about; a number of queries that does not grow with them."""
    by_area = weights_in(areas)
    found = acts_of(areas, today - LOOKED_AT, today, only_nudged=True)
    area_of = partners_of(areas)
    for pk, acts in found.items():
        if pk in area_of and (nudge := nudge_of(pk, acts, by_area[area_of[pk]], today)):
            yield nudge


def returned_in(areas: Collection[LocalArea], today: date) -> dict[int, int]:
    """Return the partners of areas that are back, with how many acts they did, by id."""
    by_area, area_of = weights_in(areas), partners_of(areas)
    found: dict[int, int] = defaultdict(int)
    for pk, acts in acts_of(areas, today - 2 * STREAK, today).items():
        if pk in area_of and (number := is_back(acts, by_area[area_of[pk]], today)):
            found[pk] = number
    return found


def partners_of(areas: Collection[LocalArea]) -> dict[int, int]:
    """Return the area of each active partner of areas, by id; one query."""
    return dict(Partnership.objects.active().filter(area__in=areas).order_by("pk").values_list("pk", "area"))
