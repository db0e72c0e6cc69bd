"""Approve minutes by a motion."""

from datetime import datetime

from django.utils.translation import gettext as _

from meetings.models import Minutes, Motion
from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.history.tracking import recorded


class CannotApprove(Refused):
    """Minutes cannot be approved like this."""


@recorded
def approve_minutes(minutes: Minutes, *, motion: Motion, by: User | None, at: datetime) -> Minutes:
    """Make minutes final by a motion that was carried; who decides the motion calls this in the same transaction.

    :raises CannotApprove: if they are approved already.
    """
    # Lock: of two motions that approve the same minutes, the second one is refused.
    minutes = Minutes.objects.select_for_update().get(pk=minutes.pk)
    if minutes.is_approved:
        raise CannotApprove(_("These minutes are approved already."))
    minutes.status, minutes.approved_by, minutes.approved_at = Minutes.Status.APPROVED, motion, at
    minutes.save(update_fields=["status", "approved_by", "approved_at"])
    return minutes
