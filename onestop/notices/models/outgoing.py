"""E-mail that is owed to somebody."""

import hashlib
from datetime import datetime
from email.utils import parseaddr
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class OutgoingEmailQuerySet(models.QuerySet):
    """Owed e-mails, by what is to be done with them."""

    def due(self, at: datetime) -> Self:
        """Return e-mails that are to be sent now, the longest owed first."""
        return self.filter(status=OutgoingEmail.Status.DUE, due_at__lte=at).order_by("due_at", "pk")

    def stuck(self) -> Self:
        """Return e-mails whose worker has not come back within its lease."""
        return self.filter(status=OutgoingEmail.Status.SENDING, lease_until__lt=Now())


class OutgoingEmail(models.Model):
    """One e-mail to one person, written in the transaction that causes it, sent by a worker afterwards.

    It is rendered when written, so that what was said can be shown later. The key says what it is about and is unique:
    nothing is told twice. *Uncertain* is an e-mail whose worker died, or whose server fell silent, between handing it
    over and learning that it was taken: nobody can know.
    """

    class Status(models.TextChoices):
        DUE = "due", "Waiting to be sent"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Not delivered"
        UNCERTAIN = "uncertain", "Perhaps sent"

    key = models.CharField(max_length=200, unique=True)
    message_id = models.CharField(max_length=250, editable=False)
    sender = models.CharField(max_length=320)
    to = models.EmailField(max_length=254)
    subject = models.CharField(max_length=500)
    text = models.TextField()
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict, blank=True)
    status = models.CharField(max_length=20, choices=Status, default=Status.DUE)
    attempts = models.PositiveSmallIntegerField(default=0)
    written_at = models.DateTimeField()
    due_at = models.DateTimeField()
    claim = models.UUIDField(null=True, editable=False)
    begun = models.BooleanField(default=False, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True)

    objects = OutgoingEmailQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="sent", sent_at__isnull=False) | (~Q(status="sent") & Q(sent_at=None)),
                name="email_is_dated_when_sent",
            ),
            models.CheckConstraint(
                condition=~Q(status="sending") | Q(claim__isnull=False, lease_until__isnull=False),
                name="email_being_sent_is_on_a_lease",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], name="email_due", condition=Q(status="due")),
            models.Index(fields=["lease_until"], name="email_being_sent", condition=Q(status="sending")),
        ]

    def __str__(self) -> str:
        return f"{self.to}: {self.subject}"

    @staticmethod
    def message_id_for(key: str, sender: str) -> str:
        """Return the Message-ID that an e-mail with this key always has, so that receivers drop a double."""
        domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
        return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"
