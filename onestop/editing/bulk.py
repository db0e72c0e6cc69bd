"""Write many rows with few statements, for verbs that change many things at once."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from django.db import connection, models
from django.db.models.expressions import RawSQL

from onestop.editing.versions import apply_facts

BATCH = 1000  # rows in a statement
VARCHAR = re.compile(r"^varchar(\(\d+\))?")

Model = TypeVar("Model", bound=models.Model)


def among(pks: Iterable[int]) -> RawSQL:
    """Return a set of ids for ``__in``, as one parameter: thousands of parameters cost more than the query itself."""
    return RawSQL("SELECT unnest(%s::bigint[])", [sorted(set(pks))])  # no translation: SQL


def lock_rows(rows: models.QuerySet[Model], pks: Iterable[int]) -> dict[int, Model]:
    """Lock the rows with these ids, always in the same order, and return them by id.

    Others may still add rows that refer to them: an import holds its locks for seconds.
    """
    return {row.pk: row for row in _locked(rows, pks)}


def lock(rows: models.QuerySet, pks: Iterable[int]) -> None:
    """Lock the rows with these ids, always in the same order."""
    list(_locked(rows, pks).values_list("pk"))


def _locked(rows: models.QuerySet[Model], pks: Iterable[int]) -> models.QuerySet[Model]:
    return rows.filter(pk__in=among(pks)).order_by("pk").select_for_update(of=("self",), no_key=True)


def apply_changes(
    rows: Mapping[int, Model], changes: Mapping[int, Mapping[str, Any]], allowed: Collection[str] | None = None
) -> set[str]:
    """Set the facts of each row that differ from what it holds; return the names of all that did, to save.

    With ``allowed``, other facts are ignored.
    """
    changed: set[str] = set()
    for pk, facts in changes.items():
        kept = facts if allowed is None else {name: value for name, value in facts.items() if name in allowed}
        changed.update(apply_facts(rows[pk], kept))
    return changed


def save_rows(rows: Iterable[Model], names: Iterable[str]) -> None:
    """Save these columns of rows that the caller has locked and read, in one statement for each thousand.

    It takes a tenth of the time of Django's ``bulk_update``, whose statements repeat the id of each row in each column.
    """
    rows, names = list(rows), sorted(set(names))
    for start in range(0, len(rows) if names else 0, BATCH):
        _update(rows[start : start + BATCH], names)


def _update(rows: Sequence[models.Model], names: Iterable[str]) -> None:
    meta, quoted = rows[0]._meta, connection.ops.quote_name
    fields: list[Any] = [meta.pk, *(meta.get_field(name) for name in names)]
    columns = [quoted(field.column) for field in fields]
    given = [field.get_db_prep_save(field.pre_save(row, add=False), connection) for row in rows for field in fields]
    # Values of the first row say the types of all; lengths are left to the columns, since a cast would cut text off.
    typed = ", ".join(f"%s::{VARCHAR.sub('text', field.db_type(connection))}" for field in fields)
    plain = ", ".join(["%s"] * len(fields))
    values = ", ".join([f"({typed})", *[f"({plain})"] * (len(rows) - 1)])
    changes = ", ".join(f"{column} = new.{column}" for column in columns[1:])
    statement = (  # no translation: SQL
        f"UPDATE {quoted(meta.db_table)} AS old SET {changes}"  # noqa: S608 -- the model's own names
        f" FROM (VALUES {values}) AS new ({', '.join(columns)}) WHERE old.{columns[0]} = new.{columns[0]}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
