"""Store files, let things refer to them, and delete those that nothing refers to."""

import hashlib
import logging
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.files import File
from django.db import Error, models, transaction
from django.utils.translation import gettext as _

from onestop.editing.refusals import Refused
from onestop.files.inspection import CHUNK, Inspected
from onestop.files.models import FOLDER, StoredFile
from onestop.files.storage import FORGOTTEN_AFTER, delete_forgotten, deleted_on_failure
from onestop.files.uses import FileUse, all_uses, use_at
from onestop.history.tracking import recorded
from onestop.jobs import waking

log = logging.getLogger(__name__)
MOST_IN_AN_HOUR = 100  # files that one person may upload, or all without an account for one use: nobody fills the disk
State = StoredFile.State


class CannotUseFile(Refused):
    """A file cannot be stored, or cannot belong to this thing."""


@recorded
def store_file(upload: File, use: FileUse, inspected: Inspected, *, by: Any, at: datetime) -> StoredFile:
    """Store an inspected file. It stays if something refers to it within a day.

    :raises CannotUseFile: if the person has uploaded very many files.
    :raises OSError: if the storage does not take it, as when the disk is full.
    """
    recently = StoredFile.objects.filter(by=by, at__gt=at - timedelta(hours=1))
    if by is None:
        recently = recently.filter(use=use.code)
    if recently.count() >= MOST_IN_AN_HOUR:
        raise CannotUseFile(_("You uploaded very many files in the last hour. Try again later."))
    stored = StoredFile(
        use=use.code, name=inspected.name, kind=inspected.kind, pages=inspected.pages, size=upload.size,
        sha256=_sha256(upload), by=by, at=at, asked_at=at, state=State.WAITING if settings.CLAMAV_URL else State.CLEAN,
    )  # fmt: skip
    stored.file.save(stored.name, upload, save=False)
    with deleted_on_failure(stored.file):
        stored.save()
    if stored.state == State.WAITING:
        wake(stored.pk)
    return stored


def _sha256(file: File) -> str:
    whole = hashlib.sha256()
    for chunk in file.chunks(CHUNK):
        whole.update(chunk)
    file.seek(0)
    return whole.hexdigest()


def wake(file_id: int) -> None:
    """Send a file to the virus scan once the transaction is committed."""
    waking.wake("onestop.files.tasks.scan_file", file_id)


def demand_usable(file: StoredFile | None, owner: models.Model, field: str, *, by: Any) -> None:
    """Check that a thing may refer to a file from now on. Call it in the verb that saves the thing.

    :raises CannotUseFile: if the file is no longer stored, was refused, or is somebody else's or another thing's.
    """
    if file is None or file.pk == getattr(owner, f"{field}_id"):
        return
    # Lock: the clean-up must not delete it at the same moment, and the scan must not refuse it unseen.
    file = StoredFile.objects.select_for_update(no_key=True).filter(pk=file.pk).first()
    use = use_at(owner, field)
    if file is None or file.use != use.code or file.by_id != getattr(by, "pk", None):
        raise CannotUseFile(_("This file is no longer stored. Choose it again."), field=field)
    if file.is_refused:
        raise CannotUseFile(file.message, field=field)
    if use.owners_of(file).exclude(pk=owner.pk).exists():
        raise CannotUseFile(_("This file already belongs to another entry. Choose it again."), field=field)


# ---------------------------------------------------------------- Clean-up
def clean_up(*, at: datetime) -> int:
    """Delete files that nothing refers to and never did, a day after their upload; return how many."""
    for month in {f"{day:%Y-%m}" for day in (at, at.replace(day=1) - timedelta(days=1))}:  # this one and the last
        delete_forgotten(StoredFile, "file", f"{FOLDER}/{month}", at=at)
    count = 0
    old = StoredFile.objects.filter(at__lt=at - FORGOTTEN_AFTER)
    for use in all_uses():
        for pk in list(use.unused(old).order_by("pk").values_list("pk", flat=True)):
            count += _delete_unused(use, pk)
    return count


def _delete_unused(use: FileUse, pk: int) -> bool:
    try:
        with transaction.atomic():
            # Lock: somebody may be saving a thing with this file. They come first.
            rows = StoredFile.objects.select_for_update(skip_locked=True).filter(pk=pk)
            if not (file := rows.first()) or not use.unused(StoredFile.objects.filter(pk=pk)).exists():
                return False
            file.delete()
            transaction.on_commit(lambda: delete_contents(file), robust=True)
    except Error:
        log.warning("Stored file %s could not be deleted.", pk, exc_info=True)
        return False
    return True


def delete_contents(file: StoredFile) -> None:
    """Delete the contents of a file, after its row no longer names them."""
    if file.file:
        file.file.delete(save=False)
