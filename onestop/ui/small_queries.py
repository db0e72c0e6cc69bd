"""Read the rows of many small queries in one statement.

A first page needs a few rows each of a dozen tables. Asked one by one, most of the time goes into asking: so each part
of the page describes its rows as a ``SmallQuery``, and ``read_together`` reads those of all parts at once.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import QuerySet

from onestop.ui.written_queries import Row, WrittenQuery, write_query

Answer = TypeVar("Answer", covariant=True)


@dataclass(frozen=True)
class SmallQuery(Generic[Answer]):
    """Rows of one queryset of ``values()``, or of its SQL, and what becomes of them.

    There are few of them: they are sent as JSON.
    """

    rows: QuerySet[Any, Any] | WrittenQuery
    answer: Callable[[list[Row]], Answer]


def read_together(parts: Iterable[SmallQuery[Any] | Any]) -> list[Any]:
    """Return the answer of each query, in their order, and everything else as it is; one query for all of them.

    Of queries for the same rows, these are read once.
    """
    known = list(parts)
    statement = _Statement()
    places = [statement.add(part.rows) if isinstance(part, SmallQuery) else None for part in known]
    columns = statement.read()
    return [part if place is None else part.answer(columns[place]) for part, place in zip(known, places, strict=True)]


class _Statement:
    """One statement with a column of JSON for each queryset."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, tuple[Any, ...]], int] = {}
        self._fields: list[tuple[tuple[str, Any], ...]] = []

    def add(self, rows: QuerySet[Any, Any] | WrittenQuery) -> int:
        """Add rows; return the number of their column."""
        query = rows if isinstance(rows, WrittenQuery) else write_query(rows)
        key = (query.sql, query.params)
        if key not in self._numbers:
            self._numbers[key] = len(self._fields)
            self._fields.append(query.fields)
        return self._numbers[key]

    def read(self) -> list[list[Row]]:
        """Return the rows of each column."""
        if not self._numbers:
            return []
        # Nobody's words are in these statements: they are Django's, and their values are passed apart.
        rows = "(SELECT json_agg(row_to_json(small_row)) FROM ({}) small_row)"
        columns = [rows.format(sql) for sql, _params in self._numbers]
        values = [value for _sql, params in self._numbers for value in params]
        with connection.cursor() as cursor:
            cursor.execute("SELECT " + ", ".join(columns), values)
            found = cursor.fetchone()
        return [
            [_row(fields, row.values()) for row in rows or ()] for fields, rows in zip(self._fields, found, strict=True)
        ]


def _row(fields: Iterable[tuple[str, Any]], values: Iterable[Any]) -> Row:
    return {name: field.to_python(value) for (name, field), value in zip(fields, values, strict=True)}
