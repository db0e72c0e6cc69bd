"""The Django application of the project itself: its commands, and what every app registers."""

from django.apps import AppConfig
from django.conf import settings
from django.contrib.admin import apps as admin_apps
from django.utils.module_loading import autodiscover_modules


class OnestopConfig(AppConfig):
    """Registers the project's own commands, and the navigation and to-do items of every app."""

    name = "onestop"
    label = "onestop"
    default = True

    def ready(self) -> None:
        from onestop.jobs import queues
        from onestop.ops import catalogs, health, metrics

        if not settings.PRODUCTION:
            catalogs.compile_stale()

        autodiscover_modules("navigation", "todo")
        health.add_report("queues", queues.readiness)
        metrics.measure_with(queues.measure_queues)


class AdminConfig(admin_apps.AdminConfig):
    """Django's admin, for superusers only."""

    default = False
    default_site = "onestop.ops.admin_site.AdminSite"
