"""Mail that came in: what it answers, who took it, and what is left for staff to read."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onestop.notices.models.notice import Notice


class InboundMailQuerySet(models.QuerySet):
    """Mail by what became of it."""

    def for_staff(self) -> Self:
        """Return the mail that no part of the portal took."""
        return self.filter(state__in=[InboundMail.State.OPEN, InboundMail.State.FAILED, InboundMail.State.DONE])

    def unread(self) -> Self:
        """Return the mail of people that waits for staff; answers of machines are no questions."""
        return self.filter(state__in=[InboundMail.State.OPEN, InboundMail.State.FAILED], is_automatic=False)


class InboundMail(models.Model):
    """One mail to the portal, kept for 30 days, whoever took it: so none is taken twice, and none is lost.

    The digest is made of what does not change on the way, and is unique. A mail that answers a notice belongs to that
    notice's scope. What a part of the portal took is kept without its content.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Not read")
        FAILED = "failed", _("Could not be processed")
        DONE = "done", _("Done")
        TAKEN = "taken", _("Processed")

    digest = models.CharField(max_length=64, unique=True, editable=False)
    message_id = models.CharField(max_length=250, blank=True, editable=False)
    sender = models.CharField(_("from"), max_length=254, blank=True)
    sender_name = models.CharField(_("name"), max_length=200, blank=True)
    recipients = models.CharField(_("to"), max_length=500, blank=True)
    subject = models.CharField(max_length=500, blank=True)
    received_at = models.DateTimeField()
    size = models.PositiveIntegerField(_("size in bytes"))
    content = models.BinaryField()
    is_automatic = models.BooleanField(_("written by a machine"), default=False)
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, blank=True, related_name="replies", db_index=False)
    scope = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    taken_by = models.CharField(max_length=60, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    note = models.CharField(_("problem"), max_length=500, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    done_at = models.DateTimeField(null=True, blank=True)

    objects = InboundMailQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(done_by=None, done_at=None) ^ Q(state="done", done_by__isnull=False, done_at__isnull=False),
                name="mail_that_is_done_says_by_whom",
            ),
            models.CheckConstraint(
                condition=~Q(taken_by="") | ~Q(state="taken"), name="mail_that_is_taken_says_by_what"
            ),
        ]
        indexes = [
            models.Index(fields=["scope", "-received_at"], name="inbound_by_scope"),
            models.Index(
                fields=["scope"],
                name="inbound_unread",
                condition=Q(state__in=["open", "failed"], is_automatic=False),
            ),
            models.Index(fields=["received_at"], name="inbound_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.sender}: {self.subject}"


class MailboxPoll(models.Model):
    """Who fetches mail from the mailbox now, on a lease, and how that went; one row."""

    name = models.CharField(max_length=20, unique=True)
    lease = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    polled_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return self.name

    def is_late(self, at: datetime) -> bool:
        """Whether the mailbox could not be read, or was not, for ten minutes."""
        return bool(self.problem) or self.polled_at is None or (at - self.polled_at).total_seconds() > 600
