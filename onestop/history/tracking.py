"""Record the history of every domain model: who changed what, when, on which page, before and after.

PostgreSQL triggers (django-pghistory) write it, so that bulk writes are included; nobody can edit it.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import pghistory
from django.conf import settings
from django.db import models, transaction
from django.utils import translation

Model = TypeVar("Model", bound=type[models.Model])
Given = ParamSpec("Given")
Answer = TypeVar("Answer")


def tracked(*, exclude: list[str] | None = None, parent: str = "") -> Callable[[Model], Model]:
    """Return a class decorator that records every insert, update and delete of the model.

    ``parent`` is the foreign key by which rows of a link table are looked up in the history of their owner.
    """
    options: dict[str, Any] = {"exclude": exclude or []}
    if parent:
        options["meta"] = {"indexes": [models.Index(fields=[parent, "-pgh_id"])]}
    return pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), **options)


def recorded(verb: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """Run a verb in one transaction, and record the person in ``by`` as the author of all its changes.

    What it writes is in the portal's language, also from a page in another one.
    """

    @wraps(verb)
    def run(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
        by: Any = kwargs.get("by")
        signed = {"user": by.pk} if by is not None else {}
        with translation.override(settings.LANGUAGE_CODE), transaction.atomic(), pghistory.context(**signed):
            return verb(*args, **kwargs)

    return run
