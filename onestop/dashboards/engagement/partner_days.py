"""On which days a partner owed anything: since it joined, and not while it was not active."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Q

from partners.models import LocalArea, Partnership
from partners.network.acts import Act, LocalDays


class PartnerDays:
    """The days on which the partners of areas were active, as recorded; two queries.

    The state at the end of a day counts for it. Before anything is recorded, a partner was what it was first, and not
    before the day that is entered as "partner since".
    """

    def __init__(self, areas: Collection[LocalArea]) -> None:
        joined = Partnership.objects.filter(area__in=areas).exclude(since=None).order_by()
        self._since: dict[int, date] = dict(joined.values_list("pk", "since"))  # type: ignore[arg-type]
        self._changes: dict[int, list[tuple[date, bool]]] = defaultdict(list)
        events: Any = Partnership.pgh_event_model.objects.filter(area__in=areas)  # type: ignore[attr-defined]
        # Most partners were always active: only those that once were not are read.
        away = events.filter(~Q(status=Partnership.Status.ACTIVE) | Q(archived_at__isnull=False))
        told = events.filter(pgh_obj_id__in=away.order_by().values("pgh_obj_id")).order_by("pgh_created_at", "pgh_id")
        days = LocalDays(areas)
        for pk, area, status, archived_at, at in told.values_list(
            "pgh_obj_id", "area", "status", "archived_at", "pgh_created_at"
        ):
            is_active = status == Partnership.Status.ACTIVE and archived_at is None
            self._changes[pk].append((days.day(area, at), is_active))

    def is_active(self, partnership: int, day: date) -> bool:
        """Return whether a partner was active on a day."""
        if partnership in self._since and day < self._since[partnership]:
            return False
        changes = self._changes.get(partnership)
        if not changes:
            return True
        number = bisect_right(changes, day, key=lambda change: change[0])
        return changes[max(number - 1, 0)][1]

    def owes(self, act: Act) -> bool:
        """Return whether the partner of an act was active on the day it was due."""
        return self.is_active(act.partnership, act.due_on)
