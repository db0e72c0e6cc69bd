"""What each page costs in a network of 2 areas and in one of 590, beside Django's admin and a bare list.

`ONESTOP_MODE=test .venv/bin/python -m tests.benchmarks.pages [--areas 590] [--rounds 9]`; prints figures, asserts
nothing. Milliseconds are those of the processor, of Python and of PostgreSQL together, the median of rounds that take
the two networks in turn; the load of the machine is printed with them.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django

django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from meetings.models import Group, Meeting
from onestop.accounts.models import User
from onestop.local.generated import Size, generate
from onestop.local.quick_migrations import quick_migrations
from partners.models import LocalArea, Membership, Partnership, Role, Service, State
from tests.databases import run_sql, use_database
from tests.servers import SERVERS
from tests.signing_in import sign_in

PARTNERS, SERVICES = 20, 255  # of each area
COLLEAGUES = ("/compare/partners/service/", "/compare/partners/partnership/", "/compare/partners/representative/")
# What is measured: its name, who opens it, and its address, in which {area} and others are some of the network.
PAGES = (
    ("bare list of 25 rows", "staff", "/bare/{area}/"),
    ("admin: services", "operator", COLLEAGUES[0]),
    ("services", "staff", "/areas/{area}/services/"),
    ("admin: partners", "operator", COLLEAGUES[1]),
    ("partners", "staff", "/areas/{area}/partners/"),
    ("admin: representatives", "operator", COLLEAGUES[2]),
    ("representatives", "staff", "/areas/{area}/people/"),
    ("notifications", "staff", "/notices/"),
    ("centers", "staff", "/areas/{area}/centers/"),
    ("coverage", "staff", "/areas/{area}/coverage/"),
    ("on site this week", "staff", "/areas/{area}/on-site/"),
    ("agreements", "staff", "/areas/{area}/agreements/"),
    ("agreements: timeline", "staff", "/areas/{area}/agreements/timeline/"),
    ("agreements: board", "staff", "/areas/{area}/agreements/board/"),
    ("agreements: compliance", "staff", "/areas/{area}/agreements/compliance/"),
    ("agreements of a state", "operator", "/states/{state}/agreements/"),
    ("meetings: calendar", "staff", "/areas/{area}/meetings/"),
    ("meetings: groups", "staff", "/areas/{area}/groups/"),
    ("meetings: action items", "staff", "/areas/{area}/actions/"),
    ("meetings: a group", "staff", "/groups/{group}/"),
    ("meetings: attendance of a group", "staff", "/groups/{group}/attendance/"),
    ("meetings: a meeting that was held", "staff", "/meetings/{meeting}/"),
    ("home of staff", "staff", "/areas/{area}/"),
    ("home of a board member", "board", "/areas/{area}/"),
    ("home of a manager", "manager", "/areas/{area}/"),
    ("partner", "staff", "/partners/{partner}/"),
    ("service", "staff", "/services/{service}/"),
    ("edit a service", "staff", "/services/{service}/edit/"),
    ("search of staff", "staff", "/areas/{area}/search/?q=welding"),
    ("state with two areas", "operator", "/states/{state}/"),
    ("directory", None, "/directory/"),
    ("directory: job training", None, "/directory/?q=job+training"),
    ("directory of an area", None, "/directory/{area}/"),
    ("directory of an area: welding", None, "/directory/{area}/?q=welding"),
)


class Network:
    """One of the two networks, in a database of its own."""

    def __init__(self, areas: int) -> None:
        self.name = f"bench_pages_{areas}"
        self.size = Size(areas, PARTNERS, SERVICES)
        self.clients: dict[str | None, Client] = {}

    @contextmanager
    def filled(self) -> Iterator["Network"]:
        """Generate the network; drop it at the end."""
        base = settings.DATABASES["default"]["NAME"]
        run_sql(f'DROP DATABASE IF EXISTS "{self.name}"', f'CREATE DATABASE "{self.name}"')
        # The server of the tests does not look for the best order of joins, which the one of a deployment does.
        for limit in ("join_collapse_limit", "from_collapse_limit"):
            run_sql(f'ALTER DATABASE "{self.name}" SET {limit} = 8')
        use_database(self.name)
        with quick_migrations():
            call_command("migrate", verbosity=0)
        begun = time.perf_counter()
        generate(self.size, today=timezone.localdate())
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        say(f"{self.size.areas} areas, {Service.objects.count():,} services: {time.perf_counter() - begun:.0f} s")
        self._sign_in()
        try:
            yield self
        finally:
            use_database(base)
            run_sql(f'DROP DATABASE "{self.name}" WITH (FORCE)')

    def _sign_in(self) -> None:
        area = LocalArea.objects.get(slug="area-1")
        partner = Partnership.objects.filter(area=area).earliest("pk")
        seats = Membership.objects.select_related("user")
        people: dict[str | None, Any] = {
            "staff": seats.filter(area=area, role=Role.STAFF).earliest("pk").user,
            "board": seats.filter(area=area, role=Role.BOARD).earliest("pk").user,
            "manager": seats.get(partnership=partner).user,
            "operator": User.objects.create_superuser("operator@portal.example", "-", name="Olga Perez"),
        }
        self.clients = {who: Client() for who in [*people, None]}
        for who, person in people.items():
            sign_in(self.clients[who], person)
        # The last state has as many areas in both networks: two of 2, and two of 590.
        state = State.objects.latest("pk")
        self.names = {"area": area.slug, "partner": partner.pk, "service": partner.services.earliest("pk").pk}
        self.names["state"] = state.code
        group = Group.objects.get(area=area, kind=Group.Kind.WORKGROUP)
        held = group.meetings.filter(status=Meeting.Status.HELD).latest("starts_at")
        self.names |= {"group": group.pk, "meeting": held.pk}

    def request(self, who: str | None, address: str) -> Callable[[], Any]:
        """Return a function that opens a page."""
        url = address.format(**self.names)
        return lambda: self.clients[who].get(url)


def main() -> None:
    """Generate both networks, and print what each page costs in them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--areas", type=int, default=590)
    parser.add_argument("--rounds", type=int, default=9)
    asked = parser.parse_args()
    settings.ROOT_URLCONF = "tests.benchmarks.pages_urls"
    SERVERS.start()
    try:
        with Network(2).filled() as small, Network(asked.areas).filled() as large:
            measure(small, large, asked.rounds)
    finally:
        SERVERS.stop()


def measure(
    small: Network, large: Network, rounds: int, *, pages: Sequence[tuple[str, str | None, str]] = PAGES
) -> None:
    """Print a line for each page: its queries and milliseconds in both networks, beside admin and the bare list."""
    say(f"load {os.getloadavg()[0]:.1f}; medians of {rounds} rounds")
    heads = (f"{'page':32}", "queries".rjust(9), "2 areas".rjust(11), f"{large.size.areas} areas".rjust(12))
    say("".join([*heads, "growth".rjust(8), "of admin".rjust(10), "of bare".rjust(9)]))
    bare = admin = 0.0
    for name, who, address in pages:
        taken: dict[Network, list[float]] = {small: [], large: []}
        queries = 0
        for network in taken:
            use_database(network.name)
            queries = look(name, network.request(who, address))
        for _ in range(rounds):
            for network, times in taken.items():
                use_database(network.name)
                times.append(cost_of(network.request(who, address)))
        few, many = (statistics.median(times) for times in taken.values())
        if name.startswith("bare"):
            bare = many
        compared = f"{many / admin:>10.2f}" if admin and not name.startswith("admin") else " " * 10
        say(f"{name:32}{queries:>9}{few:>8.1f} ms{many:>9.1f} ms{many / few:>8.2f}{compared}{many / bare:>9.1f}")
        admin = many if name.startswith("admin") else 0.0
    say(f"load {os.getloadavg()[0]:.1f}")


def look(name: str, ask: Callable[[], Any]) -> int:
    """Open a page twice, so that everything is read once; return its queries."""
    ask()
    with CaptureQueriesContext(connection) as queries:
        answer = ask()
    assert answer.status_code == 200, (name, answer.status_code)
    return len(queries)


def cost_of(ask: Callable[[], Any]) -> float:
    """Return the milliseconds of the processor that a page takes, here and in its server process."""
    ask()  # connects, and warms the caches of the new connection
    before = time.process_time(), worked()
    ask()
    return (time.process_time() - before[0] + worked() - before[1]) * 1000


def worked() -> float:
    """Return the processor seconds of our connection's server process."""
    connection.ensure_connection()
    stat = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text()
    return int(stat.split()[0]) / 1e9


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
