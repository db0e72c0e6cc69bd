"""The Celery application. Redis only wakes workers; what is to be done stands in PostgreSQL."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onestop.settings")

app = Celery("onestop")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
def pulse_at_once(**_: Any) -> None:
    """Show that a worker is there without waiting for beat's first round."""
    app.send_task("onestop.tasks.pulse", expires=30)
