"""By what the results of the public directory can be narrowed down, and how many there would be of each.

Choices of one facet widen it (Spanish or Somali); two facets narrow each other (in Spanish, and free). The number
beside a choice is the number of results if it alone were chosen in its facet. All SQL here is put together from the
facets below; what people send only ever travels as values.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from onestop.ops.request_numbers import whole_number, whole_numbers
from partners.models import Service

COUNTED = 1000  # hits; beyond that nobody reads a number, and counting would cost
CHOICES_TAKEN = 20  # of one facet, out of an address
TODAY, REMOTE, FREE = "today", "remote", "free"

# The law's kinds of service in the words of who looks for help.
KINDS = {
    Service.Kind.BASIC: "Looking for a job",
    Service.Kind.INDIVIDUALIZED: "One-on-one help and planning",
    Service.Kind.TRAINING: "Training and classes",
    Service.Kind.SUPPORTIVE: "Food, housing, rides and other support",
    Service.Kind.YOUTH: "For young people",
    Service.Kind.FOLLOW_UP: "Help to keep a job",
    Service.Kind.BUSINESS: "For employers",
    Service.Kind.OTHER: "Other help",
}


def _is_row(value: str) -> bool:
    return whole_number(value) is not None


@dataclass(frozen=True)
class Facet:
    """One way to narrow down: the name of its parameter, its title, and SQL for what a listing has of it."""

    code: str
    title: str
    sql: str
    shape: str = "list"  # of what stands there: list, one (a text), flag (yes or no)
    accepts: Callable[[str], bool] = _is_row

    @property
    def fits(self) -> str:
        """SQL: whether a listing has one of the chosen values."""
        if self.shape == "flag":
            return f"({self.sql})"
        if self.shape == "one":
            return f"{self.sql} = ANY (%({self.code})s)"
        return f"{self.sql} && %({self.code})s::{'bigint' if self.accepts is _is_row else 'text'}[]"

    @property
    def counted(self) -> str:
        """SQL: each value with the number of listings, among those that fail at nothing but this facet."""
        value = {"flag": "'1'", "one": f'"{self.code}"', "list": "value::text"}[self.shape]
        source = f'matched, unnest("{self.code}") AS value' if self.shape == "list" else "matched"
        only = {"flag": f'AND "{self.code}"', "one": f"AND \"{self.code}\" <> ''", "list": ""}[self.shape]
        fit = f"fails <@ ARRAY['{self.code}'] {only}"
        return f"SELECT '{self.code}', {value}, count(*) FROM {source} WHERE {fit} GROUP BY 2"  # noqa: S608


def _short(value: str) -> bool:
    return 0 < len(value) <= 60


FACETS = (
    Facet(
        TODAY, "Today",
        "EXISTS (SELECT 1 FROM unnest(%(today_partnerships)s::bigint[], %(today_centers)s::bigint[]) AS s (p, c)"
        " WHERE s.p = l.partnership_id AND s.c = ANY (l.center_ids))",
        "flag", "1".__eq__,
    ),
    Facet("group", "For whom", "l.groups", accepts=Service.Group.values.__contains__),
    Facet("kind", "What kind of help", "l.kind", "one", Service.Kind.values.__contains__),
    Facet("center", "Where", "l.center_ids"),
    Facet(REMOTE, "Without a trip", "l.modes && '{phone,video,online}'", "flag", "1".__eq__),
    Facet("language", "Language", "l.languages", accepts=_short),
    Facet(FREE, "Cost", "l.is_free", "flag", "1".__eq__),
    Facet("accommodation", "On request", "l.accommodations", accepts=Service.Accommodation.values.__contains__),
    Facet("program", "Program", "l.program_ids"),
)  # fmt: skip
BY_CODE = {facet.code: facet for facet in FACETS}
Chosen = Mapping[str, Collection[str]]


@dataclass
class Counts:
    """How many listings fit: the words and all filters, the words alone, and each choice."""

    total: int = 0
    matched: int = 0
    choices: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    only_failing: dict[str, int] = field(default_factory=dict)  # by facet: what fits but for this one

    @property
    def most(self) -> str:
        """How many are counted at most, in words."""
        return f"{COUNTED:,}"

    @property
    def are_whole(self) -> bool:
        """Whether all that fit the words were counted."""
        return self.matched <= COUNTED


def read_choices(values_of: Callable[[str], list[str]]) -> dict[str, tuple[str, ...]]:
    """Return what an address chooses of each facet; what makes no sense is left out."""
    chosen = {}
    for facet in FACETS:
        values = values_of(facet.code)
        if taken := tuple(dict.fromkeys(value for value in values if facet.accepts(value)))[:CHOICES_TAKEN]:
            chosen[facet.code] = taken
    return chosen


def narrowing(chosen: Chosen) -> str:
    """Return SQL by which listings fit all facets that were chosen of; its values are those of :func:`parameters`."""
    return "".join(f" AND {BY_CODE[code].fits}" for code in chosen)


def parameters(chosen: Chosen, sites: Collection[tuple[int, int]]) -> dict[str, Any]:
    """Return the values for the SQL of facets; ``sites`` are the partners and centers of who is on site today."""
    given: dict[str, Any] = {"today_partnerships": [p for p, _ in sites], "today_centers": [c for _, c in sites]}
    for code, values in chosen.items():
        given[code] = whole_numbers(values) if BY_CODE[code].accepts is _is_row else list(values)
    return given


def count_choices(scope: str, given: Mapping[str, Any], chosen: Chosen) -> Counts:
    """Return how many listings of a scope (SQL, and its values) fit, in one query of its own."""
    columns = ", ".join(f'{facet.sql} AS "{facet.code}"' for facet in FACETS)
    fails = ", ".join(f"CASE WHEN NOT {BY_CODE[code].fits} THEN '{code}' END" for code in chosen)
    sql = f"""
        WITH matched AS MATERIALIZED (
            SELECT {columns}, array_remove(ARRAY[{fails}]::text[], NULL) AS fails
            FROM partners_listing l WHERE {scope} LIMIT {COUNTED + 1}
        )
        SELECT '', '', count(*) FROM matched
        UNION ALL SELECT '', 'fit', count(*) FROM matched WHERE fails = '{{}}'
        UNION ALL SELECT '', fails[1], count(*) FROM matched WHERE cardinality(fails) = 1 GROUP BY 2
        """ + "".join(f"UNION ALL {facet.counted}\n" for facet in FACETS)  # noqa: S608
    counts = Counts()
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        for code, value, number in cursor.fetchall():
            if code:
                counts.choices[code][value] = number
            elif value == "":
                counts.matched = number
            elif value == "fit":
                counts.total = number
            else:
                counts.only_failing[value] = number
    return counts
