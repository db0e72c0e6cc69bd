"""Save a form: call one verb, show its refusals at the fields, and keep all input when two people save at once."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.db import models
from django.http import HttpRequest

from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.refusals import Refused
from onestop.editing.versions import ChangedMeanwhile
from onestop.history.reading import changes_of


def save(form: Any, verb: Callable[[], Any]) -> Any:
    """Call the verb and return its result; if it refuses, add the error to the form and return ``None``."""
    try:
        return verb() or True
    except ChangedMeanwhile:
        raise
    except Refused as problem:
        problem.show_in(form)
        return None


def save_edit(
    form: ConflictForm,
    verb: Callable[[], Any],
    thing: models.Model,
    saved: Callable[[], dict[str, Any]],
    links: Iterable[str] = (),
) -> tuple[Any, dict[str, Any]]:
    """Save an edited form, if it was sent and is valid; return the result of the verb, or ``None``, and more context.

    If somebody else saved first, the context has their changes; ``saved`` returns the values as they are now.
    """
    if not (form.is_bound and form.is_valid()):
        return None, {}
    try:
        return save(form, verb), {}
    except ChangedMeanwhile:
        return None, conflict_context(form, thing, links, saved())


def conflict_context(
    form: ConflictForm, thing: models.Model, links: Iterable[str], saved: dict[str, Any]
) -> dict[str, Any]:
    """Return the context of a page after somebody else has saved: their changes, and the fields that both changed."""
    history = changes_of(thing, links)
    changes = history.since(form.version)
    conflicts = form.reconcile(saved, history.version)
    return {"conflict_changes": changes, "conflicts": conflicts}


def say_done(request: HttpRequest, words: str, undo: str = "") -> None:
    """Show a success message; ``undo`` is the URL where a POST undoes the action."""
    messages.success(request, words, extra_tags=f"undo:{undo}" if undo else "")


def say_refused(request: HttpRequest, problem: Refused) -> None:
    """Show why nothing was done."""
    messages.error(request, str(problem))
