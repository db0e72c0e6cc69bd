"""Every form that adds something: who sends it, from which page, and with what; a module for each app.

A module has ``ADD_FORMS``, its forms by the name of their URL, and ``REPEATABLE``, a pattern of the names of URLs that
take a POST and need no key, because a second POST finds the work done.
"""

import re
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

from django.apps import apps
from django.db import connection

from onestop.editing.idempotency import FIELD
from tests.add_forms.form import AddForm, Data

HIDDEN = re.compile(r'<input type="hidden"\s+name="([^"]+)"(?:\s+value="([^"]*)")?')
KEY = re.compile(rf'name="{FIELD}" value="([\w-]+)"')
# What each request writes, whatever it is about.
BESIDES = {"sessions.session", "usersessions.usersession", "editing.idempotencykey"}


def _modules() -> Iterator[ModuleType]:
    for info in iter_modules(__path__):
        module = import_module(f"{__name__}.{info.name}")
        if hasattr(module, "ADD_FORMS"):
            yield module


ADD_FORMS: dict[str, AddForm] = {name: form for module in _modules() for name, form in module.ADD_FORMS.items()}
REPEATABLE = re.compile("|".join(module.REPEATABLE for module in _modules()))


def form_of(html: str, address: str, *, is_own: bool) -> str:
    """Return the text of the form on a page that is sent to an address; ``is_own`` if that is the page's own."""
    for form in re.findall(r"<form\b.*?</form>", html, re.DOTALL):
        head = form[: form.index(">")]
        leads_there = f'action="{address}"' in form or (is_own and " action=" not in head)
        if leads_there and KEY.search(form):
            return str(form)
    raise AssertionError(f"No form with an idempotency key leads to {address}.")


def open_form(client: Any, name: str, world: Any) -> Data:
    """Open the page of a form; return its hidden fields."""
    known = ADD_FORMS[name]
    address = known.address(name, world)
    answer = client.get(known.shown_at(name, world))
    assert answer.status_code == 200, answer
    hidden = HIDDEN.findall(form_of(answer.content.decode(), address, is_own=not known.page))
    return {key: value for key, value in hidden if key != "csrfmiddlewaretoken"}


def rows_of_all_tables() -> dict[str, int]:
    """Return how many rows each table has that holds any, in one query: it is asked for thrice for each form."""
    tables = {model._meta.db_table: model._meta.label_lower for model in apps.get_models() if model._meta.managed}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname = ANY(%s)"
            " AND pg_relation_size(oid) > 0",
            [[table for table, label in tables.items() if label not in BESIDES]],
        )
        used = [name for (name,) in cursor.fetchall()]
        counts = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM \"{name}\"" for name in used)
        cursor.execute(counts or "SELECT NULL, 0 WHERE false")
        return {tables[name]: number for name, number in cursor.fetchall() if number}
