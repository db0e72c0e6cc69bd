"""Data that people bring: each import of a file, what its rows would do, and which column meant what."""

import secrets
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from onestop.jobs.leases import Job
from partners.models.places import LocalArea
from partners.seats import seats_of


def private_name(run: "ImportRun", filename: str) -> str:
    """Return where an uploaded file is kept: a name that nobody can guess and no user has chosen."""
    return f"imports/{secrets.token_hex(16)}"


class ImportRunQuerySet(models.QuerySet):
    """Imports, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return imports into areas of which the user is staff."""
        seats = seats_of(user)
        return self if seats.everything else self.filter(area_id__in=seats.staff_area_ids)

    def waiting(self) -> Self:
        """Return imports that wait for somebody: columns to be named, or a plan with something to write or mend."""
        idle = {f"counts__{outcome}": 0 for outcome in ("add", "change", "unreadable")}
        return self.filter(status__in=["uploaded", "planned"]).exclude(status="planned", **idle)

    def at_work(self) -> Self:
        """Return imports for which a worker has something to do."""
        return self.filter(status__in=[ImportRun.Status.PLANNING, ImportRun.Status.COMMITTING])


class ImportRun(Job):
    """One file brought to one area: uploaded, its columns named, planned (a dry run), and written all or nothing."""

    class Kind(models.TextChoices):
        PARTNERS = "partners", "Partners"
        SERVICES = "services", "Services"
        TERMS = "terms", "Terms"
        PRESENCE = "presence", "Hours on site"

    class Status(models.TextChoices):
        UPLOADED = "uploaded", "Columns to be named"
        PLANNING = "planning", "Being read"
        PLANNED = "planned", "Ready to import"
        COMMITTING = "committing", "Being imported"
        DONE = "done", "Imported"
        FAILED = "failed", "Could not be read"
        CANCELLED = "cancelled", "Put aside"

    area = models.ForeignKey(LocalArea, models.PROTECT, related_name="imports")
    kind = models.CharField("what it holds", max_length=20, choices=Kind)
    file = models.FileField(upload_to=private_name, blank=True, max_length=200)
    name = models.CharField("name of the file", max_length=200)
    size = models.PositiveBigIntegerField("bytes")
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="imports")
    at = models.DateTimeField("uploaded at")
    status = models.CharField(max_length=20, choices=Status, default=Status.UPLOADED)
    header = models.JSONField(default=list)
    samples = models.JSONField(default=list)
    mapping = models.JSONField(default=list, help_text="For each column the code of our field, or nothing.")
    options = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    notes = models.JSONField(default=list, help_text="What is to be said about the file as a whole.")
    digest = models.CharField("fingerprint of the plan", max_length=64, blank=True)
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
        """Whether a worker has something to do for it."""
        return self.status in (self.Status.PLANNING, self.Status.COMMITTING)


class ImportRow(models.Model):
    """What becomes of one row of the file: before the import what would, after it what did."""

    class Outcome(models.TextChoices):
        ADD = "add", "Added"
        CHANGE = "change", "Changed"
        SAME = "same", "Left alone"
        SKIP = "skip", "Left out"
        UNREADABLE = "unreadable", "Cannot be read"

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField("row of the file")
    outcome = models.CharField(max_length=12, choices=Outcome)
    title = models.CharField(max_length=250, blank=True)
    changes = models.JSONField(default=list, help_text="Label, before, after.")
    reasons = models.JSONField(default=list, help_text="Why it cannot be read, or was left out.")
    remarks = models.JSONField(default=list, help_text="Cells that were read in part, and how.")
    cells = models.JSONField(default=list, help_text="The row as it stands in the file, where it cannot be read.")
    target_id = models.BigIntegerField("partnership, service or term", null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "line"], name="import_row_stands_once")]
        indexes = [models.Index(fields=["run", "outcome", "line"], name="import_row_by_outcome")]

    def __str__(self) -> str:
        return f"{self.line}: {self.title}"


class ColumnMapping(models.Model):
    """What the columns of a kind of file meant last time in this area; the same header is then mapped at once."""

    area = models.ForeignKey(LocalArea, models.PROTECT, related_name="column_mappings")
    kind = models.CharField(max_length=20, choices=ImportRun.Kind)
    header_key = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict, help_text="Column title to the code of our field.")
    used_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area", "kind", "header_key"], name="header_is_remembered_once_in_an_area")
        ]

    def __str__(self) -> str:
        return f"{self.area_id}, {self.kind}"
