"""Documents that take long to make: requested once, made by a worker on a lease, stored, told of, and cleaned up.

An app derives its model from :class:`Document` and describes how its documents are made by one :class:`Maker`; its
Celery task, its page and its sweep call that. See ``onestop.jobs.leases`` for what happens when a worker is killed.
"""

import hashlib
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Generic, Protocol, Self, TypeVar

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onestop.editing.refusals import Refused
from onestop.files.pdf import CannotMakePdf, MadePdf
from onestop.files.progress import Progress, progress_of, say_progress
from onestop.files.storage import delete_forgotten, deleted_on_failure
from onestop.jobs import leases, waking
from onestop.jobs.leases import Job

# Whoever waited longer than this has most likely left the page, and is told in the inbox.
TOLD_AFTER = timedelta(seconds=20)


class Report(Protocol):
    """What a maker calls while it works: the share that is done, from 0 to 1, and what it is doing, in words."""

    def __call__(self, share: float, words: str = "") -> None:
        """Report progress."""


def private_name(document: "Document", filename: str) -> str:
    """Return a path that nobody can guess, in the folder of the document's model."""
    return f"{document.folder}/{secrets.token_hex(16)}.pdf"


class DocumentQuerySet(models.QuerySet):
    """Documents by status."""

    def at_work(self) -> Self:
        """Return documents that need a worker."""
        return self.filter(status__in=Document.AT_WORK)

    def startable(self) -> Self:
        """Return documents whose turn it is; a model that makes one at a time narrows this."""
        return self.at_work()


class Document(Job):
    """A PDF that a worker makes. The model says what it is made of, and who may see it (``visible_to``)."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Queued")
        MAKING = "making", _("In progress")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")
        DROPPED = "dropped", _("Canceled")

    AT_WORK = (Status.WAITING, Status.MAKING)
    folder = "documents"  # of the storage; each model has its own

    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    asked_at = models.DateTimeField(_("requested at"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("requested by"),
    )
    made_at = models.DateTimeField(null=True, blank=True)
    file = models.FileField(upload_to=private_name, blank=True, max_length=200)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(_("bytes"), null=True, blank=True)
    pages = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_at_work(self) -> bool:
        """Return whether the document needs a worker."""
        return self.status in self.AT_WORK


def has_its_file_when_ready(name: str) -> models.CheckConstraint:
    """Return the constraint that a document is ready exactly when its file is there."""
    there = Q(status="ready", made_at__isnull=False, size__isnull=False, pages__isnull=False)
    there = there & ~Q(file="") & ~Q(sha256="")
    absent = ~Q(status="ready") & Q(made_at=None, file="", sha256="")
    return models.CheckConstraint(condition=there | absent, name=name)


class AlreadyWaiting(Refused):
    """The person is already waiting for another document of this model."""

    def __init__(self, waits_for: Any) -> None:
        super().__init__(gettext("You already requested this PDF. You can request another one when it is ready."))
        self.waits_for = waits_for


D = TypeVar("D", bound=Document)


def _do_nothing(document: Any, at: datetime) -> None: ...


def _nothing_follows(document: D) -> models.QuerySet[D]:
    return type(document)._default_manager.none()


@dataclass(frozen=True)
class Maker(Generic[D]):
    """How the documents of one model are made.

    ``task`` names the Celery task that works on one. ``make`` returns the PDF. ``emptied`` are the values of columns
    that only the work needs, once the file is there. ``stored`` does what follows from the file, in the transaction
    that stores it. ``tell`` tells the person who asked, when it took long. ``following`` returns the documents that
    waited for this one, the next first.
    """

    model: type[D]
    task: str
    make: Callable[[D, Report], MadePdf]
    emptied: Mapping[str, Any] = field(default_factory=dict)
    stored: Callable[[D, datetime], None] = _do_nothing
    tell: Callable[[D, datetime], None] = _do_nothing
    following: Callable[[D], models.QuerySet[D]] = _nothing_follows

    # ------------------------------------------------------------ Requests
    def queue(self, document: D, *, by: Any, at: datetime) -> D:
        """Request a document, new or again, in the running transaction; its constraints keep it to one request."""
        fresh = leases.FRESH | {"status": Document.Status.WAITING, "asked_by": by, "asked_at": at}
        for name, value in fresh.items():
            setattr(document, name, value)
        document.save()
        self.wake(document.pk)
        return document

    def demand_free(self, by: Any) -> None:
        """Demand that a person, who is locked, waits for no document of this model; ``None`` is nobody.

        :raises AlreadyWaiting: if the person does.
        """
        waits_for = self._rows.at_work().filter(asked_by=by).first() if by else None
        if waits_for:
            raise AlreadyWaiting(waits_for)

    def wake(self, pk: int) -> None:
        """Send a document to a worker once the transaction is committed."""
        waking.wake(self.task, pk)

    # ------------------------------------------------------------ Work
    def work_on(self, pk: int, *, at: datetime) -> bool:
        """Make a document if it is its turn; return whether this worker took it."""
        try:
            document = leases.take(self._rows.startable(), pk, status=Document.Status.MAKING)
        except IntegrityError:  # another worker just started one that excludes it; it wakes this one when it ends
            return False
        if document is None:
            return False
        clock = _running_clock(at)
        try:
            leases.work(
                document,
                lambda job: self._make_and_hand_in(job, clock),
                wake=self.wake,
                told=CannotMakePdf,
                failed=lambda job: self._tell_if_late(job, clock()),
            )
        finally:
            say_progress(self._work_name(document), None)
        for following in self.following(document).values_list("pk", flat=True)[:1]:
            self.wake(following)
        return True

    def _make_and_hand_in(self, document: D, clock: Callable[[], datetime]) -> None:
        made = self.make(document, lambda share, words="": say_progress(self._work_name(document), share, words))
        self.hand_in(document, made, at=clock())

    def hand_in(self, document: D, made: MadePdf, *, at: datetime) -> bool:
        """Store the file unless another worker already did; return whether it was stored."""
        sha256 = _sha256_of(made)
        content = made.content()
        size = content.size
        document.file.save("made.pdf", content, save=False)
        with deleted_on_failure(document.file), transaction.atomic():
            kept = self._rows.filter(pk=document.pk, status=Document.Status.MAKING).update(
                status=Document.Status.READY,
                file=document.file.name,
                sha256=sha256,
                size=size,
                pages=made.pages,
                made_at=at,
                message="",
                **self.emptied,
                **leases.UNCLAIMED,
            )
            if kept:
                self.stored(self._rows.get(pk=document.pk), at)
                self._tell_if_late(document, at)
        if not kept:
            document.file.delete(save=False)
        return bool(kept)

    def _tell_if_late(self, document: D, at: datetime) -> None:
        if document.asked_by_id and at - document.asked_at > TOLD_AFTER:
            self.tell(self._rows.get(pk=document.pk), at)

    # ------------------------------------------------------------ Watching
    def progress_of(self, document: D) -> Progress:
        """Return how far the worker is."""
        return progress_of(self._work_name(document))

    def is_interrupted(self, document: D) -> bool:
        """Return whether a worker started it and none is working on it now."""
        return leases.is_interrupted(self._rows.at_work(), document)

    def _work_name(self, document: D) -> str:
        return f"{self.model._meta.label_lower}:{document.pk}"

    # ------------------------------------------------------------ Sweeping
    def sweep(self) -> int:
        """Send documents without a worker to workers again; return how many."""
        return leases.sweep(self._rows.startable(), self.wake)

    def delete_all(self, outdated: models.QuerySet[D], *, at: datetime) -> int:
        """Delete these documents with their files, and files that no row refers to; return how many documents."""
        delete_forgotten(self.model, "file", self.model.folder, at=at)
        count = 0
        for document in outdated.exclude(status=Document.Status.MAKING):
            document.delete()
            if document.file:
                document.file.delete(save=False)
            count += 1
        return count

    @property
    def _rows(self) -> Any:
        return self.model._default_manager.all()


def _sha256_of(made: MadePdf) -> str:
    """Return the hash of a PDF, which is read in pieces."""
    found = hashlib.sha256()
    for piece in made.content().chunks():
        found.update(piece)
    return found.hexdigest()


def _running_clock(at: datetime) -> Callable[[], datetime]:
    """Return a clock that shows ``at`` now, and runs on."""
    started = time.monotonic()
    return lambda: at + timedelta(seconds=time.monotonic() - started)
