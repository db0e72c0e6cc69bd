"""The history of the sample: what its records said before, who changed it, and when.

History is written by triggers, as of now and by whoever is signed in, and nobody can change it afterwards. So the
sample loads its rows with the triggers silent, and then adds the events that they would have written over two years.
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
    """Load rows without writing history, which ``Past`` adds afterwards."""
    tracked = [model for model in apps.get_models() if hasattr(model, "pgh_event_model")]
    with pgtrigger.ignore(*(f"{model._meta.label}:{name}" for model in tracked for name in HISTORY)):
        yield


@dataclass
class Step:
    """One change of a row: what it said before."""

    at: datetime
    by: User | None
    was: dict[str, Any]
    more: dict[str, Any] = field(default_factory=dict)  # what its context tells besides who it was


@dataclass
class Past:
    """Events to be added, in the order of time."""

    events: dict[type[models.Model], list[Any]] = field(default_factory=lambda: defaultdict(list))

    def add(self, row: models.Model, *, at: datetime, by: User | None, steps: Iterable[Step] = ()) -> None:
        """Tell the past of a saved row: added then by them, and changed in these steps to what it says now."""
        event, values = _now(row)
        for step in sorted(steps, key=lambda step: step.at, reverse=True):
            self._event(event, row, "update", step.at, step.by, values, step.more)
            values = values | step.was
        self._event(event, row, "insert", at, by, values)

    def add_last(self, row: models.Model, *, at: datetime, by: User | None) -> None:
        """Tell one more change of a row whose past was added already: since then it says what it says now."""
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
        """Write all events, each table's in the order of time."""
        for event, told in self.events.items():
            with _dated_by_us(event):
                event._default_manager.bulk_create(sorted(told, key=_when), batch_size=500)


def _now(row: models.Model) -> tuple[Any, dict[str, Any]]:
    """Return the table of a row's events, and what the row says now."""
    model: Any = type(row)
    event = model.pgh_event_model
    columns = [column.attname for column in event._meta.concrete_fields if not column.name.startswith("pgh_")]
    return event, {column: getattr(row, column) for column in columns}


def _when(event: Any) -> datetime:
    when: datetime = event.pgh_created_at
    return when


@contextlib.contextmanager
def _dated_by_us(event: type[models.Model]) -> Iterator[None]:
    """Let events keep the time that we give them; Django would date them now."""
    column: Any = event._meta.get_field("pgh_created_at")
    column.auto_now_add = False
    try:
        yield
    finally:
        column.auto_now_add = True
