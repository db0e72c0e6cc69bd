"""People without an account: which notice types they stopped, by address, with the link in a mail.

They have no settings: a type is either sent or stopped. What the law requires, and what they wait for, cannot be
stopped.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import connection, transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from onestop.notices import outbox
from onestop.notices.models import Cadence, Notice, StoppedAddress
from onestop.notices.notice_types import NoticeType

LOCK = """
    SELECT pg_advisory_xact_lock(hashtext('reminded address'), part)
    FROM (SELECT DISTINCT hashtext(address) AS part FROM unnest(%s) AS address ORDER BY part) AS parts
"""


def may_stop(kind: NoticeType) -> bool:
    """Whether people without an account can stop a type."""
    return kind.can_be_changed and Cadence.OFF in kind.cadences


def lock_addresses(addresses: Collection[str]) -> None:
    """Let one transaction at a time write reminders to an address; without a row, the lock is on its name."""
    if names := sorted({address.lower() for address in addresses}):
        with connection.cursor() as cursor:
            cursor.execute(LOCK, [names])


@transaction.atomic
def stop(address: str, kind: NoticeType, *, at: datetime) -> None:
    """Stop a type for an address, and withdraw what was not sent yet."""
    # Lock: a planner either sees that it is stopped, or its reminder is withdrawn.
    lock_addresses([address])
    # One statement, so that two clicks at once never break each other's transaction.
    StoppedAddress.objects.bulk_create(
        [StoppedAddress(address=address, kind=kind.code, stopped_at=at)], ignore_conflicts=True
    )
    waiting = Notice.objects.filter(recipient=None, to__iexact=address, kind=kind.code)
    outbox.withdraw(waiting, why=_("The person stopped these emails."))


@transaction.atomic
def start_again(address: str, kind: NoticeType) -> None:
    """Send a type to an address again; what was withdrawn stays withdrawn."""
    StoppedAddress.objects.filter(address__iexact=address, kind=kind.code).delete()


def stopped_at(address: str, kind: NoticeType) -> datetime | None:
    """Return when a type was stopped for an address, or None."""
    rows = StoppedAddress.objects.filter(address__iexact=address, kind=kind.code)
    return rows.values_list("stopped_at", flat=True).first()


def stopped_among(addresses: Collection[str]) -> set[tuple[str, str]]:
    """Return the pairs of address, in lower case, and type that are stopped; one query."""
    if not addresses:
        return set()
    rows = StoppedAddress.objects.annotate(lower=Lower("address")).filter(lower__in=addresses)
    return set(rows.values_list("lower", "kind"))
