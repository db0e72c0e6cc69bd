"""The events of an object: its own, and those of related rows."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import QuerySet


@dataclass(frozen=True, eq=False)
class Source:
    """Events that belong to the history of an object: its own, or those of related rows."""

    event: type[models.Model]
    filters: dict[str, Any]
    is_own: bool

    @property
    def model(self) -> type[models.Model]:
        """The model whose rows changed."""
        return self.event._meta.get_field("pgh_obj").related_model  # type: ignore[return-value]

    @cached_property
    def linked(self) -> Any:
        """The foreign key to the linked row, if the model is a link table; otherwise ``None``."""
        others = [column for column in self.model._meta.concrete_fields if not column.primary_key]
        if len(others) != 2 or not all(column.is_relation for column in others):
            return None
        return next(column for column in others if column.attname not in self.filters)

    def events(self) -> QuerySet:
        """Return the events, unordered."""
        return self.event._default_manager.filter(**self.filters).order_by()


def source_at(thing: models.Model, path: str) -> Source:
    """Return the events at the end of a path from the object: "organization", "services"."""
    for name in path.split("__") if path else ():
        relation: Any = thing._meta.get_field(name)
        if relation.one_to_many:
            return _hanging_on(thing, relation)
        thing = getattr(thing, name)
    model: Any = type(thing)
    return Source(model.pgh_event_model, {"pgh_obj_id": thing.pk}, is_own=not path)


def source_of(rows: QuerySet) -> Source:
    """Return the events of these rows, of a model whose rows are never deleted."""
    model: Any = rows.model
    return Source(model.pgh_event_model, {"pgh_obj_id__in": rows.order_by().values("pk")}, is_own=False)


def _hanging_on(thing: models.Model, relation: Any) -> Source:
    child: Any = relation.related_model
    source = Source(child.pgh_event_model, {relation.field.attname: thing.pk}, is_own=False)
    if source.linked or _is_indexed_by(relation.field.name, child.pgh_event_model):
        return source
    # Events are indexed by their row, and rows of these models are never deleted.
    rows = child._default_manager.filter(**source.filters).values("pk")
    return Source(child.pgh_event_model, {"pgh_obj_id__in": rows}, is_own=False)


def _is_indexed_by(name: str, event: type[models.Model]) -> bool:
    """Return whether events are indexed by their owner (``tracked(parent=...)``), which finds deleted rows too."""
    return any(index.fields and index.fields[0] == name for index in event._meta.indexes)
