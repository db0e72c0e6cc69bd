"""The history of an object, newest first, one page at a time."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, overload

from django.db import models
from django.db.models import Max, OuterRef, QuerySet, Subquery

from onestop.history.acts import Change
from onestop.history.describing import Describer
from onestop.history.sources import Source, source_at, source_of
from onestop.ops.request_numbers import whole_number


class Changes(Sequence[Change]):
    """A lazy list of changes: two queries for a page, and a few for each model in it."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self.sources = list(sources)

    @cached_property
    def _moments(self) -> QuerySet:
        # All events of one transaction have the same time, which makes them one change.
        first, *rest = [source.events().values_list("pgh_created_at", flat=True) for source in self.sources]
        return (first.union(*rest) if rest else first.distinct()).order_by("-pgh_created_at")

    def __len__(self) -> int:
        return self._count

    @cached_property
    def _count(self) -> int:
        return self._moments.count()

    @overload
    def __getitem__(self, index: int) -> Change: ...
    @overload
    def __getitem__(self, index: slice) -> list[Change]: ...
    def __getitem__(self, index: int | slice) -> Change | list[Change]:
        if isinstance(index, int):
            return self[index : index + 1][0]
        moments = list(self._moments[index])
        return self._read({"pgh_created_at__in": moments}) if moments else []

    @property
    def version(self) -> str:
        """A token that differs after every change."""
        return ".".join(str(source.events().aggregate(last=Max("pgh_id"))["last"] or 0) for source in self.sources)

    def since(self, version: str) -> list[Change]:
        """Return what changed after a version."""
        numbers = [whole_number(number) or 0 for number in version.split(".")]
        if len(numbers) != len(self.sources):
            return self[:5]
        events = {
            source: list(_with_before(source.events().filter(pgh_id__gt=number)))
            for source, number in zip(self.sources, numbers, strict=True)
        }
        return Describer(events).changes()

    def _read(self, filters: dict[str, Any]) -> list[Change]:
        events = {source: list(_with_before(source.events().filter(**filters))) for source in self.sources}
        return Describer(events).changes()


def _with_before(events: QuerySet) -> QuerySet:
    """Annotate each event with the previous one of the same row."""
    earlier = events.model._default_manager.filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__lt=OuterRef("pgh_id"))
    before = Subquery(earlier.order_by("-pgh_id").values("pgh_id")[:1])
    return events.annotate(event_before_id=before).order_by("pgh_id")


def changes_of(thing: models.Model, links: Iterable[str | QuerySet] = ()) -> Changes:
    """Return the history of an object and of its links, newest first, to be sliced.

    ``links`` are names of relations: link tables ("program_links"), related rows ("services"), and foreign keys
    ("organization"). A queryset is for some of the related rows only.
    """
    return Changes(source_at(thing, link) if isinstance(link, str) else source_of(link) for link in ("", *links))
