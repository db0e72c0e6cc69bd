"""The Celery application. Redis only wakes workers; PostgreSQL stores what there is to do."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_init, worker_ready

from onestop.ops.catalogs import demand_fresh_catalogs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onestop.settings")

app = Celery("onestop")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def demand_translations(**_: Any) -> None:
    """Start no worker that would write mails with the translations of another release."""
    demand_fresh_catalogs()


@worker_ready.connect
def pulse_at_once(**_: Any) -> None:
    """Record that a worker is running, without waiting for the first round of beat."""
    app.send_task("onestop.tasks.pulse", expires=30)
