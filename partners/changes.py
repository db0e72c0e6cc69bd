"""What changed: the history of a thing in words, for everybody who sees the thing.

Triggers keep an event for every insert, update and delete (``onestop.history``). Here events become sentences: who did
what when, where, and each field before and after. What one act wrote, to however many tables, is one change.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property
from typing import Any, overload

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Max, OuterRef, QuerySet, Subquery
from django.urls import NoReverseMatch, reverse
from django.utils.text import capfirst

from onestop.accounts.models import User
from onestop.presentation import clock, shortday, when
from partners.refusals import Refused

PARTS_SHOWN = 40  # of one change: an import may touch thousands of rows at once
SILENT = {"id", "source_key", "nonce", "written_by"}  # nobody reads these

VERB_ICONS = {
    "added": "plus-circle",
    "changed": "pencil",
    "archived": "archive",
    "restored": "arrow-counterclockwise",
    "confirmed": "check-circle-fill",
    "approved": "patch-check",
    "removed": "dash-circle",
}


class ChangedMeanwhile(Refused):
    """Somebody else has saved the thing since the person opened it."""


@dataclass
class Part:
    """What became of one row: its name, and the fields that differ as (label, before, after)."""

    verb: str
    thing: str = ""
    name: str = ""
    url: str = ""
    is_own: bool = False
    fields: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass
class Change:
    """One act: everything that one person wrote in one go."""

    at: datetime
    who: str
    where: str
    parts: list[Part] = field(default_factory=list)
    more: int = 0

    @property
    def verb(self) -> str:
        """The word for the act as a whole."""
        own = [part for part in self.parts if part.is_own] or self.parts
        return own[0].verb if own else "changed"

    @property
    def icon(self) -> str:
        """The sign before the act."""
        return VERB_ICONS.get(self.verb, "pencil")

    @property
    def kind(self) -> str:
        """The colour of its sign."""
        return {"confirmed": "good", "approved": "good", "restored": "good", "added": "way", "changed": "way"}.get(
            self.verb, ""
        )


@dataclass(frozen=True, eq=False)
class Source:
    """Events that belong to a thing's history: its own, or those of rows that hang on it."""

    event: type[models.Model]
    filters: dict[str, Any]
    is_own: bool

    @property
    def model(self) -> type[models.Model]:
        """The table whose rows changed."""
        return self.event._meta.get_field("pgh_obj").related_model  # type: ignore[return-value]

    @cached_property
    def linked(self) -> Any:
        """The foreign key to what is linked, if the table only links its owner with something; otherwise None."""
        others = [column for column in self.model._meta.concrete_fields if not column.primary_key]
        if len(others) != 2 or not all(column.is_relation for column in others):
            return None
        return next(column for column in others if column.attname not in self.filters)

    def events(self) -> QuerySet:
        """Return the events, without an order."""
        return self.event._default_manager.filter(**self.filters).order_by()


def _source(thing: models.Model, path: str) -> Source:
    """Find the events of what stands at the end of a path from the thing: "organization", "services"."""
    for name in path.split("__") if path else ():
        relation: Any = thing._meta.get_field(name)
        if relation.one_to_many:
            return _hanging_on(thing, relation)
        thing = getattr(thing, name)
    model: Any = type(thing)
    return Source(model.pgh_event_model, {"pgh_obj_id": thing.pk}, is_own=not path)


def _hanging_on(thing: models.Model, relation: Any) -> Source:
    child: Any = relation.related_model
    source = Source(child.pgh_event_model, {relation.field.attname: thing.pk}, is_own=False)
    if source.linked or _is_indexed_by(relation.field.name, child.pgh_event_model):
        return source
    # Events are indexed by their row, and such rows are never deleted.
    rows = child._default_manager.filter(**source.filters).values("pk")
    return Source(child.pgh_event_model, {"pgh_obj_id__in": rows}, is_own=False)


def _is_indexed_by(name: str, event: type[models.Model]) -> bool:
    """Whether the events of deleted rows can be found too: by their owner, as ``tracked(parent=...)`` says."""
    return any(index.fields and index.fields[0] == name for index in event._meta.indexes)


def version_of(thing: models.Model, links: Iterable[str] = ()) -> str:
    """Return a token that changes with every change of the thing and of what hangs on it."""
    return changes_of(thing, links).version


def demand_version(thing: models.Model, links: Iterable[str], version: str) -> None:
    """Refuse to go on if somebody has saved since ``version``; without one, nobody has asked. Lock the thing first.

    :raises ChangedMeanwhile: if so.
    """
    if version and version != version_of(thing, links):
        raise ChangedMeanwhile("Somebody else has saved this while you had it open.")


def apply_facts(thing: models.Model, facts: Mapping[str, Any]) -> list[str]:
    """Set the facts that differ from what the thing holds; return their names, for ``update_fields``."""
    changed = [name for name, value in facts.items() if getattr(thing, name) != value]
    for name in changed:
        setattr(thing, name, facts[name])
    return changed


def changes_of(thing: models.Model, links: Iterable[str] = ()) -> "Changes":
    """Return the history of a thing, newest first, to be sliced; with its links' history too.

    ``links`` are names of relations: link tables ("program_links"), rows that hang on it ("services"), and what it
    points at ("organization").
    """
    return Changes(_source(thing, path) for path in ("", *links))


class Changes(Sequence[Change]):
    """A lazy list of changes: two queries for a page, and a few for each kind of row in it."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self.sources = list(sources)

    @cached_property
    def _moments(self) -> QuerySet:
        # What one transaction wrote carries one time: that is what makes it one change.
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
        """A token that changes with every change."""
        return ".".join(str(source.events().aggregate(last=Max("pgh_id"))["last"] or 0) for source in self.sources)

    def since(self, version: str) -> list[Change]:
        """Return what changed after a version."""
        numbers = [int(number) if number.isdecimal() else 0 for number in version.split(".")]
        if len(numbers) != len(self.sources):
            return self[:5]
        events = {
            source: list(_with_before(source.events().filter(pgh_id__gt=number)))
            for source, number in zip(self.sources, numbers, strict=True)
        }
        return self._tell(events)

    def _read(self, filters: dict[str, Any]) -> list[Change]:
        return self._tell({source: list(_with_before(source.events().filter(**filters))) for source in self.sources})

    def _tell(self, events: dict[Source, list[Any]]) -> list[Change]:
        return Teller(events).changes()


def _with_before(events: QuerySet) -> QuerySet:
    """Say of each event which one went before it on the same row."""
    earlier = events.model._default_manager.filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__lt=OuterRef("pgh_id"))
    return events.annotate(before_id=Subquery(earlier.order_by("-pgh_id").values("pgh_id")[:1])).order_by("pgh_id")


class Teller:
    """Turns events into changes, fetching at once all the names that they mention."""

    def __init__(self, events: dict[Source, list[Any]]) -> None:
        self.events = events
        self.before: dict[tuple[type, int], Any] = {}
        self.names: dict[type[models.Model], dict[Any, str]] = {}
        self._fetch_before()
        self._fetch_names()

    def _fetch_before(self) -> None:
        for source, events in self.events.items():
            ids = [event.before_id for event in events if event.pgh_label == "update" and event.before_id]
            if ids:
                found = source.event._default_manager.in_bulk(ids)
                self.before |= {(source.event, pk): event for pk, event in found.items()}

    def _fetch_names(self) -> None:
        wanted: dict[type[models.Model], set[Any]] = defaultdict(set)
        for source, events in self.events.items():
            keys = [column for column in source.model._meta.concrete_fields if column.is_relation]
            olds = [old for (model, _), old in self.before.items() if model is source.event]
            for event in (*events, *olds):
                for column in keys:
                    wanted[column.related_model].add(  # type: ignore[index]
                        getattr(event, column.attname)
                    )
        for events in self.events.values():
            wanted[User] |= {_user_id(event) for event in events}
        for model, ids in wanted.items():
            ids.discard(None)
            rows: Any = model._default_manager.filter(pk__in=ids) if ids else ()
            if ids and hasattr(model, "organization") and not hasattr(model, "name"):
                rows = rows.select_related("organization")
            self.names[model] = {row.pk: str(row) for row in rows}

    # ---------------------------------------------------------------- Acts
    def changes(self) -> list[Change]:
        """Return the acts, newest first."""
        acts: dict[Any, list[tuple[Source, Any]]] = defaultdict(list)
        for source, events in self.events.items():
            for event in events:
                acts[_act(event)].append((source, event))
        newest_first = sorted(acts.values(), key=lambda act: (act[0][1].pgh_created_at, act[0][1].pgh_id), reverse=True)
        told = (self._change(act) for act in newest_first)
        return [change for change in told if change.parts]

    def _change(self, act: list[tuple[Source, Any]]) -> Change:
        event = act[0][1]
        change = Change(at=event.pgh_created_at, who=self._who(event), where=_where(event.pgh_context or {}))
        parts = [part for part in self._parts(act) if part.fields or part.verb != "changed"]
        change.parts, change.more = parts[:PARTS_SHOWN], max(0, len(parts) - PARTS_SHOWN)
        return change

    def _who(self, event: Any) -> str:
        name = self.names[User].get(_user_id(event), "") or (event.pgh_context or {}).get("by_link")
        return str(name or "The portal")

    def _parts(self, act: list[tuple[Source, Any]]) -> Iterator[Part]:
        links: dict[Source, list[Any]] = defaultdict(list)
        parts: list[Part] = []
        for source, event in act:
            if source.linked:
                links[source].append(event)
            else:
                parts.append(self._part(source, event))
        if links:
            own = next((part for part in parts if part.is_own), None)
            if own is None:
                own = Part("changed", is_own=True)
                parts.insert(0, own)
            own.fields += [self._link_field(source, events) for source, events in links.items()]
        yield from parts

    def _link_field(self, source: Source, events: list[Any]) -> tuple[str, str, str]:
        names = self.names[source.linked.related_model]
        came = [event for event in events if event.pgh_label == "insert"]
        went = [event for event in events if event.pgh_label == "delete"]
        label = str(source.linked.related_model._meta.verbose_name_plural)
        words = [
            ", ".join(names.get(getattr(event, source.linked.attname), "") for event in some) for some in (went, came)
        ]
        return capfirst(label), words[0], words[1]

    def _part(self, source: Source, event: Any) -> Part:
        old = self.before.get((source.event, event.before_id)) if event.pgh_label == "update" else None
        part = Part(
            verb=_verb(event, old), thing=_thing(source.model), name=self._name(event),
            url=_address(source.model, event), is_own=source.is_own,
        )  # fmt: skip
        if event.pgh_label == "update" and old is not None:
            part.fields = list(self._differences(source.model, old, event))
        elif event.pgh_label == "insert":
            part.fields = list(self._differences(source.model, None, event))
        return part

    def _name(self, event: Any) -> str:
        if name := getattr(event, "name", "") or getattr(event, "wording", "") or _own_name(event):
            return str(name)
        related = {column.name: column.related_model for column in event._meta.concrete_fields if column.is_relation}
        for model in ("organization", "user", "center", "partnership"):
            key = getattr(event, f"{model}_id", None)
            if name := self.names.get(related.get(model), {}).get(key, ""):  # type: ignore[arg-type]
                return name
        return ""

    # ---------------------------------------------------------------- Fields
    def _differences(self, model: type[models.Model], old: Any, new: Any) -> Iterator[tuple[str, str, str]]:
        for column in model._meta.concrete_fields:
            if column.name in SILENT or column.name == "archived_at" or not hasattr(new, column.attname):
                continue
            after = self._say(column, getattr(new, column.attname))
            before = self._say(column, getattr(old, column.attname)) if old is not None else ""
            if before != after and (old is not None or column.editable):
                yield capfirst(str(column.verbose_name)), before, after

    def _say(self, column: Any, value: Any) -> str:
        if value is None or value == "" or value == []:
            return ""
        if column.is_relation:
            return self.names[column.related_model].get(value, "")
        if isinstance(column, ArrayField):
            return ", ".join(self._say(column.base_field, item) for item in value)
        if column.choices:
            return str(dict(column.flatchoices).get(value, value))
        if isinstance(value, bool):
            return "Yes" if value else "No"
        if isinstance(value, datetime):
            return when(value, "plain")
        if isinstance(value, time):
            return clock(value)
        return shortday(value) if isinstance(value, date) else str(value)


def _thing(model: type[models.Model]) -> str:
    name = str(model._meta.verbose_name)
    return "partner" if name == "partnership" else name


def _own_name(event: Any) -> str:
    """Return what a row without a name calls itself, out of its own columns: hours, days away, reviews."""
    model = event._meta.get_field("pgh_obj").related_model
    if not getattr(model, "says_itself", False):
        return ""
    columns = (column.attname for column in model._meta.concrete_fields)
    return str(model(**{name: getattr(event, name) for name in columns if hasattr(event, name)}))


def _act(event: Any) -> tuple[Any, ...]:
    return event.pgh_created_at, str(sorted((event.pgh_context or {}).items()))


def _user_id(event: Any) -> Any:
    return (event.pgh_context or {}).get("user")


def _verb(event: Any, old: Any) -> str:
    if event.pgh_label != "update":
        return {"insert": "added", "delete": "removed"}[event.pgh_label]
    if old is not None and hasattr(event, "archived_at") and bool(event.archived_at) != bool(old.archived_at):
        return "archived" if event.archived_at else "restored"
    if old is not None and hasattr(event, "verified_on") and event.verified_on and event.verified_on != old.verified_on:
        return "confirmed"
    if old is not None and getattr(event, "approved_at", None) and event.approved_at != old.approved_at:
        return "approved"
    return "changed"


def _where(context: dict[str, Any]) -> str:
    if name := context.get("proposed_by"):
        return f"proposed by {name}"
    if context.get("by_link"):
        return "by the e-mailed link"
    if context.get("task") == "import":
        return f"import of {context.get('file') or 'a file'}"
    if name := context.get("command"):
        return f"command {name}"
    if name := context.get("task"):
        return f"in the background: {name}"
    url = str(context.get("url") or "")
    if url.startswith(f"/{settings.ADMIN_PATH}"):
        return "administration"
    return f"page {url}" if url else ""


def _address(model: type[models.Model], event: Any) -> str:
    try:
        return reverse(f"partners:{model._meta.model_name}_detail", args=[event.pgh_obj_id])
    except NoReverseMatch:
        return ""
