"""PDFs of the manual: which one is requested, and how it is made (see ``onestop.files.documents``).

If a lease expires and two workers create a PDF, the first to finish stores it; both use the same snapshot.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.files.document_notices import tell_of_document
from onestop.files.documents import Maker, Report
from onestop.files.pdf import Pdf
from partners.manual import paper
from partners.manual.contents import Manual
from partners.models import LocalArea, ManualEdition, ManualPrint

KEPT = timedelta(days=7)  # PDFs of outdated contents
Status = ManualPrint.Status


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
    MAKER.demand_free(by)
    _drop_outdated_by(asked)
    return MAKER.queue(asked, by=by, at=at)


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


# ---------------------------------------------------------------- Work
def make(asked: ManualPrint, report: Report) -> Pdf:
    """Return the requested PDF.

    :raises CannotMakePdf: if this machine lacks a library.
    """
    if asked.edition is None:
        return paper.print_current(Manual.read(asked.snapshot or {}), at=asked.asked_at, report=report)
    return paper.print_edition(asked.edition, asked.variant, report=report)


def following(asked: ManualPrint) -> QuerySet[ManualPrint]:
    """Return the PDFs that waited for this one: of the same manual and version."""
    same = ManualPrint.objects.startable().filter(area=asked.area_id, variant=asked.variant)
    return same.order_by("asked_at", "pk")


def tell(asked: ManualPrint, at: datetime) -> None:
    """Tell the person who asked that a PDF is ready, or could not be made."""
    title = _("Resource manual of %(area)s") % {"area": asked.area.name}
    tell_of_document(asked, title=asked.edition.title if asked.edition else title, scope=asked.area, at=at)


MAKER = Maker(
    ManualPrint,
    task="partners.tasks.print_manual",  # no translation: a name
    make=make,
    emptied={"snapshot": None},
    tell=tell,
    following=following,
)


def clean_up(*, at: datetime) -> int:
    """Delete PDFs of outdated contents, but never those of editions; return how many were deleted."""
    old = ManualPrint.objects.filter(edition=None, asked_at__lt=at - KEPT)
    newest = ManualPrint.objects.filter(edition=None).order_by("area", "variant", "-asked_at", "-pk")
    newest = newest.distinct("area", "variant")
    return MAKER.delete_all(old.exclude(pk__in=newest.values("pk")).defer("snapshot"), at=at)
