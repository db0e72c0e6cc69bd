"""What dashboards, goals and the network map cost in a network of 2 areas and in one of 590, and the work of a night.

`ONESTOP_MODE=test .venv/bin/python -m tests.benchmarks.dashboards [--areas 590] [--rounds 9]`; prints figures, asserts
nothing. Milliseconds are as in ``tests.benchmarks.pages``. The work of a night is what a worker does for all areas:
figures kept, goals judged, partners found that are missed.
"""

import argparse
import os
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django

django.setup()

from django.conf import settings
from django.utils import timezone

from meetings.goals.judging import judge_all
from meetings.models import Goal, Project, SharedPlan
from onestop.dashboards.board.snapshots import take
from onestop.dashboards.engagement.nudging import nudges_in
from onestop.local.generated import Size
from partners.models import LocalArea
from tests.benchmarks.pages import Network, measure, say
from tests.databases import use_database
from tests.servers import SERVERS

PARTNERS, SERVICES = 20, 40  # of each area
PAGES = (
    ("bare list of 25 rows", "staff", "/bare/{area}/"),
    ("board dashboard", "board", "/areas/{area}/board/dashboard/"),
    ("engagement, who drifts", "board", "/areas/{area}/engagement/"),
    ("engagement of a partner", "manager", "/partners/{partner}/engagement/"),
    ("how a partner stands", "manager", "/partners/{partner}/standing/"),
    ("a partner in ten minutes", "staff", "/partners/{partner}/ten-minutes/"),
    ("network map", "board", "/areas/{area}/network/"),
    ("ties of a partner", "board", "/partners/{partner}/ties/"),
    ("points of engagement", "board", "/areas/{area}/points-of-engagement/"),
    ("packets", "staff", "/areas/{area}/packets/"),
    ("areas of a state compared", "operator", "/states/{state}/compare/"),
    ("goals", "board", "/areas/{area}/goals/"),
    ("board of goals", "board", "/areas/{area}/goals/board/"),
    ("a goal", "manager", "/goals/{goal}/"),
    ("plans", "staff", "/areas/{area}/plans/"),
    ("a plan", "manager", "/plans/{plan}/"),
    ("resource map", "staff", "/areas/{area}/resource-map/"),
    ("shared values", "staff", "/areas/{area}/values/"),
    ("projects", "staff", "/areas/{area}/projects/"),
    ("projects compared", "board", "/areas/{area}/projects/compare/"),
    ("a project", "staff", "/projects/{project}/"),
    ("raised issues", "staff", "/areas/{area}/raised/"),
    ("raised issues of a state", "operator", "/states/{state}/raised/"),
)


class Decided(Network):
    """One of the two networks, with its plans, goals and projects."""

    def __init__(self, areas: int) -> None:
        super().__init__(areas)
        self.name = f"bench_dashboards_{areas}"
        self.size = Size(areas, PARTNERS, SERVICES)

    def _sign_in(self) -> None:
        super()._sign_in()
        plan = SharedPlan.objects.filter(area__slug="area-1", status=SharedPlan.Status.ADOPTED).earliest("pk")
        self.names |= {"plan": plan.pk, "goal": plan.goals.earliest("pk").pk}
        self.names |= {"project": Project.objects.filter(area__slug="area-1").earliest("pk").pk}
        say(f"{Goal.objects.count():,} goals, {Project.objects.count():,} projects")


def tell_work_of_night() -> None:
    """Print how long a worker takes for all areas of the network in use."""
    now = timezone.now()
    areas = list(LocalArea.objects.current().select_related("state").order_by("pk"))
    yesterday = now.astimezone(areas[0].zone).date() - timedelta(days=1)
    _tell("figures kept of each area", lambda: sum(take(area, day=yesterday, at=now) for area in areas))
    _tell("goals judged that changed", lambda: judge_all(at=now))
    _tell("partners found that are missed", lambda: sum(1 for _nudge in nudges_in(areas, now.date())))


def _tell(what: str, work: Callable[[], Any]) -> None:
    begun = time.perf_counter()
    number = work()
    say(f"{what:32}{number:>9,}{time.perf_counter() - begun:>9.1f} s")


def main() -> None:
    """Generate both networks, print what each page costs in them, and the work of a night in the large one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--areas", type=int, default=590)
    parser.add_argument("--rounds", type=int, default=9)
    asked = parser.parse_args()
    settings.ROOT_URLCONF = "tests.benchmarks.pages_urls"
    SERVERS.start()
    try:
        with Decided(2).filled() as small, Decided(asked.areas).filled() as large:
            measure(small, large, asked.rounds, pages=PAGES)
            use_database(large.name)
            tell_work_of_night()
    finally:
        SERVERS.stop()


if __name__ == "__main__":
    main()
