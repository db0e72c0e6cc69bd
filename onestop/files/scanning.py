"""The virus scan of stored files, if CLAMAV_URL is set: waiting, then clean or refused.

It fails closed: while the scanner does not answer, files wait, and nobody can download them.
"""

import logging
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy

from onestop.files import clamd
from onestop.files.models import StoredFile
from onestop.files.storing import delete_contents, wake
from onestop.files.uses import UnknownFileUse, use_of
from onestop.history.tracking import recorded
from onestop.jobs import leases
from onestop.notices.notify import notify
from onestop.ui.sentences import retold as _

log = logging.getLogger(__name__)
State = StoredFile.State

INFECTED = gettext_lazy("The virus scanner found %(virus)s in it, so it was deleted.")
TOO_LARGE = gettext_lazy("It is larger than the virus scanner accepts, so it was deleted. Upload a smaller file.")
GONE = gettext_lazy("It was not stored completely. Upload it again.")
SILENT = gettext_lazy("The virus scanner does not respond.")


def scan_file(file_id: int, *, at: datetime) -> bool:
    """Scan a waiting file, unless another worker does; return whether there is a verdict."""
    file = leases.take(StoredFile.objects.waiting(), file_id)
    if file is None:
        return False
    try:
        with leases.renewed(file):
            problem = _problem_of(file)
    except (clamd.ScannerDoesNotAnswer, OSError) as problem_with_scan:
        log.error("Stored file %s cannot be scanned and has to wait: %s", file.pk, problem_with_scan)
        leases.mine(file).update(message=str(SILENT), tries=0, **leases.UNCLAIMED)
        return False
    return settle(file, problem, by=None, at=at)


def _problem_of(file: StoredFile) -> str:
    """Return why a file is refused, or an empty text."""
    if not settings.CLAMAV_URL:  # no longer: files that waited are treated as new ones are
        return ""
    try:
        with file.file.open("rb") as contents:
            verdict = clamd.scan(settings.CLAMAV_URL, contents)
    except FileNotFoundError:
        return str(GONE)
    except clamd.TooLargeForScanner:
        log.error("Stored file %s is larger than clamd accepts: raise StreamMaxLength.", file.pk)
        return str(TOO_LARGE)
    return str(INFECTED) % {"virus": verdict.virus} if verdict.virus else ""


@recorded
def settle(file: StoredFile, problem: str, *, by: Any, at: datetime) -> bool:
    """Record the verdict on a file, unless another worker was first; return whether it was recorded."""
    values: dict[str, Any] = {"state": State.CLEAN, "message": ""}
    if problem:
        values = {"state": State.REFUSED, "message": problem, "file": ""}
    changed = StoredFile.objects.waiting().filter(pk=file.pk).update(**values, **leases.UNCLAIMED)
    if changed and problem:
        transaction.on_commit(lambda: delete_contents(file), robust=True)
        _tell(file, problem, at=at)
    return bool(changed)


def _tell(file: StoredFile, problem: str, *, at: datetime) -> None:
    """Tell the person who has uploaded a file that it is refused, and where to upload another one."""
    person = file.by
    if person is None or not person.is_active:
        return
    label, path = _place_of(file, person)
    notify(
        "files.refused",
        key=f"file-refused:{file.pk}",
        to=person,
        at=at,
        context={"person": person, "name": file.name, "label": label, "problem": problem},
        why=_("You uploaded this file."),
        path=path,
    )


def _place_of(file: StoredFile, person: Any) -> tuple[str, str]:
    """Return what a file is for, and the page of what it belongs to, if the person still sees it."""
    try:
        use = use_of(file.use)
    except UnknownFileUse:
        return "", ""
    owner = use.owner_for(file, person)
    return str(use.label), owner.get_absolute_url() if owner else ""


def sweep() -> int:
    """Send waiting files to workers again; return how many. While the scanner does not answer, there is no need."""
    waiting = StoredFile.objects.waiting()
    if settings.CLAMAV_URL and waiting.exists():
        try:
            clamd.ping(settings.CLAMAV_URL)
        except clamd.ScannerDoesNotAnswer as problem:
            log.warning("%s files wait for the virus scan: %s", waiting.count(), problem)
            return 0
    return leases.sweep(waiting, wake)
