"""Who missed too many meetings in a row, over all groups of an area, as queries for to-do lists.

They count as the page of a group does (``reading``): the meetings held since somebody came last, or since the first
member began.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import (
    Count,
    DateField,
    DateTimeField,
    F,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, Now, TruncDate

from meetings.models import Attendance, GroupMember, GroupSeat, Meeting
from meetings.models.series import MeetingQuerySet
from meetings.turnout.marks import TOO_MANY
from onestop.ui.written_queries import Row, written_once


def partners_missing(rows: Iterable[Row]) -> list[Row]:
    """Return those of ``partner_seats`` whose partner misses too many in a row, once for each group."""
    found = {(row["group"], row["partnership"]): row for row in rows if row["missed"] >= TOO_MANY}
    return sorted(found.values(), key=lambda row: -row["missed"])


def people_over_policy(rows: Iterable[Row]) -> list[Row]:
    """Return those of ``people_in_seats`` or ``members_without_seat`` who have reached the policy of their group.

    Who is named by ``partners_missing`` is not named again.
    """
    over = [row for row in rows if row["missed"] >= row["allowed"]]
    alone = [row for row in over if not row.get("partner") or row["partner_missed"] < TOO_MANY]
    return sorted(alone, key=lambda row: -row["missed"])


# What was missed is compared here, and not in the condition of a statement: there, PostgreSQL may count it for the
# seats of all areas before it looks for those of one.
@written_once
def partner_seats(area: int, since: datetime, user: int | None) -> QuerySet[Any, Any]:
    """Return the seats of partners in groups of an area, or of those a person runs, with how many were missed in a row.

    Meetings before ``since`` are not looked at.
    """
    members = GroupMember.objects.current().filter(seat__partnership=OuterRef("partnership"), group=OuterRef("group"))
    on_roll = _rows(since).filter(partnership=OuterRef("partnership"))
    seats = _of_groups(GroupSeat.objects.current(), area, user).filter(partnership__isnull=False)
    found = seats.annotate(
        began_on=Coalesce(
            Subquery(_least(members.filter(seat__archived_at=None), "group", "from_on"), DateField()),
            TruncDate(Subquery(_least(on_roll, "meeting__group", "meeting__starts_at"), DateTimeField())),
        ),
        last_at=_last(on_roll, since),
    ).annotate(missed=_held_since(since, OuterRef("last_at"), OuterRef("began_on")))
    return found.order_by("partnership__organization__name", "group", "pk").values(
        "group", "missed", "partnership", who=F("partnership__organization__name"), group_name=F("group__name"),
        allowed=F("group__absences_allowed"),
    )  # fmt: skip


@written_once
def people_in_seats(area: int, since: datetime, user: int | None) -> QuerySet[Any, Any]:
    """Return who is in a seat of a group with an attendance policy, with how many were missed since in a row."""
    rows = _held_today(area, user).filter(seat__isnull=False, is_alternate=False)
    of_partner = _rows(since).filter(partnership=OuterRef("seat__partnership"))
    found = rows.annotate(
        last_at=_last(_rows(since).filter(seat=OuterRef("seat")), since), partner_last_at=_last(of_partner, since)
    ).annotate(
        missed=_held_since(since, OuterRef("last_at"), OuterRef("from_on")),
        partner_missed=_held_since(since, OuterRef("partner_last_at"), OuterRef("from_on")),
    )
    return _people(found, "partner_missed", partner=F("seat__partnership"))


@written_once
def members_without_seat(area: int, since: datetime, user: int | None) -> QuerySet[Any, Any]:
    """Return the members without a seat of groups with a policy; only meetings on whose roll they are count."""
    rows = _held_today(area, user).filter(seat=None)
    own = _rows(since).filter(member=OuterRef("pk"))
    found = rows.annotate(last_at=_last(own, since)).annotate(
        missed=_number(
            own.exclude(presence__in=Attendance.THERE).filter(meeting__starts_at__gt=OuterRef("last_at")),
            "member",
        )
    )
    return _people(found)


# ---------------------------------------------------------------- Shared
def _of_groups(rows: Any, area: int, user: int | None) -> Any:
    rows = rows.filter(group__area=area, group__archived_at=None)
    if user is None:
        return rows
    officers = _on_today(GroupMember.objects.current()).filter(user=user, role__in=GroupMember.OFFICERS)
    return rows.filter(group__in=officers.values("group"))


def _on_today(members: Any) -> Any:
    today = TruncDate(Now())
    return members.filter(Q(last_on=None) | Q(last_on__gte=today), from_on__lte=today)


def _held_today(area: int, user: int | None) -> Any:
    members = _on_today(GroupMember.objects.current())
    return _of_groups(members, area, user).filter(group__absences_allowed__isnull=False)


def _people(rows: Any, *columns: str, **more: Any) -> QuerySet[Any, Any]:
    names = {"who": F("name"), "group_name": F("group__name"), "allowed": F("group__absences_allowed")}
    return rows.order_by("name", "pk").values("group", "missed", *columns, **names, **more)


def _rows(since: datetime) -> Any:
    """Return the rows of the rolls of the group that count."""
    return Attendance.objects.filter(
        meeting__group=OuterRef("group"),
        meeting__status=Meeting.Status.HELD,
        meeting__record__closed_at__isnull=False,
        meeting__starts_at__gte=since,
    )


def _last(rows: Any, since: datetime) -> Coalesce:
    """Return when somebody came last, or since when it is looked at."""
    came = rows.filter(presence__in=Attendance.THERE).order_by("-meeting__starts_at")
    return Coalesce(Subquery(came.values("meeting__starts_at")[:1], DateTimeField()), Value(since, DateTimeField()))


def _least(rows: Any, by: str, name: str) -> Any:
    return rows.order_by().values(by).annotate(least=Min(name)).values("least")


def _held_since(since: datetime, last_at: Any, began_on: Any) -> Coalesce:
    """Return how many meetings of the group were held after one instant, and not before a day."""
    held: MeetingQuerySet = Meeting.objects.filter(
        group=OuterRef("group"), status=Meeting.Status.HELD, record__closed_at__isnull=False, starts_at__gte=since
    )
    after = held.filter(starts_at__gt=last_at, starts_at__date__gte=began_on)
    return _number(after, "group")


def _number(rows: Any, by: str) -> Coalesce:
    counted = rows.order_by().values(by).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, IntegerField()), 0)
