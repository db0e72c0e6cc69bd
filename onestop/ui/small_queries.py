"""Read the rows of many small queries in one statement.

A first page needs a few rows each of a dozen tables. Asked one by one, most of the time goes into asking: so each part
of the page describes its rows as a ``SmallQuery``, and ``read_together`` reads those of all parts at once.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

Answer = TypeVar("Answer", covariant=True)
Row = dict[str, Any]


@dataclass(frozen=True)
class SmallQuery(Generic[Answer]):
    """Rows of one queryset, given by ``values()``, and what becomes of them. Few rows: they are sent as JSON."""

    rows: QuerySet[Any, Any]
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
        self._fields: list[list[tuple[str, Any]]] = []

    def add(self, rows: QuerySet[Any, Any]) -> int:
        """Add a queryset; return the number of its column."""
        compiler = rows.query.get_compiler(connection=connection)
        try:
            sql, params = compiler.as_sql(with_col_aliases=True)
            types = [expression.output_field for expression, _sql, _alias in compiler.select]
            fields = list(zip(_names(rows), types, strict=True))
        except EmptyResultSet:
            sql, params, fields = "SELECT WHERE false", (), []
        key = (sql, tuple(params))
        if key not in self._numbers:
            self._numbers[key] = len(self._fields)
            self._fields.append(fields)
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


def _names(rows: QuerySet[Any, Any]) -> list[str]:
    query = rows.query
    return list(query.selected or [*query.values_select, *query.annotation_select])  # as QuerySet.values() names them


def _row(fields: list[tuple[str, Any]], values: Iterable[Any]) -> Row:
    return {name: field.to_python(value) for (name, field), value in zip(fields, values, strict=True)}
