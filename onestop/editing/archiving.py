"""Archiving: nothing in the network is ever deleted."""

from typing import Self

from django.db import models


class ArchivedQuerySet(models.QuerySet):
    """Rows that can be archived and restored."""

    def current(self) -> Self:
        """Return the rows that are not archived."""
        return self.filter(archived_at=None)

    def archived(self) -> Self:
        """Return the archived rows."""
        return self.exclude(archived_at=None)


class Archivable(models.Model):
    """A row that is archived instead of deleted, and can be restored."""

    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def is_archived(self) -> bool:
        """Whether the row is archived."""
        return self.archived_at is not None
