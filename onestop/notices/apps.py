"""The Django application."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class NoticesConfig(AppConfig):
    """Registers the notices app and the notice types of every app."""

    name = "onestop.notices"

    def ready(self) -> None:
        from onestop.jobs import queues

        # Importing codes and digests declares their types, and importing load its measure.
        from onestop.notices import codes, digests, load, outbox_stats  # noqa: F401
        from onestop.notices.metrics import measure_outbox, measure_work
        from onestop.ops import health, metrics

        autodiscover_modules("notices")
        queues.watch_queue("notices", outbox_stats.load)
        health.add_report("notices", lambda at: outbox_stats.readiness(at=at))
        metrics.measure_with(measure_outbox, measure_work)
