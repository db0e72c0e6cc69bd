"""PDFs of meetings: the packet before, the minutes after."""

from typing import Any, Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from meetings.models.groups import Group
from meetings.models.series import Meeting
from onestop.files.documents import (
    Document,
    DocumentQuerySet,
    has_its_file_when_ready,
    private_name,  # noqa: F401 -- migrations name it here
)


class MeetingPdfQuerySet(DocumentQuerySet):
    """PDFs of meetings, by who may see them."""

    def visible_to(self, user: Any) -> Self:
        """Return the PDFs of groups that the user sees; pages decide who may read minutes that are a draft."""
        return self.filter(meeting__group__in=Group.objects.visible_to(user).values("pk"))


class MeetingPdf(Document):
    """The packet of a meeting as it was on request, or its minutes. The same contents are made once.

    It is made from ``html``, which is kept until then, and from the uploaded papers in ``papers`` (ids of stored
    files), which follow as they came.
    """

    class Kind(models.TextChoices):
        PACKET = "packet", _("Packet")
        MINUTES = "minutes", _("Minutes")

    folder = "meetings"

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="pdfs")
    kind = models.CharField(max_length=10, choices=Kind)
    digest = models.CharField(_("hash of the contents"), max_length=64)
    html = models.TextField(_("contents"), blank=True)
    papers = models.JSONField(_("papers"), default=list, blank=True)

    objects = MeetingPdfQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "kind", "digest"], name="contents_of_a_meeting_are_printed_once"
            ),
            models.UniqueConstraint(
                fields=["asked_by"], condition=Q(status__in=["waiting", "making"], asked_by__isnull=False),
                name="person_waits_for_one_meeting_pdf",
            ),
            has_its_file_when_ready("meeting_pdf_has_its_file_when_it_is_ready"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["asked_at"], name="meeting_pdf_at_work", condition=Q(status__in=["waiting", "making"]))
        ]
        triggers = [
            pgtrigger.Protect(
                name="ready_meeting_pdf_stays", operation=pgtrigger.Update, condition=pgtrigger.Q(old__status="ready")
            )
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("meetings:pdf_detail", args=[self.pk])
