"""Emails as a part of what the portal asks of a person. Importing this module registers the measure."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from onestop.accounts.load import MONTH, WEEK, Amount, LoadMeasure, register_load
from onestop.notices.models import Notice


def emails_to(user_ids: Collection[int], at: datetime) -> Mapping[int, Amount]:
    """Return how many emails were sent to each of these people; a digest is one."""
    sent = Notice.objects.filter(recipient__in=user_ids, sent_at__gt=at - MONTH, sent_at__lte=at)
    counted = (
        sent.order_by()
        .values("recipient")
        .annotate(week=Count("pk", filter=Q(sent_at__gt=at - WEEK)), month=Count("pk"))
    )
    return {row["recipient"]: Amount(row["week"], row["month"]) for row in counted}


def _say(number: float) -> str:
    return ngettext("%(number)d email", "%(number)d emails", int(number)) % {"number": number}


register_load(LoadMeasure("emails", _("Emails from the portal"), emails_to, _say))
