"""What a mail carries besides its text."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onestop.notices.models.notice import Notice


class NoticePart(models.Model):
    """A calendar entry or an attached file of one mail, stored like its text."""

    class Kind(models.TextChoices):
        CALENDAR = "calendar", _("Calendar entry")
        ATTACHMENT = "attachment", _("Attached file")

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="parts", db_index=False)
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=Kind)
    filename = models.CharField(_("file name"), max_length=80)
    media_type = models.CharField(max_length=100)
    method = models.CharField(_("calendar method"), max_length=20, blank=True)
    content = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "position"], name="parts_of_a_notice_are_in_order"),
            models.UniqueConstraint(
                fields=["notice"], condition=Q(kind="calendar"), name="notice_has_one_calendar_entry"
            ),
            models.CheckConstraint(
                condition=Q(kind="calendar") ^ Q(method=""), name="only_a_calendar_entry_has_a_method"
            ),
        ]

    def __str__(self) -> str:
        return self.filename
