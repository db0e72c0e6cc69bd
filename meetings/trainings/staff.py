"""Staff coverage: to which programs a partner's trained staff give access, and when they were last trained.

Access through trained staff is that of 20 CFR 678.305(d)(2). Gaps come first: never trained, then longest ago.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from meetings.models import Training
from meetings.trainings.participants import participants_of
from meetings.trainings.recording import day_of
from partners.models import LocalArea, Partnership, Program, ProgramAccess

REFRESH = timedelta(days=365)  # no law sets it: staff and programs change within a year
NEVER, OLD, TRAINED = "never", "old", "trained"


@dataclass(frozen=True)
class StaffRow:
    """One partner, one program to which its staff give access in some centers, and when they were trained on it.

    ``trained_on`` is the earliest day of these centers, ``None`` if one has none. ``training`` is the last one on the
    program in which the partner's staff took part, and ``staff`` how many.
    """

    host: Partnership
    program: Program
    centers: Sequence[str]
    trained_on: date | None
    staff: int | None
    training: Training | None
    today: date

    @property
    def state(self) -> str:
        """Whether they were never trained, a year ago, or lately."""
        if self.trained_on is None:
            return NEVER
        return OLD if self.trained_on + REFRESH < self.today else TRAINED

    @property
    def chip(self) -> tuple[str, str, str]:
        """The same as kind, word and icon of a chip."""
        return {
            NEVER: ("now", _("Never trained"), "x-octagon-fill"),
            OLD: ("soon", _("More than a year ago"), "clock"),
            TRAINED: ("good", _("Trained"), "check-circle-fill"),
        }[self.state]

    @property
    def is_unrecorded(self) -> bool:
        """Whether they took part in a later training than the recorded one."""
        if self.training is None:
            return False
        return self.trained_on is None or self.trained_on < day_of(self.training)


def staff_coverage_of(area: LocalArea, *, user: Any, at: datetime) -> list[StaffRow]:
    """Return the staff coverage of an area, gaps first; five queries."""
    today = at.astimezone(area.zone).date()
    rows = (
        ProgramAccess.objects.visible_to(user)
        .current()
        .filter(center__area=area, center__archived_at=None, mode=ProgramAccess.Mode.TRAINED, host__isnull=False)
    )
    by_pair: dict[tuple[int, int], list[ProgramAccess]] = defaultdict(list)
    for access in rows.select_related("program", "center", "host__organization").order_by("center__name", "pk"):
        by_pair[access.host_id or 0, access.program_id].append(access)
    last = _last_trainings(area, user, at)
    found = [_row(ways, last.get(pair), today) for pair, ways in by_pair.items()]
    return sorted(found, key=_urgency)


def _row(ways: Sequence[ProgramAccess], last: tuple[Training, int] | None, today: date) -> StaffRow:
    days = [access.trained_on for access in ways]
    host = ways[0].host
    assert host is not None
    return StaffRow(
        host,
        ways[0].program,
        sorted({access.center.name for access in ways}),
        None if None in days else min(day for day in days if day),
        last[1] if last else None,
        last[0] if last else None,
        today,
    )


def _urgency(row: StaffRow) -> tuple[Any, ...]:
    name = row.host.organization.name.casefold()
    return row.trained_on or date.min, name, row.program.position, row.host.pk


def _last_trainings(area: LocalArea, user: Any, at: datetime) -> dict[tuple[int, int], tuple[Training, int]]:
    """Return the last training in which each partner's staff took part, by partner and program, and with how many."""
    trainings = list(
        Training.objects.visible_to(user)
        .of(area)
        .taken_place(at)
        .filter(program_links__isnull=False)
        .distinct()
        .select_related("meeting__series")
        .prefetch_related("program_links")
        .order_by("meeting__starts_at", "pk")
    )
    took_part = participants_of(trainings)
    last: dict[tuple[int, int], tuple[Training, int]] = {}
    for training in trainings:
        for each in took_part.get(training.pk, ()):
            for link in training.program_links.all():
                last[each.partnership.pk, link.program_id] = training, each.staff
    return last


def export_staff(rows: Sequence[StaffRow]) -> tuple[list[str], Iterator[list[Any]]]:
    """Return the header and the rows of the staff coverage."""
    header = [
        _("Partner"), _("Program"), _("Centers"), _("State"), _("Last trained"), _("Last training"),
        _("Staff who took part"),
    ]  # fmt: skip
    return header, (
        [
            row.host.organization.name, row.program.short_name, "; ".join(row.centers), row.chip[1], row.trained_on,
            day_of(row.training) if row.training else None, row.staff,
        ]
        for row in rows
    )  # fmt: skip
