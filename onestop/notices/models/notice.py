"""Notices: one message to one person about one thing."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from email.utils import parseaddr
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, HashIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from onestop.notices.models.parts import NoticePart


def name_of(thing: models.Model) -> str:
    """Return the name by which notices refer to an object: "partners.service:12"."""
    return f"{thing._meta.label_lower}:{thing.pk}"


LOST = ["failed", "uncertain"]


class NoticeQuerySet(models.QuerySet):
    """Notices by recipient, subject and status."""

    def due(self, at: datetime) -> Self:
        """Return the notices to send now: urgent ones first, then those due longest."""
        return self.filter(status=Notice.Status.QUEUED, due_at__lte=at).order_by("priority", "due_at", "pk")

    def unexpired(self, at: datetime) -> Self:
        """Return the notices that do not come too late."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=at))

    def stuck(self) -> Self:
        """Return the notices whose worker has not finished within its lease."""
        return self.filter(status=Notice.Status.CLAIMED, lease_until__lt=Now())

    def about(self, *things: models.Model) -> Self:
        """Return the notices about any of these objects."""
        return self.filter(about__overlap=[name_of(thing) for thing in things])

    def in_scope(self, scope: models.Model) -> Self:
        """Return the notices sent for an object, such as a local area."""
        return self.filter(scope=name_of(scope))

    def unsent(self) -> Self:
        """Return the notices that can still be withdrawn: no server has them."""
        not_begun = Q(status=Notice.Status.CLAIMED, begun=False)
        return self.filter(Q(status__in=[Notice.Status.DIGEST_PENDING, Notice.Status.QUEUED]) | not_begun)

    def lost(self) -> Self:
        """Return the notices that were not delivered, or may not have been."""
        return self.filter(status__in=LOST)

    def shown_to(self, user: Any) -> Self:
        """Return the inbox of a user; withdrawn notices only if they have read or snoozed them."""
        unseen = Q(status=Notice.Status.WITHDRAWN, read_at=None, snoozed_until=None)
        return self.filter(recipient=user, in_inbox=True).exclude(unseen)

    def needed(self) -> Self:
        """Return the notices that were not withdrawn."""
        return self.exclude(status=Notice.Status.WITHDRAWN)

    def unread(self, at: datetime) -> Self:
        """Return the notices that are neither read nor snoozed."""
        awake = Q(snoozed_until=None) | Q(snoozed_until__lte=at)
        return self.needed().filter(awake, read_at=None)

    def put_off(self, at: datetime) -> Self:
        """Return the notices that are snoozed."""
        return self.needed().filter(read_at=None, snoozed_until__gt=at)


class Notice(models.Model):
    """One message to one person about one thing, written in the transaction that causes it, or by a planner.

    The key identifies its cause and is unique: nothing is sent twice. It is rendered when written, so that its content
    can be shown later. Workers send it by email immediately, or it is held for the person's digest, which then contains
    it (``carrier``). It is *uncertain* if the worker died or the server stopped answering between sending it and
    confirming it.
    """

    class Status(models.TextChoices):
        DIGEST_PENDING = "digest_pending", _("Held for a digest")
        QUEUED = "queued", _("Queued")
        CLAIMED = "claimed", _("Sending")
        SENT = "sent", _("Sent")
        DIGESTED = "digested", _("Sent in a digest")
        IN_APP_ONLY = "in_app_only", _("In the portal only")
        FAILED = "failed", _("Not delivered")
        UNCERTAIN = "uncertain", _("Delivery unknown")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Priority(models.IntegerChoices):
        URGENT = 0, _("Urgent")
        USUAL = 1, _("Normal")
        BULK = 2, _("Low")

    dedupe_key = models.CharField(_("key"), max_length=200)
    kind = models.CharField(max_length=60)
    is_nudge = models.BooleanField(_("reminder"), default=False)
    matter = models.CharField(_("subject of the reminder"), max_length=150, blank=True)
    step = models.PositiveSmallIntegerField(_("step of the reminder"), null=True, blank=True)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="notices", db_index=False
    )
    to = models.EmailField(max_length=254)
    scope = models.CharField(_("scope"), max_length=80, blank=True)
    about = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    why = models.CharField(_("reason"), max_length=300, blank=True)
    url = models.CharField(_("page"), max_length=500, blank=True)
    message_id = models.CharField(max_length=250, editable=False)
    sender = models.CharField(max_length=320)
    subject = models.CharField(max_length=500)
    text = models.TextField()
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict, blank=True)
    has_parts = models.BooleanField(_("has a calendar entry or attached files"), default=False, db_default=False)
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.USUAL)
    status = models.CharField(max_length=20, choices=Status, default=Status.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    written_at = models.DateTimeField()
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField(_("not sent after"), null=True, blank=True)
    claim = models.UUIDField(null=True, editable=False)
    begun = models.BooleanField(default=False, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True)
    carrier = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="carried", db_index=False)
    last_error = models.CharField(max_length=500, blank=True)
    withdrawn_why = models.CharField(max_length=200, blank=True)
    in_inbox = models.BooleanField(default=False)
    read_at = models.DateTimeField(null=True, blank=True)
    snoozed_until = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    parts_to_send: "Sequence[NoticePart]" = ()  # fetched by ``parts.fetch_parts`` for a worker that sends it

    class Meta:
        constraints = [
            # No unique=True: that would keep a second index, for patterns, up to date with every write.
            models.UniqueConstraint(fields=["dedupe_key"], name="notice_is_told_once"),
            models.CheckConstraint(
                condition=Q(sent_at=None) ^ Q(status="sent") | Q(sent_at__isnull=False, status="failed"),
                name="notice_is_dated_when_sent",
            ),
            models.CheckConstraint(
                condition=~Q(status="claimed") | Q(claim__isnull=False, lease_until__isnull=False),
                name="notice_being_sent_is_on_a_lease",
            ),
            models.CheckConstraint(
                condition=Q(status="digested", carrier__isnull=False) | (~Q(status="digested") & Q(carrier=None)),
                name="notice_in_a_digest_names_it",
            ),
            models.CheckConstraint(
                condition=Q(in_inbox=False) | Q(recipient__isnull=False), name="notice_in_an_inbox_is_somebodys"
            ),
        ]
        indexes = [
            models.Index(fields=["priority", "due_at", "id"], name="notice_due", condition=Q(status="queued")),
            models.Index(fields=["lease_until"], name="notice_being_sent", condition=Q(status="claimed")),
            models.Index(
                fields=["recipient", "due_at"], name="notice_digest_pending", condition=Q(status="digest_pending")
            ),
            models.Index(
                fields=["expires_at"],
                name="notice_expiring",
                condition=Q(expires_at__isnull=False, status__in=["digest_pending", "queued", "claimed"]),
            ),
            models.Index(fields=["recipient", "-written_at"], name="notice_by_person", condition=Q(in_inbox=True)),
            models.Index(fields=["recipient"], name="notice_unread", condition=Q(in_inbox=True, read_at=None)),
            models.Index(fields=["recipient", "due_at"], name="notice_nudges", condition=Q(is_nudge=True)),
            models.Index(
                Lower("to"), "due_at", name="notice_nudges_by_address", condition=Q(is_nudge=True, recipient=None)
            ),
            models.Index(
                fields=["recipient", "-sent_at"], name="notice_mails_by_person", condition=Q(sent_at__isnull=False)
            ),
            models.Index(fields=["carrier"], name="notice_by_digest", condition=Q(carrier__isnull=False)),
            models.Index(fields=["scope", "-written_at"], name="notice_by_scope", condition=~Q(scope="")),
            models.Index(fields=["status", "-written_at"], name="notice_lost", condition=Q(status__in=LOST)),
            models.Index(fields=["written_at"], name="notice_by_time"),
            models.Index(fields=["sent_at"], name="notice_by_sending", condition=Q(sent_at__isnull=False)),
            models.Index(fields=["matter", "step"], name="notice_by_matter", condition=~Q(matter="")),
            GinIndex(fields=["about"], name="notice_by_thing"),
            HashIndex(fields=["message_id"], name="notice_by_message_id"),
        ]

    def __str__(self) -> str:
        return f"{self.to}: {self.kind}"

    @staticmethod
    def message_id_for(key: str, sender: str) -> str:
        """Return the Message-ID of a key, always the same, so that mail programs can drop duplicates."""
        return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{_domain_of(sender)}>"


@lru_cache(maxsize=16)
def _domain_of(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2] or "localhost"


class Resend(models.Model):
    """A decision to resend a notice, with its delivery until then."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="resends")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    to_before = models.EmailField(_("previous address"), max_length=254)
    status_before = models.CharField(max_length=20, choices=Notice.Status)
    sent_before = models.DateTimeField(_("previously sent at"), null=True, blank=True)
    error_before = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(status_before__in=LOST), name="only_what_is_lost_is_sent_again")
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} at {self.at:%Y-%m-%d %H:%M}"


def names_of(things: Iterable[models.Model | None]) -> list[str]:
    """Return the names of objects without duplicates, ignoring None."""
    return list(dict.fromkeys(name_of(thing) for thing in things if thing is not None))
