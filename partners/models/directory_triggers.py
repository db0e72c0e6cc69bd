"""Triggers that keep the search index of services (``Listing``) current.

They run once for each statement, also for bulk writes and writes from outside the portal. The functions that they call
are in the migration ``directory``. An import sets ``onestop.listings`` to ``later`` and refreshes once at its end.
"""

from collections.abc import Callable, Iterable
from typing import TypeVar

import pgtrigger
from django.db import models

SERVICE_COLUMNS = (
    "partnership_id", "name", "description", "kind", "audience", "groups", "eligibility", "cost", "languages", "modes",
    "accommodations", "keywords", "is_public", "archived_at",
)  # fmt: skip

Model = TypeVar("Model", bound=type[models.Model])


def _trigger(operation: pgtrigger.Operation, name: str, func: str) -> pgtrigger.Trigger:
    rows = {
        pgtrigger.Insert: {"new": "new_rows"},
        pgtrigger.Delete: {"old": "old_rows"},
        pgtrigger.Update: {"old": "old_rows", "new": "new_rows"},
    }[operation]
    return pgtrigger.Trigger(
        name=f"directory_{name}",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(**rows),  # type: ignore[no-untyped-call]
        func=f"{func} RETURN NULL;",  # no translation: SQL
    )


def _changed(columns: Iterable[str]) -> str:
    """Return the SQL condition that any of the columns differs between the rows ``n`` and ``o``."""
    new, old = (", ".join(f"{row}.{column}" for column in columns) for row in "no")
    return f"({new}) IS DISTINCT FROM ({old})"  # no translation: SQL


def list_services() -> Callable[[Model], Model]:
    """Return a decorator for the model of services: keep their listings current."""
    return pgtrigger.register(
        _trigger(
            pgtrigger.Insert,
            "insert",
            "PERFORM directory_touch(ARRAY(SELECT id FROM new_rows WHERE archived_at IS NULL));",
        ),
        _trigger(
            pgtrigger.Update,  # a confirmation changes none of these columns, and costs only this comparison
            "update",
            "PERFORM directory_touch(ARRAY(SELECT n.id FROM new_rows n JOIN old_rows o ON o.id = n.id"
            f" WHERE {_changed(SERVICE_COLUMNS)}));",
        ),
        _trigger(pgtrigger.Delete, "delete", "PERFORM directory_touch(ARRAY(SELECT id FROM old_rows));"),
    )


def list_links() -> Callable[[Model], Model]:
    """Return a decorator for a model that links services with something in their listings."""
    return pgtrigger.register(
        _trigger(
            pgtrigger.Insert, "insert", "PERFORM directory_touch(ARRAY(SELECT DISTINCT service_id FROM new_rows));"
        ),
        _trigger(
            pgtrigger.Update,
            "update",
            "PERFORM directory_touch(ARRAY(SELECT service_id FROM new_rows UNION SELECT service_id FROM old_rows));",
        ),
        _trigger(
            pgtrigger.Delete, "delete", "PERFORM directory_touch(ARRAY(SELECT DISTINCT service_id FROM old_rows));"
        ),
    )


def list_named(services: str, *columns: str) -> Callable[[Model], Model]:
    """Return a decorator for a model whose columns are part of the listings of services.

    ``services`` is SQL that selects the services of a changed row; it ends where ``n.id`` is compared.
    """
    return pgtrigger.register(
        _trigger(
            pgtrigger.Update,
            "update",
            f"PERFORM directory_refresh(ARRAY({services} = n.id JOIN old_rows o ON o.id = n.id"
            f" WHERE {_changed(columns)}));",
        )
    )


OF_A_PARTNERSHIP = "SELECT s.id FROM partners_service s JOIN new_rows n ON s.partnership_id"
OF_A_PARTNER = (
    "SELECT s.id FROM partners_service s JOIN partners_partnership p ON p.id = s.partnership_id JOIN new_rows n ON p."
)
OF_AN_ORGANIZATION = f"{OF_A_PARTNER}organization_id"
OF_AN_AREA = f"{OF_A_PARTNER}area_id"
OF_A_CENTER = "SELECT l.service_id FROM partners_servicecenter l JOIN new_rows n ON l.center_id"
OF_A_LOCATION = "SELECT l.service_id FROM partners_servicelocation l JOIN new_rows n ON l.location_id"
OF_A_PROGRAM = "SELECT l.service_id FROM partners_serviceprogram l JOIN new_rows n ON l.program_id"
