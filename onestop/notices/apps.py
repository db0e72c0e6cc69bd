"""The Django application."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class NoticesConfig(AppConfig):
    """Registers the notices app; asks every app what it tells people."""

    name = "onestop.notices"

    def ready(self) -> None:
        from onestop.notices import digests  # noqa: F401 - declares its kind

        autodiscover_modules("notices")
