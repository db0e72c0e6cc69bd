"""History of every domain table: who changed what, when, on which page, before and after.

Kept by PostgreSQL triggers (django-pghistory), so it also sees bulk writes; nobody can edit it.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import pghistory
from django.db import models

Model = TypeVar("Model", bound=type[models.Model])


def tracked(*, exclude: list[str] | None = None, parent: str = "") -> Callable[[Model], Model]:
    """Return a class decorator that records every insert, update and delete of the model.

    ``parent`` names the foreign key by which rows of a link table are looked up in their owner's history.
    """
    options: dict[str, Any] = {"exclude": exclude or []}
    if parent:
        options["meta"] = {"indexes": [models.Index(fields=[parent, "-pgh_id"])]}
    return pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), **options)
