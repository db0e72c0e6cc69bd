"""The sample area of an app above this one: its people, and rows that are inserted with their history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from onestop.accounts.models import User
from partners.models import LocalArea, Membership, Partnership, Role
from partners.sample.past import Past

AREA = "riverbend"


@dataclass
class AreaStory:
    """The area, its people, and the history of what is loaded."""

    area: LocalArea
    today: date
    staff: User
    partners: Sequence[Partnership]
    past: Past

    def at(self, day: date, hour: int = 10) -> datetime:
        """Return a time on a day."""
        return datetime.combine(day, time(hour, 12), self.area.zone)

    def keep(self, rows: Sequence[Any], at: datetime) -> None:
        """Insert rows of one model, with their history."""
        self.keep_each([(row, at) for row in rows])

    def keep_each(self, rows: Sequence[tuple[Any, datetime]]) -> None:
        """Insert rows of one model, each as of a time, with their history."""
        type(rows[0][0])._default_manager.bulk_create([row for row, _at in rows])
        for row, at in rows:
            self.past.add(row, at=at, by=self.staff)


def sample_area() -> LocalArea | None:
    """Return the sample area; ``None`` if it was not loaded."""
    return LocalArea.objects.select_related("state").filter(slug=AREA, state__code="ZZ").first()


def begin_story(area: LocalArea, *, today: date) -> AreaStory:
    """Return the story of the sample area."""
    staff = Membership.objects.current().filter(area=area, role=Role.STAFF).order_by("since", "pk")
    partners = Partnership.objects.active().filter(area=area).select_related("organization").order_by("pk")
    first = staff.select_related("user").first()
    assert first
    return AreaStory(area, today, first.user, list(partners), Past())
