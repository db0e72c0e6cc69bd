"""Is the portal alive, and is it ready? Balancers ask every few seconds, so quick and without a session."""

import time
from collections.abc import Callable, Mapping
from functools import cache as remember

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

PULSE = "pulse"
PULSE_MISSED_AFTER = 95  # seconds: three beats, and a little


class NotReady(Exception):
    """A part of the portal does not answer; the text says which and why, without secrets."""


def record_pulse() -> None:
    """Note that a worker has just done what beat asked of it."""
    cache.set(PULSE, time.time(), timeout=3600)


def pulse_age() -> float | None:
    """Return how many seconds ago a worker last answered beat; nothing if none has, or the cache does not answer."""
    try:
        last = cache.get(PULSE)
    except Exception:  # without Redis there is no pulse
        return None
    return None if last is None else max(0.0, time.time() - last)


@login_not_required
@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """Say that this process answers; nothing else is asked."""
    return JsonResponse({"status": "live"})


@login_not_required
@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Say whether everything that a page needs answers, each part by its name."""
    parts = {name: _try(check) for name, check in CHECKS.items()}
    good = all(part["ok"] for part in parts.values())
    told = {name: _try_to_tell(tell) for name, tell in _told.items()} if parts["database"]["ok"] else {}
    return JsonResponse({"status": "ready" if good else "not ready", **parts, **told}, status=200 if good else 503)


_told: dict[str, Callable[[], Mapping[str, object]]] = {}


def tell_with(name: str, tell: Callable[[], Mapping[str, object]]) -> None:
    """Add figures that a monitor should know, though the portal is ready whatever they are; called when it starts."""
    _told[name] = tell


def _try_to_tell(tell: Callable[[], Mapping[str, object]]) -> dict[str, object]:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 2000")
            return dict(tell())
    except Exception as problem:  # whatever it is, pages do without these figures
        return {"problem": type(problem).__name__}


def _try(check: Callable[[], None]) -> dict[str, object]:
    begun = time.monotonic()
    try:
        check()
    except NotReady as problem:
        return {"ok": False, "problem": str(problem)}
    except Exception as problem:  # whatever it is, the answer is "not ready", and its text may hold secrets
        return {"ok": False, "problem": type(problem).__name__}
    return {"ok": True, "milliseconds": round((time.monotonic() - begun) * 1000)}


def check_database() -> None:
    """Ask PostgreSQL for a row, for two seconds at most."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 2000")
        cursor.execute("SELECT 1")


def check_redis() -> None:
    """Ask Redis for a key; its sockets have timeouts of their own."""
    cache.get(PULSE)


def check_migrations() -> None:
    """Compare the tables with the code.

    :raises NotReady: if migrations wait.
    """
    if not _migrations_applied():
        _migrations_applied.cache_clear()
        raise NotReady("Migrations wait: run manage.py migrate.")


@remember
def _migrations_applied() -> bool:
    # Reading all migrations takes a moment. Once applied they stay so for as long as this process runs its code.
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def check_worker() -> None:
    """Look when a worker last answered beat.

    :raises NotReady: if that is too long ago.
    """
    last = cache.get(PULSE)
    if last is None:
        raise NotReady("No worker has answered yet.")
    if time.time() - last > PULSE_MISSED_AFTER:
        raise NotReady(f"No worker has answered for {round(time.time() - last)} seconds.")


CHECKS = {"database": check_database, "redis": check_redis, "migrations": check_migrations, "worker": check_worker}
