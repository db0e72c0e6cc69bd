"""The Django application of the project itself: commands and templates that every part stands on."""

from django.apps import AppConfig


class OnestopConfig(AppConfig):
    """Registers the project's own commands."""

    name = "onestop"
    label = "onestop"
