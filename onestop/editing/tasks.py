"""Celery tasks of forms."""

from celery import shared_task
from django.utils import timezone

from onestop.editing import idempotency


@shared_task
def forget_old_idempotency_keys() -> None:
    """Delete the keys of forms that nobody will send again."""
    idempotency.forget_old_keys(at=timezone.now())
