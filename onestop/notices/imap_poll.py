"""Fetching of mail from a mailbox by IMAP.

A mail is moved to another folder once the transaction that took it is committed, and not before: a worker that is
killed in between finds it again, and ``take_mail`` takes none twice. Only one worker polls at a time, on a lease by the
clock of the database; no transaction is open while the mail server is contacted.
"""

import logging
import ssl
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Now

from onestop.notices.inbound import take_mail
from onestop.notices.incoming import MOST_READ
from onestop.notices.models import MailboxPoll
from onestop.ops.mailboxes import Mailbox

if TYPE_CHECKING:
    from imap_tools.mailbox import BaseMailBox

logger = logging.getLogger(__name__)
NAME = "inbox"
LEASE = timedelta(minutes=5)
TIMEOUT = 30  # seconds that the server may take for one answer
MOST_SECONDS = 120  # of one poll; the next one goes on


def poll_mailbox(*, clock: Callable[[], datetime]) -> int:
    """Take what is in the mailbox, unless another worker does; return how many mails were taken."""
    lease = _begin()
    if lease is None:
        return 0
    number, problem = 0, ""
    try:
        with _opened() as box:
            number = _take_all(box, lease, clock)
    except Exception as caught:
        logger.warning("The mailbox could not be read: %s", type(caught).__name__)
        problem = f"{type(caught).__name__}: {caught}".replace(_settings()["password"], "***")[:500]
    MailboxPoll.objects.filter(name=NAME, lease=lease).update(
        lease=None, lease_until=None, polled_at=clock(), problem=problem
    )
    return number


def _begin() -> uuid.UUID | None:
    """Return a lease on the mailbox, or None if another worker has one."""
    MailboxPoll.objects.bulk_create([MailboxPoll(name=NAME)], ignore_conflicts=True)
    lease = uuid.uuid4()
    # One statement, so that of two workers only one finds it free.
    free = MailboxPoll.objects.filter(Q(lease_until=None) | Q(lease_until__lt=Now()), name=NAME)
    return lease if free.update(lease=lease, lease_until=Now() + LEASE) else None


def _still_ours(lease: uuid.UUID) -> bool:
    """Extend the lease, if another worker has not taken it over."""
    return bool(MailboxPoll.objects.filter(name=NAME, lease=lease).update(lease_until=Now() + LEASE))


def _settings() -> Mailbox:
    assert settings.INBOUND_IMAP
    return settings.INBOUND_IMAP


@contextmanager
def _opened() -> Iterator["BaseMailBox"]:
    # Imported when it is needed: no web process reads a mailbox.
    from imap_tools import MailBox, MailBoxUnencrypted

    box = _settings()
    if box["ssl"]:
        mailbox: BaseMailBox = MailBox(
            box["host"], box["port"], timeout=TIMEOUT, ssl_context=ssl.create_default_context()
        )
    else:
        mailbox = MailBoxUnencrypted(box["host"], box["port"], timeout=TIMEOUT)
    with mailbox.login(box["user"], box["password"], initial_folder=box["folder"]) as opened:
        if not opened.folder.exists(box["taken"]):
            opened.folder.create(box["taken"])
        yield opened


def _take_all(box: "BaseMailBox", lease: uuid.UUID, clock: Callable[[], datetime]) -> int:
    number, started = 0, time.monotonic()
    for uid in box.uids():
        if time.monotonic() - started > MOST_SECONDS or not _still_ours(lease):
            break
        raw = _fetch(box, uid)
        if raw is None:  # somebody has deleted or moved it
            continue
        try:
            take_mail(raw, at=clock())
        except Exception:
            logger.exception("A mail in the mailbox could not be taken; it stays there")
            continue
        box.move(uid, _settings()["taken"])
        number += 1
    return number


def _fetch(box: "BaseMailBox", uid: str) -> bytes | None:
    """Return a mail as it came, at most as much as is read of one, without marking it as seen."""
    _answer, found = box.client.uid("FETCH", uid, f"(BODY.PEEK[]<0.{MOST_READ}>)")
    parts: list[Any] = [part for part in found if isinstance(part, tuple) and len(part) == 2]
    return bytes(parts[0][1]) if parts else None
