"""The Django application."""

from django.apps import AppConfig


class EditingConfig(AppConfig):
    """Registers the table of idempotency keys."""

    name = "onestop.editing"
