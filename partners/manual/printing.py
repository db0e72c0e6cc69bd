"""PDFs of the manual: requested, created by a worker, stored (see ``onestop.jobs.leases``).

If a lease expires and two workers create a PDF, the first to finish stores it; both use the same snapshot.
"""

import hashlib
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.files.pdf import CannotMakePdf, Pdf
from onestop.files.progress import percent_done, say_progress
from onestop.files.storage import delete_forgotten, deleted_on_failure
from onestop.jobs import leases, waking
from partners.manual import paper
from partners.manual.contents import Manual
from partners.models import LocalArea, ManualEdition, ManualPrint

log = logging.getLogger(__name__)
KEPT = timedelta(days=7)  # PDFs of outdated contents
Status = ManualPrint.Status


class AlreadyWaiting(Refused):
    """The person is already waiting for another PDF."""

    def __init__(self, waits_for: ManualPrint) -> None:
        super().__init__(_("You already requested this PDF. You can request another one when it is ready."))
        self.waits_for = waits_for


# ---------------------------------------------------------------- Requests
@transaction.atomic
def ask_for_edition(edition: ManualEdition, variant: str, *, by: User | None, at: datetime) -> ManualPrint:
    """Request a PDF of an edition for ``by``, unless it is ready or in progress.

    :raises AlreadyWaiting: if the person is waiting for another PDF.
    """
    _one_asks_at_a_time(edition.area_id, by)
    there = ManualPrint.objects.filter(edition=edition, variant=variant).first()
    if there and there.status != Status.DROPPED:
        return there
    asked = there or ManualPrint(area_id=edition.area_id, edition=edition, variant=variant, digest=edition.digest)
    return _queue(asked, by=by, at=at)


@transaction.atomic
def ask_for_current(area: LocalArea, manual: Manual, *, by: User | None, at: datetime) -> ManualPrint:
    """Request a PDF of these contents for ``by``, unless it is ready or in progress.

    :raises AlreadyWaiting: if the person is waiting for another PDF.
    """
    _one_asks_at_a_time(area.pk, by)
    same = {"area": area, "edition": None, "variant": manual.variant, "digest": manual.digest()}
    there = ManualPrint.objects.filter(**same).first()
    if there and there.status != Status.DROPPED:
        return there
    asked = there or ManualPrint(**same)
    asked.snapshot = manual.to_json()
    return _queue(asked, by=by, at=at)


@transaction.atomic
def try_again(failed: ManualPrint, *, by: User | None, at: datetime) -> None:
    """Request a failed PDF again, or one of an edition that was dropped for a newer edition.

    :raises Refused: if it did not fail.
    :raises AlreadyWaiting: if the person is waiting for another PDF.
    """
    _one_asks_at_a_time(failed.area_id, by)
    asked = ManualPrint.objects.get(pk=failed.pk)
    if asked.status != Status.FAILED and not (asked.status == Status.DROPPED and asked.edition_id):
        raise Refused(_("This PDF is ready or already in progress."))
    _queue(asked, by=by, at=at)


def _one_asks_at_a_time(area_id: int, by: User | None) -> None:
    # Lock: of two requests by one person, or for one manual, the second must find the first.
    if by:
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
    LocalArea.objects.select_for_update(no_key=True).get(pk=area_id)


def _queue(asked: ManualPrint, *, by: User | None, at: datetime) -> ManualPrint:
    waits_for = ManualPrint.objects.at_work().filter(asked_by=by).first() if by else None
    if waits_for:
        raise AlreadyWaiting(waits_for)
    _drop_outdated_by(asked)
    for name, value in leases.FRESH.items():
        setattr(asked, name, value)
    asked.status, asked.asked_by, asked.asked_at = Status.WAITING, by, at
    asked.save()
    wake(asked.pk)
    return asked


def _drop_outdated_by(asked: ManualPrint) -> None:
    """Drop queued PDFs that are older: of other contents, and of editions that no person requested."""
    waiting = ManualPrint.objects.filter(area=asked.area_id, variant=asked.variant, status=Status.WAITING)
    if asked.edition is None:
        message = _("The manual changed and a newer PDF was requested, so this one was not created.")
        waiting.filter(edition=None).update(status=Status.DROPPED, message=message, snapshot=None)
    else:
        message = _("%(edition)s was issued before this PDF was created. You can still request it.")
        message %= {"edition": asked.edition}
        older = waiting.filter(edition__number__lt=asked.edition.number, asked_by=None)
        older.update(status=Status.DROPPED, message=message)


def current_print(area: LocalArea, manual: Manual) -> ManualPrint | None:
    """Return the PDF of these contents, ready or in progress, if it was requested."""
    rows = ManualPrint.objects.filter(area=area, edition=None, variant=manual.variant, digest=manual.digest())
    return rows.exclude(status=Status.DROPPED).defer("snapshot").first()


def wake(print_id: int) -> None:
    """Send a PDF to a worker once the transaction is committed."""
    waking.wake("partners.tasks.print_manual", print_id)


# ---------------------------------------------------------------- Work
def work_on(print_id: int, *, at: datetime) -> bool:
    """Create a PDF if it is its turn; return whether this worker took it."""
    try:
        asked = leases.take(ManualPrint.objects.startable(), print_id, status=Status.MAKING)
    except IntegrityError:  # another worker just started with the same manual; it wakes this PDF when it ends
        return False
    if asked is None:
        return False
    try:
        leases.work(asked, lambda job: make_and_hand_in(job, at=at), wake=wake, told=CannotMakePdf)
    finally:
        say_progress(work_name(print_id), None)
    following = ManualPrint.objects.startable().filter(area=asked.area_id, variant=asked.variant)
    for pk in following.order_by("asked_at", "pk").values_list("pk", flat=True)[:1]:
        wake(pk)
    return True


def make_and_hand_in(asked: ManualPrint, *, at: datetime) -> None:
    """Create a PDF and store it.

    :raises CannotMakePdf: if this machine lacks a library.
    """
    hand_in(asked, make(asked, progress=lambda share: say_progress(work_name(asked.pk), share)), at=at)


def make(asked: ManualPrint, *, progress: Callable[[float], None]) -> Pdf:
    """Return the requested PDF.

    :raises CannotMakePdf: if this machine lacks a library.
    """
    if asked.edition is None:
        return paper.print_current(Manual.read(asked.snapshot or {}), at=asked.asked_at, progress=progress)
    return paper.print_edition(asked.edition, asked.variant, progress=progress)


def hand_in(asked: ManualPrint, made: Pdf, *, at: datetime) -> bool:
    """Store the file unless another worker already did; return whether it was stored."""
    asked.file.save("manual.pdf", ContentFile(made.data), save=False)
    with deleted_on_failure(asked.file), transaction.atomic():
        kept = ManualPrint.objects.filter(pk=asked.pk, status=Status.MAKING).update(
            status=Status.READY,
            file=asked.file.name,
            sha256=hashlib.sha256(made.data).hexdigest(),
            size=len(made.data),
            pages=made.pages,
            made_at=at,
            snapshot=None,
            message="",
            **leases.UNCLAIMED,
        )
    if not kept:
        asked.file.delete(save=False)
    return bool(kept)


def work_name(print_id: int) -> str:
    """Return the key of the progress."""
    return f"manual-print:{print_id}"


def progress_of(asked: ManualPrint) -> int:
    """Return the progress in percent."""
    return percent_done(work_name(asked.pk))


def is_interrupted(asked: ManualPrint) -> bool:
    """Return whether a worker started it and none is working on it now."""
    return leases.is_interrupted(ManualPrint.objects.at_work(), asked)


# ---------------------------------------------------------------- Sweeping
def sweep() -> int:
    """Send PDFs without a worker to workers again; return how many."""
    return leases.sweep(ManualPrint.objects.startable(), wake)


def clean_up(*, at: datetime) -> int:
    """Delete PDFs of outdated contents, but never those of editions; return how many were deleted."""
    delete_forgotten(ManualPrint, "file", "manuals", at=at)
    old = ManualPrint.objects.filter(edition=None, asked_at__lt=at - KEPT).exclude(status=Status.MAKING)
    newest = old.model.objects.filter(edition=None).order_by("area", "variant", "-asked_at", "-pk")
    newest = newest.distinct("area", "variant")
    count = 0
    for each in old.exclude(pk__in=newest.values("pk")).defer("snapshot"):
        each.delete()
        if each.file:
            each.file.delete(save=False)
        count += 1
    return count
