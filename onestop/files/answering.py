"""Whether the storage of files and the virus scanner answer: asked every two minutes, shown by /health/ready.

It does not decide whether the portal is ready: pages without files work without both.
"""

import logging
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from onestop.files import clamd

log = logging.getLogger(__name__)
KEPT = 20 * 60  # seconds; longer than between two checks
OK, SILENT, UNKNOWN, OFF = "ok", "does not answer", "not checked yet", "off"


def check_services() -> Mapping[str, str]:
    """Ask the storage and the scanner, record their answers, and return them."""
    found = {"storage": _ask("storage", _try_storage)}
    found["scanner"] = _ask("scanner", lambda: clamd.ping(settings.CLAMAV_URL)) if settings.CLAMAV_URL else OFF
    cache.set_many({f"files:{name}": answer for name, answer in found.items()}, KEPT)
    return found


def readiness(at: datetime) -> dict[str, object]:
    """Return the last answers, for monitors."""
    scanner = cache.get("files:scanner", UNKNOWN) if settings.CLAMAV_URL else OFF
    return {"storage": cache.get("files:storage", UNKNOWN), "scanner": scanner}


def _ask(name: str, ask: Callable[[], None]) -> str:
    try:
        ask()
    except Exception as problem:  # whatever it is, the log says so, and files are not to be relied on
        log.error("The %s of files does not answer: %s", name, problem)
        return SILENT
    return OK


def _try_storage() -> None:
    name = default_storage.save(f"probe/{secrets.token_hex(8)}", ContentFile(b"probe"))
    try:
        with default_storage.open(name) as probe:
            probe.read()
    finally:
        default_storage.delete(name)
