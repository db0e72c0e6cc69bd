"""Withdraw queued automatic reminders as soon as the work is done; ``partners.notices`` plans them.

The verbs call this in their own transaction. What no verb causes (a day passes, a partner is archived) the planners
find within 15 minutes.
"""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from onestop.notices import outbox
from onestop.notices.models import Notice
from partners.models import Center, CenterReview, Partnership

STALE_SERVICES = "partners.stale_services"
UNANSWERED = "partners.stale_services_unanswered"  # to staff, after all reminders
CLOCKS = {
    CenterReview.Kind.CERTIFICATION: "partners.certification_due",
    CenterReview.Kind.ACCESSIBILITY: "partners.accessibility_due",
}


def take_back_stale_services(partnership_ids: Iterable[int], *, why: str) -> int:
    """Withdraw queued reminders to confirm services of these partners; return how many."""
    names = [f"{Partnership._meta.label_lower}:{pk}" for pk in sorted(set(partnership_ids))]
    if not names:
        return 0
    rows = Notice.objects.filter(about__overlap=names, kind__in=[STALE_SERVICES, UNANSWERED]).exclude(matter="")
    return outbox.withdraw(rows, why=why)


def take_back_clock(center: Center, kind: CenterReview.Kind | str) -> int:
    """Withdraw queued reminders that a review of a center is due; return how many."""
    rows = Notice.objects.about(center).filter(kind=CLOCKS[CenterReview.Kind(kind)])
    return outbox.withdraw(rows, why=_("The recorded reviews of the center changed."))
