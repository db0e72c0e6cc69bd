"""Imports of files, the plans of their rows, and saved column mappings."""

import secrets
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onestop.jobs.leases import Job
from partners.models.places import LocalArea
from partners.seats import seats_of


def private_name(run: "ImportRun", filename: str) -> str:
    """Return a random path for an uploaded file, not chosen by a user."""
    return f"imports/{secrets.token_hex(16)}"


class ImportRunQuerySet(models.QuerySet):
    """Imports by visibility and status."""

    def visible_to(self, user: Any) -> Self:
        """Return imports into areas where the user is staff."""
        seats = seats_of(user)
        return self if seats.everything else self.filter(area_id__in=seats.staff_area_ids)

    def waiting(self) -> Self:
        """Return imports that need a person: to match columns, to answer, or to review changes or unreadable rows."""
        idle = {f"counts__{outcome}": 0 for outcome in ("add", "change", "unreadable")}
        asking = Q(counts__questions__gt=0)
        return self.filter(status__in=["uploaded", "planned"]).exclude(Q(status="planned", **idle) & ~asking)

    def at_work(self) -> Self:
        """Return imports that need a worker."""
        return self.filter(status__in=[ImportRun.Status.PLANNING, ImportRun.Status.COMMITTING])


class ImportRun(Job):
    """A file imported into an area: uploaded, its columns matched, planned (dry run), and written all or nothing."""

    class Status(models.TextChoices):
        UPLOADED = "uploaded", _("Columns to match")
        PLANNING = "planning", _("Reading the file")
        PLANNED = "planned", _("Ready to import")
        COMMITTING = "committing", _("Importing")
        DONE = "done", _("Imported")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Canceled")

    area = models.ForeignKey(LocalArea, models.PROTECT, related_name="imports")
    kind = models.CharField(_("contents"), max_length=20, help_text=_("The code of an ImportKind."))
    file = models.FileField(upload_to=private_name, blank=True, max_length=200)
    name = models.CharField(_("file name"), max_length=200)
    size = models.PositiveBigIntegerField(_("bytes"))
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="imports")
    at = models.DateTimeField(_("uploaded at"))
    status = models.CharField(max_length=20, choices=Status, default=Status.UPLOADED)
    header = models.JSONField(default=list)
    samples = models.JSONField(default=list)
    mapping = models.JSONField(default=list, help_text=_("The field code of each column, or an empty string."))
    options = models.JSONField(default=dict)
    layout = models.JSONField(
        default=dict,
        help_text=_("The sheet, the header, the first rows, and which questioned rows are imported."),
    )
    counts = models.JSONField(default=dict)
    notes = models.JSONField(default=list, help_text=_("Notes on the whole file."))
    digest = models.CharField(_("hash of the plan"), max_length=64, blank=True)
    planned_at = models.DateTimeField(null=True, blank=True)
    committed_at = models.DateTimeField(null=True, blank=True)
    committed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="done") ^ Q(committed_at=None), name="import_is_dated_when_it_is_done"
            ),
        ]
        indexes = [
            models.Index(fields=["area", "-at"], name="import_by_area_and_time"),
            models.Index(
                fields=["asked_at"], name="import_at_work", condition=Q(status__in=["planning", "committing"])
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_at_work(self) -> bool:
        """Return whether the import needs a worker."""
        return self.status in (self.Status.PLANNING, self.Status.COMMITTING)


class ImportRow(models.Model):
    """The planned result of a row of the file, or its result after the import."""

    class Outcome(models.TextChoices):
        ADD = "add", _("Added")
        CHANGE = "change", _("Changed")
        SAME = "same", _("Unchanged")
        SKIP = "skip", _("Skipped")
        UNREADABLE = "unreadable", _("Cannot be read")

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField(_("row of the file"))
    outcome = models.CharField(max_length=12, choices=Outcome)
    title = models.CharField(max_length=250, blank=True)
    changes = models.JSONField(default=list, help_text=_("Label, before, after."))
    left_out = models.CharField(max_length=12, blank=True, default="", help_text=_("Why the row is none of the data."))
    reasons = models.JSONField(default=list, help_text=_("Why the row cannot be read, or was skipped."))
    remarks = models.JSONField(default=list, help_text=_("What was not taken over as it stands, by cell."))
    question = models.JSONField(default=dict, help_text=_("The saved things that the row may mean."))
    cells = models.JSONField(default=list, help_text=_("The cells of the file, if the row cannot be read."))
    target_id = models.BigIntegerField(_("partnership, service or term"), null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "line"], name="import_row_stands_once")]
        indexes = [models.Index(fields=["run", "outcome", "line"], name="import_row_by_outcome")]

    def __str__(self) -> str:
        return f"{self.line}: {self.title}"


class ImportAnswer(models.Model):
    """Which saved thing a name in files of an area means, as a person answered; used for the next files, too."""

    area = models.ForeignKey(LocalArea, models.PROTECT, related_name="import_answers")
    key = models.CharField(max_length=300, help_text=_("What the name is of, and the name without punctuation."))
    name = models.CharField(_("name in the file"), max_length=250)
    target_id = models.BigIntegerField(
        _("organization or service"), null=True, blank=True, help_text=_("Empty: it is a new one.")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("answered at"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["area", "key"], name="import_answer_is_given_once_in_an_area")]

    def __str__(self) -> str:
        return self.name


class ColumnMapping(models.Model):
    """The mapping of a header in an area, used for the next file with the same header."""

    area = models.ForeignKey(LocalArea, models.PROTECT, related_name="column_mappings")
    kind = models.CharField(max_length=20)
    header_key = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict, help_text=_("Field code by column title."))
    used_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area", "kind", "header_key"], name="header_is_remembered_once_in_an_area")
        ]

    def __str__(self) -> str:
        return f"{self.area_id}, {self.kind}"
