"""The Django application."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Registers the notices app."""

    name = "onestop.notices"
