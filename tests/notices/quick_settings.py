"""The tests' settings for workers and beats in processes of their own: a beat that does not let a test wait."""

from tests.settings import *

INSTALLED_APPS = [*INSTALLED_APPS, "tests.notices.planning"]
CELERY_BEAT_SCHEDULE = {
    name: entry | {"schedule": 1}
    for name, entry in CELERY_BEAT_SCHEDULE.items()
    if name in {"sweep-outbox", "plan-notices", "send-digests"}
}
