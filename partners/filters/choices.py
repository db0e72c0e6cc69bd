"""The choices of filters that depend on the area of a list, all read in one query.

Whoever may open a list of an area sees all of its current partners, centers and programs.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import F, Func, IntegerField, QuerySet, TextField, Value
from django.db.models.functions import Cast

from onestop.ui.written_queries import Row, WrittenQuery, written_once
from partners.models import Center, Partnership, Program, Service

Choices = dict[str, list[tuple[str, str]]]
NOWHERE = Value(0)


def choices_for_services(area: int) -> Choices:
    """Return the partners with services, the centers, the languages and the programs of an area."""
    return _read(_of_services(area), "partner", "center", "language", "program")


def choices_for_people(area: int) -> Choices:
    """Return the partners and programs of an area."""
    return _read(_of_people(area), "partner", "program")


def program_choices() -> list[tuple[str, str]]:
    """Return the programs, in the order of the law."""
    return _read(_of_programs(), "program")["program"]


@written_once
def _of_services(area: int) -> QuerySet[Any, Row]:
    partners = Partnership.objects.current().filter(area=area, services__isnull=False).distinct()
    services = Service.objects.current().filter(partnership__area=area)
    languages = services.order_by().annotate(said=Func(F("languages"), function="unnest")).distinct()
    return _named("partner", partners, "pk", "organization__name").union(
        _named("center", Center.objects.current().filter(area=area), "pk", "name"),
        _named("language", languages, "said", "said"),
        _programs(),
        all=True,
    )


@written_once
def _of_people(area: int) -> QuerySet[Any, Row]:
    partners = Partnership.objects.current().filter(area=area)
    return _named("partner", partners, "pk", "organization__name").union(_programs(), all=True)


@written_once
def _of_programs() -> QuerySet[Any, Row]:
    return _programs()


def _programs() -> QuerySet[Any, Row]:
    return _named("program", Program.objects.all(), "code", "short_name", place=F("position"))


def _named(name: str, rows: QuerySet, key: str, label: str, place: Any = NOWHERE) -> QuerySet[Any, Row]:
    """Return the choices of a filter: its name, their place in the order of choices, their keys and their labels."""
    return rows.order_by().values(
        of=Value(name),
        place=Cast(place, IntegerField()),
        key=Cast(key, TextField()),
        label=Cast(label, TextField()),
    )


def _read(query: WrittenQuery, *names: str) -> Choices:
    found: Choices = {name: [] for name in names}
    order: Callable[[Row], Any] = lambda row: (row["place"], row["label"].casefold(), row["key"])  # noqa: E731
    for row in sorted(query.rows(), key=order):
        found[row["of"]].append((row["key"], row["label"]))
    return found
