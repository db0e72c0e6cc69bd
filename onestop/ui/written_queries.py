"""Queries whose SQL Django writes once: for a small query that takes ten times as long as running it.

A function that builds a queryset from plain values is decorated with ``written_once``. At its first call it is asked
for the querysets of two rows of other values. Where these turn up among the parameters of the SQL, the values of each
later call go. A day or time may be moved by a fixed time on its way there; anything else is refused at once.
"""

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import wraps
from types import SimpleNamespace
from typing import Any, ParamSpec

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet
from django.db.models.query import ModelIterable
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language

Args = ParamSpec("Args")
Row = dict[str, Any]
PLAIN = (int, str, date, datetime)
FARTHEST = timedelta(days=200 * 366)  # between a day and what it became in the SQL
MOST = 1_000  # statements of one function that are kept


@dataclass(frozen=True)
class WrittenQuery:
    """The SQL of a queryset and its parameters; of one of ``values()`` the names and types of its columns too."""

    sql: str
    params: tuple[Any, ...]
    fields: tuple[tuple[str, Any], ...]
    compiler: Any = field(default=None, compare=False, repr=False)  # Django's, which knows what the columns are of

    def rows(self) -> list[Row]:
        """Return the rows of ``values()``; one query."""
        names = [name for name, _field in self.fields]
        return [dict(zip(names, row, strict=True)) for row in self._run()]

    def objects(self) -> list[Any]:
        """Return the objects of a queryset, with what it selects of others; one query."""
        if self.compiler is None:
            return []
        compiler = copy(self.compiler)  # which other threads use too
        compiler.connection = connections[DEFAULT_DB_ALIAS]
        compiler.execute_sql = lambda **_chunks: [self._run()]
        query = SimpleNamespace(get_compiler=lambda using: compiler)
        rows: Any = SimpleNamespace(db=DEFAULT_DB_ALIAS, query=query, _known_related_objects={})
        return list(ModelIterable(rows))

    def _run(self) -> list[tuple[Any, ...]]:
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(self.sql, self.params)
            return cursor.fetchall()


def write_query(rows: QuerySet[Any, Any]) -> WrittenQuery:
    """Return the SQL of a queryset."""
    # The connection itself: its global name would be looked up a hundred times while the SQL is written.
    compiler = rows.query.get_compiler(connection=connections[DEFAULT_DB_ALIAS])
    is_values = rows._iterable_class is not ModelIterable
    try:
        sql, params = compiler.as_sql(with_col_aliases=is_values)
    except EmptyResultSet:
        return WrittenQuery("SELECT WHERE false", (), ())  # no translation: SQL
    if not is_values:
        return WrittenQuery(sql, tuple(params), (), compiler)
    types = [expression.output_field for expression, _sql, _alias in compiler.select]
    return WrittenQuery(sql, tuple(params), tuple(zip(_names(rows), types, strict=True)), compiler)


def _names(rows: QuerySet[Any, Any]) -> list[str]:
    query = rows.query
    return list(query.selected or [*query.values_select, *query.annotation_select])  # as QuerySet.values() names them


# ---------------------------------------------------------------- Writing once
@dataclass(frozen=True)
class _Place:
    """Where a parameter comes from: an argument, or the next number of one that is a set; moved by some time."""

    argument: int
    member: int = 0
    moved: timedelta = timedelta()

    def value(self, args: list[Any]) -> Any:
        """Return the parameter for other arguments."""
        value = args[self.argument]
        if isinstance(value, list):
            return value[self.member]
        return value + self.moved if self.moved else value


Prepared = tuple[WrittenQuery, tuple[_Place | None, ...]]
_known: list[dict[Any, Prepared]] = []


def written_once(build: Callable[Args, QuerySet[Any, Any]]) -> Callable[Args, WrittenQuery]:
    """Let a function return the SQL of its queryset, for which the queryset is built only once.

    Its arguments are positional: numbers, texts, days, times and frozensets of numbers, of which any may come; and
    None, booleans, choices or tuples of them, for each of which there is a statement of its own.

    :raises TypeError: from the function, if an argument does not reach the SQL as it is.
    """
    known: dict[Any, Prepared] = {}
    _known.append(known)

    @wraps(build)
    def written(*args: Args.args, **_none: Args.kwargs) -> WrittenQuery:
        key = (*map(_shape, args), get_language(), get_current_timezone_name())
        prepared = known.get(key)  # once: another thread may make room for its own meanwhile
        if prepared is None:
            if len(known) >= MOST:
                known.clear()
            prepared = known[key] = _prepare(build, args)
        query, places = prepared
        values = [sorted(value) if isinstance(value, frozenset) else value for value in args]
        params = zip(query.params, places, strict=True)
        given = tuple(param if place is None else place.value(values) for param, place in params)
        return WrittenQuery(query.sql, given, query.fields, query.compiler)

    return written


def forget_written() -> None:
    """Forget all statements, since a setting changed that is part of them."""
    for known in _known:
        known.clear()


def _shape(value: Any) -> Any:
    """Return what the arguments have in common for which the same statement serves."""
    if isinstance(value, frozenset):
        return frozenset, len(value)
    if type(value) in PLAIN:
        return type(value)
    if value is None or isinstance(value, bool | Enum | tuple):
        return value
    raise TypeError(f"{type(value).__name__} is no plain value.")


def _prepare(build: Callable[..., QuerySet[Any, Any]], args: tuple[Any, ...]) -> Prepared:
    """Return the statement for arguments of a shape, and which of its parameters are arguments."""
    (query, places), (other, other_places) = _with_others(build, args, 1), _with_others(build, args, 2)
    if (query.sql, places, _constant(query, places)) != (other.sql, other_places, _constant(other, other_places)):
        raise TypeError("The SQL depends on a value that is not among its parameters as it is.")
    reached = {(place.argument, place.member) for place in places if place}
    missing = [argument for argument, member, _value in _members(args) if (argument, member) not in reached]
    if missing and query.compiler:
        raise TypeError(f"These arguments are not among the parameters of the SQL: {missing}")
    return query, places


def _with_others(build: Callable[..., QuerySet[Any, Any]], args: tuple[Any, ...], number: int) -> Prepared:
    others = tuple(_other(value, 97 * number + 10 * place) for place, value in enumerate(args))
    query = write_query(build(*others))
    find = _Finder(others)
    return query, tuple(find(param) for param in query.params)


def _constant(query: WrittenQuery, places: tuple[_Place | None, ...]) -> list[Any]:
    """Return the parameters that are always the same; of psycopg2's JSON, what it holds."""
    same = [param for param, place in zip(query.params, places, strict=True) if place is None]
    return [getattr(param, "adapted", param) for param in same]


def _other(value: Any, number: int) -> Any:
    """Return another value of the same shape, unlike any other and unlike what is in a statement anyway."""
    if isinstance(value, frozenset):
        return frozenset(900_000_000 + number * 100_000 + place for place in range(len(value)))
    if type(value) is int:
        return 800_000_000 + number
    if type(value) is str:
        return f"\ue000{number}\ue001"
    if type(value) not in PLAIN:
        return value
    # Years so far apart that each stands for one argument, however it is moved; and another day of the month and week.
    day = date(1000 + 500 * (number % 17), 1 + number % 12, 1 + number % 28)
    if type(value) is date:
        return day
    return datetime(day.year, day.month, day.day, number % 24, tzinfo=UTC if value.tzinfo else None)


def _members(args: tuple[Any, ...]) -> Iterator[tuple[int, int, Any]]:
    """Yield each value that may be any: its argument, its place in an argument that is a set, and itself."""
    for argument, value in enumerate(args):
        if isinstance(value, frozenset):
            yield from ((argument, place, member) for place, member in enumerate(value))
        elif type(value) in PLAIN:
            yield argument, 0, value


class _Finder:
    """Finds the places of parameters among arguments; the members of a set are numbered as they turn up."""

    def __init__(self, args: tuple[Any, ...]) -> None:
        members = list(_members(args))
        self.sets = {argument for argument, value in enumerate(args) if isinstance(value, frozenset)}
        self.whole = {value: argument for argument, _member, value in members if not isinstance(value, date)}
        self.days = [(value, argument) for argument, _member, value in members if isinstance(value, date)]
        self.texts = [value for value in self.whole if isinstance(value, str)]
        self.met: dict[int, dict[int, int]] = {}

    def __call__(self, param: Any) -> _Place | None:
        """Return the place of a parameter; nothing if it is always the same."""
        if type(param) in (int, str) and param in self.whole:
            argument = self.whole[param]
            if argument not in self.sets:
                return _Place(argument)
            met = self.met.setdefault(argument, {})
            return _Place(argument, met.setdefault(param, len(met)))
        for value, argument in self.days:
            if type(param) is type(value) and abs(param - value) < FARTHEST:
                return _Place(argument, moved=param - value)
        if isinstance(param, str) and any(text in param for text in self.texts):
            raise TypeError("A text is only a part of a parameter of the SQL.")
        return None
