"""Snapshots of the sample: the last day of each of 24 months, and the last days, up to the figures of today.

Nobody kept them: they lead from an invented beginning to what the records of the sample say today.
"""

import random
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta

from onestop.dashboards.board.figures import VERSION, numbers_of
from onestop.dashboards.board.reading import read_board
from onestop.dashboards.models import AreaSnapshot
from partners.sample.area_story import AreaStory

MONTHS, DAYS = 24, 7
# How far each figure was from that of today two years ago, and how much it wavers; shares stay within 0 and 100.
BEGAN: Mapping[str, tuple[int, int]] = {
    "partners": (-4, 0), "covered": (-3, 0), "services": (-22, 1), "services_fresh": (-30, 2), "in_force": (-3, 0),
    "agreements": (-2, 0), "lapsed": (0, 0), "paid_percent": (-11, 2), "attendance": (-16, 3), "engagement": (-13, 2),
    "engagement_low": (3, 1), "late": (2, 1),
}  # fmt: skip
SHARES = ("paid_percent", "attendance", "engagement")


def load(story: AreaStory) -> None:
    """Add them."""
    now = numbers_of(read_board(story.area, day=story.today, at=story.at(story.today, 12)))
    days = list(days_of(story.today))
    first = days[0]
    rows = []
    for day in days:
        gone = (day - first).days / max((story.today - first).days, 1)
        figures = figures_of(now, gone, random.Random(f"{story.area.slug}:{day}"))  # noqa: S311  # not for secrets
        made_at = story.at(day + timedelta(days=1), 1)
        rows.append(AreaSnapshot(area=story.area, day=day, figures=figures, version=VERSION, made_at=made_at))
    AreaSnapshot.objects.bulk_create(rows)


def days_of(today: date) -> Iterator[date]:
    """Yield the last day of each of 24 months, and the days before today."""
    first = today.replace(day=1)
    ends = {first - relativedelta(months=number) - timedelta(days=1) for number in range(MONTHS)}
    yield from sorted(ends | {today - timedelta(days=number) for number in range(1, DAYS + 1)})


def figures_of(now: Mapping[str, Any], gone: float, dice: random.Random) -> dict[str, Any]:
    """Return the figures of a day, ``gone`` of the way from the beginning to today's figures."""
    figures = dict(now)
    for code, (began, wavers) in BEGAN.items():
        if now.get(code) is not None:
            value = now[code] + round(began * (1 - gone)) + (dice.randint(-wavers, wavers) if gone < 1 else 0)
            figures[code] = min(max(value, 0), 100) if code in SHARES else max(value, 0)
    figures["covered"] = min(figures["covered"], figures["required"])
    figures["services_fresh"] = min(figures["services_fresh"], figures["services"])
    figures["in_force"] = min(figures["in_force"], figures["agreements"])
    figures["scores"] = {
        pk: None if score is None else min(max(score + round(-13 * (1 - gone)) + dice.randint(-3, 3), 0), 100)
        for pk, score in now["scores"].items()
    }
    return figures
