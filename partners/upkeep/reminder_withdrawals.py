"""Taking back the portal's own reminders the moment the thing is done; how they go on says ``partners.notices``.

The verbs call this in their own transaction. Whatever they cannot know of (a day that passes, a partner that is put
away) the planners find within a quarter of an hour.
"""

from collections.abc import Iterable

from onestop.notices import outbox
from onestop.notices.models import Notice
from partners.models import Center, CenterReview, Partnership

STALE_SERVICES = "partners.stale_services"
UNANSWERED = "partners.stale_services_unanswered"  # told staff in the end
CLOCKS = {
    CenterReview.Kind.CERTIFICATION: "partners.certification_due",
    CenterReview.Kind.ACCESSIBILITY: "partners.accessibility_due",
}


def take_back_stale_services(partnership_ids: Iterable[int], *, why: str) -> int:
    """Take back what asks these partners to confirm their services and was not sent yet; return how many."""
    names = [f"{Partnership._meta.label_lower}:{pk}" for pk in sorted(set(partnership_ids))]
    if not names:
        return 0
    rows = Notice.objects.filter(about__overlap=names, kind__in=[STALE_SERVICES, UNANSWERED]).exclude(matter="")
    return outbox.withdraw(rows, why=why)


def take_back_clock(center: Center, kind: CenterReview.Kind | str) -> int:
    """Take back what says that a center's clock runs out and was not sent yet; return how many."""
    rows = Notice.objects.about(center).filter(kind=CLOCKS[CenterReview.Kind(kind)])
    return outbox.withdraw(rows, why="What was recorded of its reviews has changed.")
