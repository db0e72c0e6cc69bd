"""The Django application."""

from django.apps import AppConfig
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules


class NoticesConfig(AppConfig):
    """Registers the notices app; asks every app what it tells people."""

    name = "onestop.notices"

    def ready(self) -> None:
        from onestop.jobs import queues
        from onestop.notices import digests, figures, measures  # noqa: F401 - digests declares its kind
        from onestop.ops import health, metrics

        autodiscover_modules("notices")
        queues.watch_queue("notices", figures.load)
        health.tell_with("notices", lambda: figures.readiness(at=timezone.now()))
        metrics.measure_with(measures.measure_outbox, measures.measure_work)
