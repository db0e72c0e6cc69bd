"""A training consortium with two partners, and a training that was held some days before a fixed day."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from meetings.models import Group, Meeting, Series, Training
from onestop.accounts.models import User
from partners.models import LocalArea, Partnership, Program
from tests import factories

NOW = datetime(2026, 9, 7, 15, 0, tzinfo=LocalArea().zone)


@dataclass
class Consortium:
    """The group, its series of trainings, its people, and the programs that partners teach about."""

    area: LocalArea
    group: Group
    series: Series
    partner: Partnership
    neighbor: Partnership
    staff: User
    manager: User
    program: Program

    def meeting(self, ago: timedelta = timedelta(days=1), *, at: datetime = NOW, **fields: Any) -> Meeting:
        """Return a meeting of the series that began some time before a moment."""
        local = (at - ago).astimezone(self.area.zone).replace(tzinfo=None, microsecond=0)
        return factories.make_meeting(self.series, local, **fields)

    def training(self, ago: timedelta = timedelta(days=1), *, at: datetime = NOW, **fields: Any) -> Training:
        """Return a training about the program, taught by the first partner."""
        given: dict[str, Any] = {"topic": "How claims work", "programs": [self.program], "teachers": [self.partner]}
        return factories.make_training(self.meeting(ago, at=at), **given | fields)


def make_consortium(area: LocalArea, partner: Partnership, neighbor: Partnership, cast: dict[str, User]) -> Consortium:
    """Return a consortium in which the first partner has a seat that its manager fills."""
    group = factories.make_group(area, name="Training consortium", kind="consortium")
    seat = factories.make_group_seat(group, partner)
    factories.make_group_member(group, cast["manager"], seat=seat)
    factories.make_group_member(group, name="Ann Example", email="ann@chamber.example")
    series = factories.make_series(group, kind="training", title="Partners teach partners")
    program = factories.make_program(short_name="UI")
    return Consortium(area, group, series, partner, neighbor, cast["staff"], cast["manager"], program)
