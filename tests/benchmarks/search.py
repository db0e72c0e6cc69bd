"""What a search of the public directory costs at 150,000 services: milliseconds in the database, and its plans.

`ONESTOP_MODE=test .venv/bin/python -m tests.benchmarks.search [services]`; prints figures, asserts nothing. The corpus
is made hard: "vocational" stands in more than a third of all services, "job" and "training" in most.
"""

import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django

django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from partners.models import Center, LocalArea, Organization, Partnership, Program, Service, ServiceCenter
from partners.search import facets, index, queries, synonyms
from partners.search.queries import Question
from partners.search.scoring import score
from tests import factories
from tests.servers import SERVERS

DATABASE = "bench_search"
AREAS, PARTNERS = 590, 20
ROUNDS = 20
Chosen = dict[str, tuple[str, ...]]
TOPICS = (
    "Vocational rehabilitation counseling", "Vocational training", "GED preparation", "English classes",
    "Job search help",
    "Résumé workshop", "Food assistance", "Housing help", "Child care subsidy", "Rides to work", "Welding certificate",
    "Nursing assistant training", "Job coaching", "Benefits planning", "Youth internship",
    "Help after a layoff",
    "Apprenticeship readiness", "Computer class", "Legal aid", "Paid community service", "Truck driving school",
    "Veterans employment help", "Reentry coaching", "Small business counseling", "Interview clothes",
)  # fmt: skip
SENTENCES = (
    "Job training and placement for people who look for work.", "A counselor makes a plan with you.",
    "We work with vocational rehabilitation and the adult school.",
    "Classes in the morning and in the evening.",
    "Job seekers get help with applications and the first weeks at work.",
    "Training is paid for those who qualify.", "Bring what you have; we help with the rest.",
    "Vocational programs of the county and its partners.",
    "Help with food, rent, rides and child care while you train.",
)  # fmt: skip
GROUPS = [value for value in Service.Group.values if value != Service.Group.EVERYONE]
SEARCHES = {
    "exact": "welding certificate",
    "typo": "vocatonal rehab",
    "two typos": "nursng asistant",
    "synonym": "VR",
    "everyday synonym": "food stamps",
    "half typed": "apprent",
    "broad": "job training",
    "rare word": "",  # filled in with a word of the corpus
    "unknown": "zzyzx qwertz",
    "sentence": "I need help to find a job training near my home",
    "few have all": "welding apprenticeship for veterans",
    "Spanish": "necesito ayuda con la renta",
}


def main(services: int) -> None:
    """Fill a database of its own, measure, and throw it away."""
    SERVERS.start()
    try:
        base = settings.DATABASES["default"]["NAME"]
        run_sql(f'DROP DATABASE IF EXISTS "{DATABASE}"', f'CREATE DATABASE "{DATABASE}"')
        use_database(DATABASE)
        call_command("migrate", verbosity=0)
        call_command("load_programs", verbosity=0)
        area, big = fill(services)
        measure(area, big)
        use_database(base)
        run_sql(f'DROP DATABASE "{DATABASE}" WITH (FORCE)')
    finally:
        SERVERS.stop()


# ---------------------------------------------------------------- The corpus
def fill(number: int) -> tuple[LocalArea, LocalArea]:
    """Make so many services over the nation; return an ordinary area and one with a twentieth of all."""
    dice = random.Random(42)
    words = ["".join(dice.choice("bdfgklmnprstv") + dice.choice("aeiou") for _ in range(4)) for _ in range(20_000)]
    SEARCHES["rare word"] = words[7]
    state = factories.make_state()
    areas = LocalArea.objects.bulk_create(
        LocalArea(state=state, name=f"Area {n}", slug=f"area-{n}", board_name="Board") for n in range(AREAS)
    )
    organizations = Organization.objects.bulk_create(
        Organization(state=state, name=f"{dice.choice(words).title()} {dice.choice(TOPICS).split()[0]} Agency {n}")
        for n in range(AREAS * PARTNERS)
    )
    partnerships = Partnership.objects.bulk_create(
        [Partnership(area=areas[n % AREAS], organization=one) for n, one in enumerate(organizations)], batch_size=2000
    )
    centers = Center.objects.bulk_create(Center(area=area, name=f"Center {area.name}") for area in areas)
    programs = list(Program.objects.values_list("pk", flat=True))
    big = [one for one in partnerships if one.area_id == areas[0].pk]
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE partners_service DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE partners_serviceprogram DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE partners_servicecenter DISABLE TRIGGER USER")
    rows = _rows(number, dice, words, partnerships, big)
    for start in range(0, number, 5000):
        made = Service.objects.bulk_create([next(rows) for _ in range(min(5000, number - start))])
        through: Any = Service.programs.through
        through.objects.bulk_create(through(service=one, program_id=dice.choice(programs)) for one in made)
        area_of = {one.pk: one.area_id for one in partnerships}
        center_of = {center.area_id: center.pk for center in centers}
        ServiceCenter.objects.bulk_create(
            ServiceCenter(service=one, center_id=center_of[area_of[one.partnership_id]])
            for one in made
            if dice.random() < 0.5
        )
    with connection.cursor() as cursor:
        for table in ("service", "serviceprogram", "servicecenter"):
            cursor.execute(f"ALTER TABLE partners_{table} ENABLE TRIGGER USER")
    say(f"{number:,} services in {AREAS} areas, {len(big)} partners in the largest")
    say(f"write all listings anew, and count words: {seconds(index.rebuild):.1f} s")
    say(f"compare them all, and count words: {seconds(index.rebuild):.1f} s")
    say(f"synonyms: {seconds(synonyms.refresh_synonyms):.2f} s")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute(
            "SELECT pg_size_pretty(pg_table_size('partners_listing')),"
            " pg_size_pretty(pg_relation_size('listing_by_words_and_facets')),"
            " (SELECT count(*) FROM partners_searchword), current_setting('server_version')"
        )
        say("table {}, its one index {}, {} words, PostgreSQL {}".format(*cursor.fetchone()))
    return areas[5], areas[0]


def _rows(number: int, dice: Any, words: list[str], partnerships: list[Any], big: list[Any]) -> Iterator[Service]:
    for n in range(number):
        own = dice.sample(words, 12)
        yield Service(
            partnership=dice.choice(big) if n % 20 == 0 else partnerships[n % len(partnerships)],
            name=f"{dice.choice(TOPICS)} {own[0]}" if n % 3 else dice.choice(TOPICS),
            description=" ".join([*dice.sample(SENTENCES, 4), *own]).capitalize(),
            kind=dice.choice(Service.Kind.values),
            audience=dice.choice(
                ["Adults", "Youth of 16 to 24", "Job seekers", "Veterans", "People with a disability"]
            ),
            groups=dice.sample(GROUPS, 2),
            eligibility="Anybody who lives in the county and looks for a job.",
            cost=dice.choice(["Free", "Free", "Free; you are paid", "$20", ""]),
            languages=["English", *dice.choices(["Spanish", "Somali", "Vietnamese", "Arabic"], weights=[60, 2, 5, 5])],
            modes=dice.sample(Service.Mode.values, 2),
            accommodations=dice.sample(Service.Accommodation.values, 2),
            keywords=[own[1], own[2]],
            verified_on="2026-06-01",
        )


# ---------------------------------------------------------------- The figures
def measure(area: LocalArea, big: LocalArea) -> None:
    """Print the medians of all searches, then the plans."""
    rare: Chosen = {"language": ("Somali",), "free": ("1",), "group": ("veterans",)}
    broad: Chosen = {"language": ("Spanish",), "free": ("1",)}
    places: dict[str, tuple[LocalArea | None, Chosen]] = {
        "nation": (None, {}),
        "nation, 2 broad filters": (None, broad),
        "nation, 3 rare filters": (None, rare),
        f"area of {_size(area):,}": (area, {}),
        f"area of {_size(area):,}, 2 filters": (area, broad),
        f"area of {_size(big):,}": (big, {}),
        f"area of {_size(big):,}, 2 filters": (big, broad),
    }
    say(f"\n{ROUNDS} rounds each: understand + search = all")
    for place, (where, chosen) in places.items():
        say(f"\n{place}")
        for name, typed in SEARCHES.items():
            say(f"  {name:18}" + figures(Question(typed, False, chosen, where)))
    say(f"  {'nothing typed':18}" + figures(Question("", False, broad, big)))
    for title, question in (
        ("the nation, without filters: job training", Question("job training")),
        ("the nation, with filters: job training", Question("job training", False, rare)),
        ("one area, without filters: vocatonal rehab", Question("vocatonal rehab", False, {}, area)),
        ("one area, with filters: vocatonal rehab", Question("vocatonal rehab", False, broad, area)),
    ):
        explain(title, question)


def figures(question: Question) -> str:
    """Return what one search costs: the median of the clock, and the mean of the server's own processor time."""
    meaning = understand(question)
    given = given_for(question, meaning)
    steps = (lambda: understand(question), lambda: queries.search_widely(question, meaning, given))
    costs = [cost_of(step) for step in steps]
    clock, worked = sum(cost[0] for cost in costs), sum(cost[1] for cost in costs)
    number = queries.search_widely(question, meaning, given)[0].total
    each = " + ".join(f"{cost[1]:5.1f}" for cost in costs)
    return f"{each} = {worked:6.1f} ms of processor, {clock:6.1f} ms by the clock {number:7,} hits"


def understand(question: Question) -> queries.Meaning:
    """Return how the words of a search are understood, with typing errors corrected."""
    return queries.correct(question, queries.understand(question))


def explain(title: str, question: Question) -> None:
    """Print how PostgreSQL answers a search."""
    meaning = understand(question)
    scored, values = score(meaning.things, "found.search")
    sql = queries.search_sql(question, meaning.query, scored)
    given = given_for(question, meaning) | values | {"query": meaning.query, "plain": meaning.plain}
    with connection.cursor() as cursor:
        for _ in range(2):  # the second time from memory
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {sql}", given)
            plan = "\n".join(row[0] for row in cursor.fetchall())
    say(f"\n---- {title}: {meaning.query}\n{plan}")


def given_for(question: Question, meaning: queries.Meaning) -> dict[str, Any]:
    """Return the values of a search's SQL."""
    return facets.parameters(question.chosen, []) | {"area": question.area.pk if question.area else None}


def cost_of(act: Callable[[], Any]) -> tuple[float, float]:
    """Return the median milliseconds of an act by the clock, and the mean that our server process worked for it."""
    act()
    before = worked()
    times = [seconds(act) for _ in range(ROUNDS)]
    return statistics.median(times) * 1000, (worked() - before) * 1000 / ROUNDS


def worked() -> float:
    """Return the processor seconds of our connection's server process: others on the machine do not change them."""
    connection.ensure_connection()
    stat = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text()
    return int(stat.split()[0]) / 1e9


def seconds(act: Callable[[], Any]) -> float:
    """Return how long an act takes."""
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def _size(area: LocalArea) -> int:
    return Service.objects.filter(partnership__area=area).count()


def use_database(name: str) -> None:
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


def run_sql(*statements: str) -> None:
    with connection._nodb_cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 150_000)
