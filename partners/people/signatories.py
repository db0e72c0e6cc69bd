"""Name the signatories of a partner: its own people may, but staff are notified and have time to object.

A signature binds the organization. A signatory named by a manager can sign once staff confirm it, or after a day.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse

from onestop.accounts.models import User
from onestop.notices import outbox
from onestop.notices.messages import Message
from onestop.notices.models import Notice
from onestop.notices.notify import notify_many
from onestop.ui.sentences import retold as _
from partners.models import Membership, Representative, Role
from partners.rules import may

NAMED = "partners.signatory_named"


def wait_for_staff(person: Representative, *, by: User | None, at: datetime) -> bool:
    """Set the time from which a new signatory can sign; return whether it is pending. The caller saves."""
    is_confirmed = by is None or may(by, "partners.confirm_signatory", person)
    person.signatory_from = None if is_confirmed else at + timedelta(hours=settings.SIGNATORY_WAIT_HOURS)
    return not is_confirmed


def notify_signatory_named(person: Representative, *, by: User | None, at: datetime) -> None:
    """Notify the area's staff that a partner's own people named a signatory."""
    partnership = person.partnership
    area = partnership.area
    seats = Membership.objects.current().filter(role=Role.STAFF, area=area, user__is_active=True).exclude(user=by)
    notify_many(
        [
            Message(
                kind=NAMED,
                key=f"signatory-named:{person.pk}:{at.isoformat()}:{seat.user_id}",
                to=seat.user,
                about=[person, partnership],
                scope=area,
                why=_("You are staff of %(area)s.") % {"area": area.name},
                path=reverse("partners:representative_detail", args=[person.pk]),
                zone=area.zone,
                context={"person": person, "partnership": partnership, "by": by, "signs_from": person.signatory_from},
            )
            for seat in seats.select_related("user").order_by("since", "pk")
        ],
        at=at,
    )


def withdraw_signatory_named(*people: Representative, why: str) -> None:
    """Withdraw the notifications to staff about signatories."""
    outbox.withdraw(Notice.objects.filter(kind=NAMED).about(*people), why=why)
