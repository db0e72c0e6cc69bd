"""Facets of the public directory, and how many services match each of their choices.

Choices of one facet are combined by "or" (Spanish or Somali), facets by "and" (in Spanish, and free). The number
beside a choice is the number of results if it alone were chosen in its facet. All SQL here is built from the facets
below; what people send is only ever passed as parameters.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from onestop.ops.request_numbers import whole_number, whole_numbers
from partners.models import Service

COUNTED = 1000  # hits; larger numbers help nobody, and counting them is slow
CHOICES_TAKEN = 20  # of one facet, from one URL
TODAY, REMOTE, FREE = "today", "remote", "free"

# The kinds of service in the words of job seekers.
KINDS = {
    Service.Kind.BASIC: _("Looking for a job"),
    Service.Kind.INDIVIDUALIZED: _("One-on-one help and planning"),
    Service.Kind.TRAINING: _("Training and classes"),
    Service.Kind.SUPPORTIVE: _("Food, housing, rides and other support"),
    Service.Kind.YOUTH: _("For young people"),
    Service.Kind.FOLLOW_UP: _("Help keeping a job"),
    Service.Kind.BUSINESS: _("For employers"),
    Service.Kind.OTHER: _("Other help"),
}


def _is_row(value: str) -> bool:
    return whole_number(value) is not None


# SQL that counts the values of a facet. Lists are counted as wholes first: taking them apart is what costs.
COUNTED_AS = {
    "flag": """SELECT '{code}', '1', count(*) FROM matched WHERE "{code}" {fits} GROUP BY 2""",
    "one": """SELECT '{code}', "{code}", count(*) FROM matched WHERE "{code}" <> '' {fits} GROUP BY 2""",
    "list": """
        SELECT '{code}', value::text, sum(number)::bigint
        FROM (SELECT "{code}" AS whole, count(*) AS number FROM matched WHERE true {fits} GROUP BY 1) lists,
            unnest(whole) AS value
        GROUP BY 2
    """,
}  # no translation: SQL


@dataclass(frozen=True)
class Facet:
    """One way to filter: the name of its parameter, its title, and SQL for the values of a listing."""

    code: str
    title: str | Promise
    sql: str
    shape: str = "list"  # of the values: list, one (a text), flag (yes or no)
    accepts: Callable[[str], bool] = _is_row

    @property
    def fits(self) -> str:
        """Return SQL for whether a listing has one of the chosen values."""
        if self.shape == "flag":
            return f"({self.sql})"
        if self.shape == "one":
            return f"{self.sql} = ANY (%({self.code})s)"
        return f"{self.sql} && %({self.code})s::{'bigint' if self.accepts is _is_row else 'text'}[]"

    def counted(self, chosen: "Chosen") -> str:
        """Return SQL for the number of listings of each value, among those that match all other chosen facets."""
        fits = f"AND fails <@ ARRAY['{self.code}']" if chosen else ""  # without choices nothing fails
        return COUNTED_AS[self.shape].format(code=self.code, fits=fits)


def _short(value: str) -> bool:
    return 0 < len(value) <= 60


FACETS = (
    Facet(
        TODAY, _("Today"),
        "EXISTS (SELECT 1 FROM unnest(%(today_partnerships)s::bigint[], %(today_centers)s::bigint[]) AS s (p, c)"
        " WHERE s.p = l.partnership_id AND s.c = ANY (l.center_ids))",
        "flag", "1".__eq__,
    ),
    Facet("group", _("Who it is for"), "l.groups", accepts=Service.Group.values.__contains__),
    Facet("kind", _("Type of help"), "l.kind", "one", Service.Kind.values.__contains__),
    Facet("center", _("Center"), "l.center_ids"),
    Facet(REMOTE, _("Remote services"), "l.modes && '{phone,video,online}'", "flag", "1".__eq__),
    Facet("language", _("Language"), "l.languages", accepts=_short),
    Facet(FREE, _("Cost"), "l.is_free", "flag", "1".__eq__),
    Facet(
        "accommodation", _("Available on request"), "l.accommodations",
        accepts=Service.Accommodation.values.__contains__,
    ),
    Facet("program", _("Program"), "l.program_ids"),
)  # fmt: skip
BY_CODE = {facet.code: facet for facet in FACETS}
Chosen = Mapping[str, Collection[str]]


@dataclass
class Counts:
    """Count the listings that match the words and all filters, the words alone, and each choice."""

    total: int = 0
    matched: int = 0
    choices: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    only_failing: dict[str, int] = field(default_factory=dict)  # by facet: what matches all others

    @property
    def most(self) -> str:
        """Return the largest number that is counted, as text."""
        return f"{COUNTED:,}"

    @property
    def are_whole(self) -> bool:
        """Return whether every listing that matches the words was counted."""
        return self.matched <= COUNTED


def read_choices(values_of: Callable[[str], list[str]]) -> dict[str, tuple[str, ...]]:
    """Return the choices of each facet in a URL; invalid ones are left out."""
    chosen = {}
    for facet in FACETS:
        values = values_of(facet.code)
        if taken := tuple(dict.fromkeys(value for value in values if facet.accepts(value)))[:CHOICES_TAKEN]:
            chosen[facet.code] = taken
    return chosen


def narrowing(chosen: Chosen) -> str:
    """Return SQL that filters listings by the chosen facets; :func:`parameters` gives its parameters."""
    return "".join(f" AND {BY_CODE[code].fits}" for code in chosen)


def parameters(chosen: Chosen, sites: Collection[tuple[int, int]]) -> dict[str, Any]:
    """Return the parameters of the SQL of facets; ``sites`` are the (partner, center) pairs on site today."""
    given: dict[str, Any] = {"today_partnerships": [p for p, _ in sites], "today_centers": [c for _, c in sites]}
    for code, values in chosen.items():
        given[code] = whole_numbers(values) if BY_CODE[code].accepts is _is_row else list(values)
    return given


def columns(chosen: Chosen) -> str:
    """Return SQL for what is counted: the values of each facet, and the filters that a listing ``fails``."""
    values = ", ".join(f'{facet.sql} AS "{facet.code}"' for facet in FACETS)
    fails = ", ".join(f"CASE WHEN NOT {BY_CODE[code].fits} THEN '{code}' END" for code in chosen)  # no translation: SQL
    return f"{values}, array_remove(ARRAY[{fails}]::text[], NULL) AS fails"  # no translation: SQL


COUNT_ALL = "SELECT '', '', count(*) FROM matched"
COUNT_FITTING = """
    UNION ALL SELECT '', 'fit', count(*) FROM matched WHERE fails = '{}'
    UNION ALL SELECT '', fails[1], count(*) FROM matched WHERE cardinality(fails) = 1 GROUP BY 2
"""


def counts(chosen: Chosen) -> str:
    """Return SQL for rows of code, value and number, from ``matched``: the listings, COUNTED and one more at most."""
    of_facets = "".join(f" UNION ALL {facet.counted(chosen)}" for facet in FACETS)  # no translation: SQL
    return COUNT_ALL + (COUNT_FITTING if chosen else "") + of_facets


def read_counts(rows: Iterable[tuple[str, str, int]]) -> Counts:
    """Return the counts from the rows of ``counts``."""
    found = Counts()
    fitting: int | None = None
    for code, value, number in rows:
        if code:
            found.choices[code][value] = number
        elif value == "":
            found.matched = number
        elif value == "fit":
            fitting = number
        else:
            found.only_failing[value] = number
    found.total = found.matched if fitting is None else fitting
    return found
