"""The life of a PDF of the manual: asked for, made by a worker, kept.

PostgreSQL is the truth: a worker that is killed leaves a lease that runs out, then the sweep wakes another one. Of two
workers past a lease the first to finish hands its file in; both have printed the same snapshot.
"""

import hashlib
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q, QuerySet

from onestop.pdf import CannotMakePdf, Pdf
from onestop.progress import percent_done, say_progress
from partners.manual import paper
from partners.manual.contents import Manual
from partners.models import LocalArea, ManualEdition, ManualPrint
from partners.refusals import Refused

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=10)
KEPT = timedelta(days=7)  # a PDF of contents that are no longer current
Status = ManualPrint.Status


# ---------------------------------------------------------------- Asking
@transaction.atomic
def ask_for_edition(edition: ManualEdition, variant: str, *, at: datetime) -> ManualPrint:
    """Have a PDF of an edition made, unless it is there or on its way."""
    # A race is settled by the constraint, as below.
    asked, is_new = ManualPrint.objects.get_or_create(
        edition=edition,
        variant=variant,
        defaults={"area_id": edition.area_id, "digest": edition.digest, "asked_at": at},
    )
    if is_new:
        wake(asked.pk)
    return asked


@transaction.atomic
def ask_for_current(area: LocalArea, manual: Manual, *, at: datetime) -> ManualPrint:
    """Have a PDF of these contents made, unless it is there or on its way."""
    # A race is settled by the constraint: the second who asks gets what the first has asked for.
    asked, is_new = ManualPrint.objects.get_or_create(
        area=area,
        edition=None,
        variant=manual.variant,
        digest=manual.digest(),
        defaults={"snapshot": manual.to_json(), "asked_at": at},
    )
    if is_new:
        wake(asked.pk)
    return asked


@transaction.atomic
def try_again(failed: ManualPrint, *, at: datetime) -> None:
    """Have a PDF made that could not be made before.

    :raises Refused: if it did not fail.
    """
    rows = ManualPrint.objects.filter(pk=failed.pk, status=Status.FAILED)
    if not rows.update(status=Status.WAITING, message="", lease_until=None, asked_at=at):
        raise Refused("This PDF is ready, or on its way already.")
    wake(failed.pk)


def current_print(area: LocalArea, manual: Manual) -> ManualPrint | None:
    """Return the PDF of these contents, ready or on its way, if somebody has asked for it."""
    rows = ManualPrint.objects.filter(area=area, edition=None, variant=manual.variant, digest=manual.digest())
    return rows.defer("snapshot").first()


def wake(print_id: int) -> None:
    """Tell a worker once the transaction is through; if none hears, the sweep finds it."""
    from partners.tasks import print_manual

    def send() -> None:
        try:
            print_manual.delay(print_id)
        except Exception:
            log.warning("No worker could be told of the manual's PDF %s; the sweep will find it.", print_id)

    transaction.on_commit(send)


# ---------------------------------------------------------------- Making
def work_on(print_id: int, *, at: datetime) -> bool:
    """Make a PDF, unless another worker is at it or it is done; return whether this worker took it up."""
    lease = at + LEASE
    if unclaimed(at).filter(pk=print_id).update(status=Status.MAKING, lease_until=lease) != 1:
        return False
    asked = ManualPrint.objects.select_related("area", "edition__issued_by").get(pk=print_id)
    try:
        made = make(asked, progress=lambda share: say_progress(work_name(print_id), share))
        hand_in(asked, made, at=at)
    except CannotMakePdf as problem:
        _fail(asked, lease, str(problem))
    except Exception:
        log.exception("The manual's PDF %s failed.", print_id)
        _fail(asked, lease, "Something went wrong on our side. The operator finds the cause in the log.")
    finally:
        say_progress(work_name(print_id), None)
    return True


def make(asked: ManualPrint, *, progress: Callable[[float], None]) -> Pdf:
    """Return the PDF that was asked for.

    :raises CannotMakePdf: if this machine lacks a library.
    """
    if asked.edition is None:
        return paper.print_current(Manual.read(asked.snapshot or {}), at=asked.asked_at, progress=progress)
    return paper.print_edition(asked.edition, asked.variant, progress=progress)


def hand_in(asked: ManualPrint, made: Pdf, *, at: datetime) -> bool:
    """Keep the file, unless another worker was there before; return whether it was kept."""
    asked.file.save("manual.pdf", ContentFile(made.data), save=False)
    kept = ManualPrint.objects.filter(pk=asked.pk, status=Status.MAKING).update(
        status=Status.READY,
        file=asked.file.name,
        sha256=hashlib.sha256(made.data).hexdigest(),
        size=len(made.data),
        pages=made.pages,
        made_at=at,
        lease_until=None,
        snapshot=None,
        message="",
    )
    if not kept:
        asked.file.delete(save=False)
    return bool(kept)


def _fail(asked: ManualPrint, lease: datetime, message: str) -> None:
    ManualPrint.objects.filter(pk=asked.pk, status=Status.MAKING, lease_until=lease).update(
        status=Status.FAILED, message=message, lease_until=None
    )


def work_name(print_id: int) -> str:
    """Return the name under which progress is kept."""
    return f"manual-print:{print_id}"


def progress_of(asked: ManualPrint) -> int:
    """Return how many percent are done."""
    return percent_done(work_name(asked.pk))


# ---------------------------------------------------------------- Sweeping
def unclaimed(at: datetime) -> QuerySet[ManualPrint]:
    """Return PDFs for which no worker is at work."""
    return ManualPrint.objects.at_work().filter(Q(lease_until=None) | Q(lease_until__lt=at))


def sweep(*, at: datetime) -> int:
    """Wake workers for PDFs that none has taken up, or whose worker was killed; return how many."""
    found = list(unclaimed(at).order_by("asked_at", "pk").values_list("pk", flat=True)[:100])
    for print_id in found:
        wake(print_id)
    return len(found)


def clean_up(*, at: datetime) -> int:
    """Delete PDFs of contents that are no longer current; editions are kept for good. Return how many went."""
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
