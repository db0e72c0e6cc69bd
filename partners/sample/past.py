"""The history of the sample: past values of its records, their authors and times.

Triggers write history with the current time and user, and it cannot be changed afterwards. Therefore the sample loads
its rows with disabled triggers, and then inserts the events that they would have written over two years.
"""

import contextlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pgtrigger
from django.apps import apps
from django.db import models

from onestop.accounts.models import User

HISTORY = ("insert_insert", "update_update", "delete_delete")  # our triggers, as pghistory names them


@contextlib.contextmanager
def unrecorded() -> Iterator[None]:
    """Load rows without writing history; ``Past`` adds it afterwards."""
    tracked = [model for model in apps.get_models() if hasattr(model, "pgh_event_model")]
    with pgtrigger.ignore(*(f"{model._meta.label}:{name}" for model in tracked for name in HISTORY)):
        yield


@dataclass
class Step:
    """One change of a row, with its values before the change."""

    at: datetime
    by: User | None
    was: dict[str, Any]
    more: dict[str, Any] = field(default_factory=dict)  # context besides the user


@dataclass
class Past:
    """Events to be inserted, in chronological order."""

    events: dict[type[models.Model], list[Any]] = field(default_factory=lambda: defaultdict(list))

    def add(self, row: models.Model, *, at: datetime, by: User | None, steps: Iterable[Step] = ()) -> None:
        """Add the history of a saved row: its insertion, and the steps that changed it to its present values."""
        event, values = _now(row)
        for step in sorted(steps, key=lambda step: step.at, reverse=True):
            self._event(event, row, "update", step.at, step.by, values, step.more)
            values = values | step.was
        self._event(event, row, "insert", at, by, values)

    def add_last(self, row: models.Model, *, at: datetime, by: User | None) -> None:
        """Add one more change of a row that has a history already: since then it has its present values."""
        event, values = _now(row)
        self._event(event, row, "update", at, by, values)

    def _event(
        self,
        event: Any,
        row: models.Model,
        label: str,
        at: datetime,
        by: User | None,
        values: dict[str, Any],
        more: dict[str, Any] | None = None,
    ) -> None:
        context = {"user": by.pk} | (more or {}) if by else more or None
        told = event(pgh_created_at=at, pgh_label=label, pgh_obj_id=row.pk, pgh_context=context, **values)
        self.events[event].append(told)

    def write(self) -> None:
        """Insert all events, those of each table in chronological order."""
        for event, told in self.events.items():
            with _dated_by_us(event):
                event._default_manager.bulk_create(sorted(told, key=_when), batch_size=500)


def _now(row: models.Model) -> tuple[Any, dict[str, Any]]:
    """Return the event model of a row, and its present values."""
    model: Any = type(row)
    event = model.pgh_event_model
    columns = [column.attname for column in event._meta.concrete_fields if not column.name.startswith("pgh_")]
    return event, {column: getattr(row, column) for column in columns}


def _when(event: Any) -> datetime:
    when: datetime = event.pgh_created_at
    return when


@contextlib.contextmanager
def _dated_by_us(event: type[models.Model]) -> Iterator[None]:
    """Keep the given time of events, which Django would set to now."""
    column: Any = event._meta.get_field("pgh_created_at")
    column.auto_now_add = False
    try:
        yield
    finally:
        column.auto_now_add = True
