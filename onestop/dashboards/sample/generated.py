"""Dashboards of a generated network: a few points of engagement, and a year of snapshots of each area."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db import models

from onestop.dashboards.board.figures import VERSION
from onestop.dashboards.models import AreaSnapshot, Offer, Opportunity
from onestop.local.generated import Size
from partners.models import BoardTerm, LocalArea
from partners.sample.generated import AGE, NOON, insert, record_inserts
from partners.sample.past import unrecorded

AREAS_AT_ONCE = 50
MONTHS = 12
# The kind of each, what it is, and how long it takes.
KINDS = (
    ("visit", "Visit a center", "One hour"),
    ("mentor", "Mock interviews", "One afternoon"),
    ("employer", "Open a door to an employer", "Two telephone calls"),
    ("policy", "Read a draft policy", "One evening"),
)
SHARES = ("paid_percent", "attendance", "engagement")


def generate(size: Size, *, today: date) -> dict[str, int]:
    """Generate the dashboards of each generated area; return the numbers of rows by what they are."""
    tracked: tuple[Any, ...] = (Opportunity, Offer)
    last = {model: model._default_manager.aggregate(pk=models.Max("pk"))["pk"] or 0 for model in tracked}
    made = {"points of engagement": 0, "offers to board members": 0, "snapshots": 0}
    slugs = [f"area-{number + 1}" for number in range(size.areas)]
    with unrecorded():
        for start in range(0, len(slugs), AREAS_AT_ONCE):
            areas = LocalArea.objects.filter(slug__in=slugs[start : start + AREAS_AT_ONCE]).order_by("pk")
            for what, number in _write(size, list(areas), today):
                made[what] += number
    for model, pk in last.items():
        record_inserts(model, since=pk, at=datetime.combine(today - timedelta(days=AGE), NOON, UTC))
    return made


def _write(size: Size, areas: list[LocalArea], today: date) -> Iterator[tuple[str, int]]:
    now = datetime.combine(today, NOON, UTC)
    terms: dict[int, list[BoardTerm]] = {}
    serving = BoardTerm.objects.on(today).filter(seat__area__in=areas, seat__archived_at=None)
    for term in serving.select_related("seat").order_by("pk"):
        terms.setdefault(term.seat.area_id, []).append(term)
    rows = insert(
        [
            Opportunity(
                area=area, kind=kind, title=title, effort=effort, places=2, created_at=now - timedelta(days=90),
                until_on=today + timedelta(days=60),
            )
            for area in areas
            for kind, title, effort in KINDS
        ]
    )  # fmt: skip
    yield "points of engagement", len(rows)
    offers = []
    for row in rows:
        dice = size.dice("offers", row.area_id, row.kind)
        for term in dice.sample(terms.get(row.area_id, []), min(2, len(terms.get(row.area_id, [])))):
            taken = dice.random() < 0.4
            offers.append(
                Offer(
                    opportunity=row, term=term, status="taken" if taken else "offered",
                    offered_at=now - timedelta(days=80), taken_at=now - timedelta(days=70) if taken else None,
                )
            )  # fmt: skip
    yield "offers to board members", len(insert(offers))
    yield "snapshots", len(insert([snapshot for area in areas for snapshot in _snapshots(size, area, today)]))


def _snapshots(size: Size, area: LocalArea, today: date) -> Iterator[AreaSnapshot]:
    dice = size.dice("snapshots", area.slug)
    figures: dict[str, Any] = {code: dice.randint(45, 90) for code in SHARES}
    figures |= {"required": 19, "covered": dice.randint(12, 19), "scored": 20, "payers": 12, "seated": 18}
    figures |= {
        "agreements": 9,
        "in_force": dice.randint(4, 9),
        "lapsed": dice.randint(0, 2),
        "late": dice.randint(0, 4),
    }
    figures |= {"partners": 20, "decided": 0, "mous_in_force": 1, "ifas_in_force": dice.randint(0, 1)}
    figures |= {"goals": 0, "services": 80, "services_fresh": dice.randint(20, 80), "scores": {}}
    for number in range(MONTHS, 0, -1):
        day = today.replace(day=1) - relativedelta(months=number - 1) - timedelta(days=1)
        figures = figures | {code: min(max(figures[code] + dice.randint(-3, 4), 0), 100) for code in SHARES}
        made_at = datetime.combine(day + timedelta(days=1), NOON, UTC)
        yield AreaSnapshot(area=area, day=day, figures=figures, version=VERSION, made_at=made_at)
