"""Wake workers. Tasks are sent by name, so that code that requests work does not import code that does it."""

import logging

from celery import current_app
from django.db import transaction

log = logging.getLogger(__name__)


def send(task: str, *args: int | str) -> None:
    """Put a task into its queue now.

    :raises kombu.exceptions.OperationalError: if Redis does not respond.
    """
    current_app.send_task(task, args)


def wake(task: str, *args: int | str) -> None:
    """Put a task into its queue once the transaction is committed.

    Nothing fails without Redis: the job is a row in PostgreSQL, and the sweep finds it.
    """

    def send_or_log() -> None:
        try:
            send(task, *args)
        except Exception:
            log.warning("No worker could be woken for %s %s; the sweep will find it.", task, args)

    transaction.on_commit(send_or_log)
