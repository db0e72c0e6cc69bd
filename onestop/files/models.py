"""Files that people have uploaded and that belong to something: letters, scans, signed documents, evidence."""

import secrets
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onestop.history.tracking import tracked
from onestop.jobs.leases import Job

FOLDER = "stored"


def private_name(file: "StoredFile", filename: str) -> str:
    """Return a random path, in a folder for each month."""
    return f"{FOLDER}/{file.at:%Y-%m}/{secrets.token_hex(16)}"


class StoredFileQuerySet(models.QuerySet):
    """Stored files by state. Who may see one is decided by what it belongs to (``onestop.files.uses``)."""

    def waiting(self) -> Self:
        """Return the files that wait for the virus scan."""
        return self.filter(state=StoredFile.State.WAITING)


@tracked(exclude=["asked_at", "claim", "lease_until", "tries", "file"])
class StoredFile(Job):
    """One uploaded file, which never changes. Another model refers to it: to this file and to no other version.

    ``kind`` is what the contents are, whatever the name says; ``use`` is what it is for (``onestop.files.uses``). A
    file that the virus scanner refuses is deleted; its row stays, with the reason in ``message``.
    """

    class Kind(models.TextChoices):
        PDF = "pdf", _("PDF")
        PNG = "png", _("PNG")
        JPEG = "jpeg", _("JPEG")
        DOCX = "docx", _("Word document")
        XLSX = "xlsx", _("Excel workbook")
        CSV = "csv", _("CSV file")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for the virus scan")
        CLEAN = "clean", _("Checked")
        REFUSED = "refused", _("Refused")

    use = models.CharField(_("use"), max_length=60)
    name = models.CharField(_("file name"), max_length=150)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    size = models.PositiveBigIntegerField(_("bytes"))
    sha256 = models.CharField("SHA-256", max_length=64)
    pages = models.PositiveIntegerField(_("pages"), null=True, blank=True)
    file = models.FileField(upload_to=private_name, blank=True, max_length=100)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("uploaded at"))
    state = models.CharField(_("state"), max_length=8, choices=State)

    objects = StoredFileQuerySet.as_manager()
    history_silent = ("sha256", "use", "state", "by")

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        constraints = [
            models.CheckConstraint(condition=Q(state="refused") ^ ~Q(file=""), name="file_is_there_unless_refused"),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(message=""), name="file_is_refused_for_a_reason"
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="file_is_not_empty"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["asked_at"], name="file_waiting", condition=Q(state="waiting")),
            models.Index(fields=["by", "at"], name="file_by_person_and_time"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_clean(self) -> bool:
        """Return whether people may download it."""
        return self.state == self.State.CLEAN

    @property
    def is_refused(self) -> bool:
        """Return whether the virus scanner refused it."""
        return self.state == self.State.REFUSED

    @property
    def kind_and_size(self) -> str:
        """Return what it is in words: "PDF, 120 kB"."""
        return f"{self.get_kind_display()}, {size_in_words(self.size)}"


def size_in_words(size: int) -> str:
    """Return a number of bytes in words: "120 kB", "2.5 MB"."""
    if size < 999_500:
        return gettext("%(size)s kB") % {"size": f"{max(1, round(size / 1000)):,}"}
    return gettext("%(size)s MB") % {"size": f"{size / 1e6:,.1f}".removesuffix(".0")}
