"""The Django application of the project itself: commands and templates that every part stands on."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class OnestopConfig(AppConfig):
    """Registers the project's own commands; asks every app where people can go in it."""

    name = "onestop"
    label = "onestop"

    def ready(self) -> None:
        autodiscover_modules("navigation")
