"""Turn events into text: who did what when and where, and each field before and after.

A model may say how its history reads: ``history_silent`` are columns that are not shown, ``history_name`` is true if
``str()`` names a row, ``history_verb(before, after)`` returns the verb of an event (``acts.register_verb``) or nothing,
and ``get_absolute_url`` the address of its page.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import NoReverseMatch, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from onestop.history.acts import PARTS_SHOWN, Change, Part
from onestop.history.sources import Source
from onestop.ui.presentation import clock, money, shortday, when

SILENT = {"id", "source_key", "nonce", "written_by"}  # technical columns, not shown; a model may have more


CENTS = 2  # decimal places of money


class Describer:
    """Turn events into changes, with one query for all names of a model that they refer to."""

    def __init__(self, events: dict[Source, list[Any]]) -> None:
        self.events = events
        self.before: dict[tuple[type, int], Any] = {}
        self.names: dict[type[models.Model], dict[Any, str]] = {}
        self._fetch_before()
        self._fetch_names()

    def _fetch_before(self) -> None:
        for source, events in self.events.items():
            ids = [event.event_before_id for event in events if event.pgh_label == "update" and event.event_before_id]
            if ids:
                found = source.event._default_manager.in_bulk(ids)
                self.before |= {(source.event, pk): event for pk, event in found.items()}

    def _fetch_names(self) -> None:
        wanted: dict[type[models.Model], set[Any]] = defaultdict(set)
        for source, events in self.events.items():
            keys = [column for column in source.model._meta.concrete_fields if column.is_relation]
            olds = [old for (model, _pk), old in self.before.items() if model is source.event]
            for event in (*events, *olds):
                for column in keys:
                    wanted[column.related_model].add(  # type: ignore[index]
                        getattr(event, column.attname)
                    )
        for events in self.events.values():
            wanted[get_user_model()] |= {_user_id(event) for event in events}
        for model, ids in wanted.items():
            ids.discard(None)
            rows: Any = model._default_manager.filter(pk__in=ids) if ids else ()
            if ids and hasattr(model, "organization") and not hasattr(model, "name"):
                rows = rows.select_related("organization")
            self.names[model] = {row.pk: str(row) for row in rows}

    # ---------------------------------------------------------------- Changes
    def changes(self) -> list[Change]:
        """Return the changes, newest first."""
        acts: dict[Any, list[tuple[Source, Any]]] = defaultdict(list)
        for source, events in self.events.items():
            for event in events:
                acts[_act(event)].append((source, event))
        newest_first = sorted(acts.values(), key=lambda act: (act[0][1].pgh_created_at, act[0][1].pgh_id), reverse=True)
        changes = (self._change(act) for act in newest_first)
        return [change for change in changes if change.parts]

    def _change(self, act: list[tuple[Source, Any]]) -> Change:
        event = act[0][1]
        context = event.pgh_context or {}
        change = Change(
            at=event.pgh_created_at, who=self._who(event), where=_where(context), technical=_technical(context)
        )
        parts = [part for part in self._parts(act) if part.fields or part.verb != "changed"]
        change.parts, change.more = parts[:PARTS_SHOWN], max(0, len(parts) - PARTS_SHOWN)
        return change

    def _who(self, event: Any) -> str:
        name = self.names[get_user_model()].get(_user_id(event), "") or (event.pgh_context or {}).get("by_link")
        return str(name or _("The portal"))

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
        added = [event for event in events if event.pgh_label == "insert"]
        removed = [event for event in events if event.pgh_label == "delete"]
        label = str(source.linked.related_model._meta.verbose_name_plural)
        before, after = (
            ", ".join(names.get(getattr(event, source.linked.attname), "") for event in some)
            for some in (removed, added)
        )
        return capfirst(label), before, after

    def _part(self, source: Source, event: Any) -> Part:
        old = self.before.get((source.event, event.event_before_id)) if event.pgh_label == "update" else None
        part = Part(
            verb=_verb(source.model, event, old), thing=_thing(source.model), name=self._name(event),
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
        silent = SILENT | {"archived_at"} | set(getattr(model, "history_silent", ()))
        for column in model._meta.concrete_fields:
            if column.name in silent or not hasattr(new, column.attname):
                continue
            after = self._text(column, getattr(new, column.attname))
            before = self._text(column, getattr(old, column.attname)) if old is not None else ""
            if before != after and (old is not None or column.editable):
                yield capfirst(str(column.verbose_name)), before, after

    def _text(self, column: Any, value: Any) -> str:
        if value is None or value == "" or value == []:
            return ""
        if column.is_relation:
            return self.names[column.related_model].get(value, "")
        if isinstance(column, ArrayField):
            return ", ".join(self._text(column.base_field, item) for item in value)
        if column.choices:
            return str(dict(column.flatchoices).get(value, value))
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        if isinstance(value, datetime):
            return when(value, "plain")
        if isinstance(value, time):
            return clock(value)
        if isinstance(value, date):
            return shortday(value)
        if isinstance(column, models.DecimalField) and column.decimal_places == CENTS:
            return money(value)
        return _json_in_words(value) if isinstance(value, dict | list) else str(value)


def _json_in_words(value: Any) -> str:
    """Return what a column of JSON holds, as words: "hours: 12; days: Mon, Tue"."""
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_json_in_words(inner)}" for name, inner in value.items())
    if isinstance(value, list):
        return ", ".join(map(_json_in_words, value))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return "" if value is None else str(value)


def _thing(model: type[models.Model]) -> str:
    return str(model._meta.verbose_name)


def _own_name(event: Any) -> str:
    """Return the text of a row without a name, from its own columns: hours, absences, reviews."""
    model = event._meta.get_field("pgh_obj").related_model
    return str(_row(model, event)) if getattr(model, "history_name", False) else ""


def _row(model: type[models.Model], event: Any) -> models.Model:
    """Return a row as it was at an event."""
    columns = (column.attname for column in model._meta.concrete_fields)
    return model(**{name: getattr(event, name) for name in columns if hasattr(event, name)})


def _act(event: Any) -> tuple[Any, ...]:
    return event.pgh_created_at, str(sorted((event.pgh_context or {}).items()))


def _user_id(event: Any) -> Any:
    return (event.pgh_context or {}).get("user")


def _verb(model: type[models.Model], event: Any, old: Any) -> str:
    own: Any = getattr(model, "history_verb", None)
    if own and (verb := own(old, event)):
        return str(verb)
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
        return _("proposed by %(name)s") % {"name": name}
    if context.get("by_link"):
        return _("through the link in an email")
    if context.get("task") == "import":
        return _("import of %(file)s") % {"file": context["file"]} if context.get("file") else _("import of a file")
    if context.get("command") or context.get("task"):
        return _("automatically")
    return _("administration") if str(context.get("url") or "").startswith(f"/{settings.ADMIN_PATH}") else ""


def _technical(context: dict[str, Any]) -> list[tuple[str, str]]:
    labels = (("url", _("Page")), ("command", _("Command")), ("task", _("Task")))
    return [(label, str(context[key])) for key, label in labels if context.get(key)]


def _address(model: type[models.Model], event: Any) -> str:
    """Return the address of the page of a row, if its kind has one."""
    try:
        if hasattr(model, "get_absolute_url"):
            return str(_row(model, event).get_absolute_url())  # type: ignore[attr-defined]
        return reverse(f"{model._meta.app_label}:{model._meta.model_name}_detail", args=[event.pgh_obj_id])
    except NoReverseMatch:
        return ""
