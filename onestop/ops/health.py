"""Liveness and readiness checks. Load balancers call them every few seconds, so they are fast and use no session."""

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache as remember

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

PULSE = "pulse"
PULSE_MISSED_AFTER = 95  # seconds: three beats, and a little


class NotReady(Exception):
    """A part of the portal does not respond; the message says why, without secrets."""


def record_pulse() -> None:
    """Record that a worker has just run the task of beat."""
    cache.set(PULSE, time.time(), timeout=3600)


def pulse_age() -> float | None:
    """Return how many seconds ago a worker last ran the task of beat; ``None`` if never, or if the cache fails."""
    try:
        last = cache.get(PULSE)
    except Exception:  # without Redis there is no pulse
        return None
    return None if last is None else max(0.0, time.time() - last)


@login_not_required
@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """Respond that this process is alive; nothing else is checked."""
    return JsonResponse({"status": "live"})


@login_not_required
@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Respond whether each part that a page needs is ready."""
    parts = {name: _try(check) for name, check in CHECKS.items()}
    good = all(part["ok"] for part in parts.values())
    reports = {}
    if parts["database"]["ok"]:
        now = timezone.now()
        reports = {name: _try_report(report, now) for name, report in _reports.items()}
    return JsonResponse({"status": "ready" if good else "not ready", **parts, **reports}, status=200 if good else 503)


Report = Callable[[datetime], Mapping[str, object]]
_reports: dict[str, Report] = {}


def add_report(name: str, report: Report) -> None:
    """Register figures for monitors that do not decide whether the portal is ready; called when the project starts."""
    _reports[name] = report


def _try_report(report: Report, at: datetime) -> dict[str, object]:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 2000")
            return dict(report(at))
    except Exception as problem:  # whatever it is, pages work without these figures
        return {"problem": type(problem).__name__}


def _try(check: Callable[[], None]) -> dict[str, object]:
    begun = time.monotonic()
    try:
        check()
    except NotReady as problem:
        return {"ok": False, "problem": str(problem)}
    except Exception as problem:  # whatever it is, the portal is not ready, and its text may contain secrets
        return {"ok": False, "problem": type(problem).__name__}
    return {"ok": True, "milliseconds": round((time.monotonic() - begun) * 1000)}


def check_database() -> None:
    """Run a query on PostgreSQL, with a timeout of two seconds."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 2000")
        cursor.execute("SELECT 1")


def check_redis() -> None:
    """Read a key from Redis; its sockets have their own timeouts."""
    cache.get(PULSE)


def check_migrations() -> None:
    """Check that all migrations are applied.

    :raises NotReady: if they are not.
    """
    if not _migrations_applied():
        _migrations_applied.cache_clear()
        raise NotReady("Migrations are not applied. Run manage.py migrate.")


@remember
def _migrations_applied() -> bool:
    # Loading all migrations is slow. Once applied, they stay applied while this process runs its code.
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def check_worker() -> None:
    """Check when a worker last ran the task of beat.

    :raises NotReady: if that is too long ago.
    """
    last = cache.get(PULSE)
    if last is None:
        raise NotReady("No worker has responded yet.")
    if time.time() - last > PULSE_MISSED_AFTER:
        raise NotReady(f"No worker has responded for {round(time.time() - last)} seconds.")


CHECKS = {"database": check_database, "redis": check_redis, "migrations": check_migrations, "worker": check_worker}
