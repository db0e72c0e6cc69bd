"""Who sits in the centers of an area today, and until when: the schedule of presences without the days away."""

from datetime import datetime

from django.db.models import Q

from partners.models import Absence, LocalArea, Presence


def on_site(area: LocalArea, at: datetime) -> list[Presence]:
    """Return the presences of an area's centers that are still to come or under way on this day, the earliest first.

    Each comes with its center and its partner; two queries, whatever their number.
    """
    local = at.astimezone(area.zone)
    day = local.date()
    presences = (
        Presence.objects.in_use()
        .on(day)
        .filter(center__area=area, ends_at__gt=local.time())
        .select_related("center", "partnership__organization")
        .order_by("starts_at", "ends_at", "pk")
    )
    away = list(Absence.objects.touching(day, day).filter(Q(center__area=area) | Q(partnership__area=area)))
    return [presence for presence in presences if not any(absence.covers(presence, day) for absence in away)]
