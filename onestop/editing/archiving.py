"""What may be put away: nothing of the network is ever deleted."""

from typing import Self

from django.db import models


class ArchivedQuerySet(models.QuerySet):
    """Rows that can be put away and taken back."""

    def current(self) -> Self:
        """Return what is in use."""
        return self.filter(archived_at=None)

    def archived(self) -> Self:
        """Return what was put away."""
        return self.exclude(archived_at=None)


class Archivable(models.Model):
    """A row that is archived instead of deleted, and can be restored."""

    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def is_archived(self) -> bool:
        """Whether it was put away."""
        return self.archived_at is not None
