"""A nation of 150,000 services with the words of real directories, for measuring the search.

Each service is one of the invented services of ``tests/questions/corpus``, given to an agency of the same kind in one
of 590 areas, with sentences of others of its kind and rare words of its own: 21 words in the corpus become about 75, as
many as services of public directories have. So "job" stands in two thirds of all services (half of them are offered at
a "Job Center"), "rent" in a few of a hundred, and most words in very few; a generator that draws all texts from a dozen
sentences makes every search an extreme one.
"""

import random
from collections.abc import Iterator
from typing import Any

from django.db import connection

from partners.coverage.programs import load_programs
from partners.models import (
    Center,
    LocalArea,
    Organization,
    Partnership,
    Program,
    Service,
    ServiceCenter,
    ServiceProgram,
    ServiceText,
)
from partners.search import index
from tests import factories
from tests.questions.corpus import Agency, Entry, read_corpus

AREAS, PARTNERS, BATCH = 590, 20, 5000
RARE_WORDS = 30_000
TABLES = ("service", "serviceprogram", "servicecenter", "servicetext")
Made = tuple[Service, Entry, int]  # with the number of its area


def fill(number: int) -> None:
    """Write so many services to a migrated database; a twentieth of them are in the first area."""
    dice = random.Random(42)
    words = rare_words(dice)
    load_programs()
    state = factories.make_state()
    areas = LocalArea.objects.bulk_create(
        LocalArea(state=state, name=f"{words[n].title()} County", slug=f"area-{n}", board_name="Board")
        for n in range(AREAS)
    )
    centers = Center.objects.bulk_create(
        Center(area=area, name=f"{area.name} Job Center", city=words[n].title()) for n, area in enumerate(areas)
    )
    agencies = [dice.choice(read_corpus()) for _ in range(AREAS * PARTNERS)]
    organizations = Organization.objects.bulk_create(
        Organization(state=state, name=f"{words[n // PARTNERS].title()} {agency.name} {n}", kind=agency.kind)
        for n, agency in enumerate(agencies)
    )
    partnerships = Partnership.objects.bulk_create(
        [Partnership(area=areas[n // PARTNERS], organization=one) for n, one in enumerate(organizations)],
        batch_size=BATCH,
    )
    programs = {program.code: program.pk for program in Program.objects.all()}
    rows = services(number, dice, words, partnerships, agencies)
    _switch_triggers("DISABLE")
    for start in range(0, number, BATCH):
        made = [next(rows) for _ in range(min(BATCH, number - start))]
        Service.objects.bulk_create(service for service, _entry, _area in made)
        _link(made, dice, centers, programs)
    _switch_triggers("ENABLE")
    index.rebuild()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def rare_words(dice: random.Random) -> list[str]:
    """Return invented words, the most common first."""
    found = {
        "".join(dice.choice("bdfgklmnprstv") + dice.choice("aeiou") for _ in range(dice.choice((3, 4))))
        for _ in range(2 * RARE_WORDS)
    }
    return dice.sample(sorted(found), RARE_WORDS)


def services(
    number: int, dice: random.Random, words: list[str], partnerships: list[Partnership], agencies: list[Agency]
) -> Iterator[Made]:
    """Yield services with the entries they were made of."""
    of_kind: dict[str, list[Entry]] = {}
    for agency in read_corpus():
        of_kind.setdefault(agency.kind, []).extend(agency.entries)
    for n in range(number):
        place = dice.randrange(PARTNERS) if n % 20 == 0 else n % len(partnerships)
        entry = dice.choice(agencies[place].entries)
        others = dice.choices(of_kind[agencies[place].kind], k=3)
        # Word number n is about n times rarer than the first, as in any language.
        own = [words[int(RARE_WORDS ** dice.random()) - 1] for _ in range(12)]
        facts = dict(entry.columns)
        facts["description"] = " ".join(
            [facts.get("description", ""), *(other.columns.get("description", "") for other in others), *own]
        )
        if n % 3:
            facts["name"] = f"{facts['name']} {own[0].title()}"[:200]
        yield Service(partnership=partnerships[place], verified_on="2026-06-01", **facts), entry, place // PARTNERS


def _link(made: list[Made], dice: random.Random, centers: list[Center], programs: dict[str, int]) -> None:
    ServiceProgram.objects.bulk_create(
        ServiceProgram(service=service, program_id=programs[code])
        for service, entry, _area in made
        for code in entry.programs
    )
    ServiceCenter.objects.bulk_create(
        ServiceCenter(service=service, center=centers[area]) for service, _entry, area in made if dice.random() < 0.5
    )
    texts: list[Any] = [
        ServiceText(service=service, verified_on="2026-06-01", **entry.spanish)
        for service, entry, _area in made
        if entry.spanish
    ]
    ServiceText.objects.bulk_create(texts)


def _switch_triggers(how: str) -> None:
    """Listings are written once at the end."""
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE partners_{table} {how} TRIGGER USER")
