"""A person's inbox: what the portal told them, and what of it they have read or put off."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from onestop.notices.models import Notice
from onestop.notices.models.notice import NoticeQuerySet


def unread_of(user: Any, *, at: datetime) -> NoticeQuerySet:
    """Return what a person has neither read nor put off until later."""
    awake = Q(snoozed_until=None) | Q(snoozed_until__lte=at)
    return Notice.objects.shown_to(user).filter(awake, read_at=None)


@transaction.atomic
def mark_read(user: Any, pks: Collection[int], *, at: datetime) -> int:
    """Note that a person has read these; return how many were unread."""
    return Notice.objects.shown_to(user).filter(pk__in=pks, read_at=None).update(read_at=at, snoozed_until=None)


@transaction.atomic
def mark_unread(user: Any, pks: Collection[int]) -> int:
    """Take that back; return of how many."""
    return Notice.objects.shown_to(user).filter(pk__in=pks).exclude(read_at=None).update(read_at=None)


@transaction.atomic
def mark_all_read(user: Any, *, at: datetime) -> int:
    """Note that a person has read everything; return how many were unread."""
    return unread_of(user, at=at).update(read_at=at, snoozed_until=None)


@transaction.atomic
def snooze(user: Any, pk: int, *, until: datetime) -> bool:
    """Put a notice off: it is unread again from then on, and not before. Return whether it is the person's."""
    return bool(Notice.objects.shown_to(user).filter(pk=pk).update(read_at=None, snoozed_until=until))
