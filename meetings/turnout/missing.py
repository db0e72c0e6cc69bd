"""Who missed too many meetings in a row, over all groups of an area, as queries for to-do lists.

They count as the page of a group does (``reading``): the meetings held since somebody came last, or since the first
member began.
"""

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
from django.db.models.functions import Coalesce, Least, Now, TruncDate

from meetings.models import Attendance, Group, GroupMember, GroupSeat, Meeting
from meetings.models.series import MeetingQuerySet
from meetings.turnout.marks import TOO_MANY
from onestop.ui.written_queries import written_once


@written_once
def missing_partners(area: int, since: datetime, user: int | None) -> QuerySet[Any, Any]:
    """Return the partners that missed the last three meetings of a group or more.

    Of the groups that a person runs, or of all groups of the area. Meetings before ``since`` are not looked at.
    """
    in_group = {"group": OuterRef("group")}
    members = GroupMember.objects.current().filter(seat__partnership=OuterRef("partnership"), seat__archived_at=None)
    on_roll = _rows(since).filter(Q(partnership=OuterRef("partnership")) | Q(seat=OuterRef("pk")))
    seats = GroupSeat.objects.current().filter(partnership__isnull=False, group__in=_groups(area, user))
    found = seats.annotate(
        began_on=Least(
            Subquery(_least(members.filter(**in_group), "group", "from_on"), DateField()),
            TruncDate(Subquery(_least(on_roll, "meeting__group", "meeting__starts_at"), DateTimeField())),
        ),
        last_at=_last(on_roll, since),
    ).annotate(missed=_held_since(since, OuterRef("last_at"), OuterRef("began_on")))
    rows = found.filter(missed__gte=TOO_MANY).order_by("-missed", "partnership__organization__name", "group", "pk")
    return rows.values(
        "group", "missed", "partnership", who=F("partnership__organization__name"), group_name=F("group__name"),
        allowed=F("group__absences_allowed"),
    )  # fmt: skip


@written_once
def over_policy(area: int, since: datetime, user: int | None) -> QuerySet[Any, Any]:
    """Return the people in seats who have reached the attendance policy of a group.

    Of partners it returns those whose partner is not missing yet: who is named by ``missing_partners`` is not named
    again.
    """
    rows = _held_today(area, user).filter(seat__isnull=False, is_alternate=False)
    of_partner = _rows(since).filter(partnership=OuterRef("seat__partnership"))
    found = rows.annotate(
        last_at=_last(_rows(since).filter(seat=OuterRef("seat")), since), partner_last_at=_last(of_partner, since)
    ).annotate(
        missed=_held_since(since, OuterRef("last_at"), OuterRef("from_on")),
        partner_missed=_held_since(since, OuterRef("partner_last_at"), OuterRef("from_on")),
    )
    found = found.exclude(seat__partnership__isnull=False, partner_missed__gte=TOO_MANY)
    return _people(found)


@written_once
def members_over_policy(area: int, since: datetime, user: int | None) -> QuerySet[Any, Any]:
    """Return the members without a seat who have reached the attendance policy; only those on a roll are counted."""
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
def _groups(area: int, user: int | None) -> QuerySet[Any, Any]:
    groups = Group.objects.current().filter(area=area)
    if user is not None:
        officers = _on_today(GroupMember.objects.current()).filter(user=user, role__in=GroupMember.OFFICERS)
        groups = groups.filter(pk__in=officers.values("group"))
    return groups.values("pk")


def _on_today(members: Any) -> Any:
    today = TruncDate(Now())
    return members.filter(Q(last_on=None) | Q(last_on__gte=today), from_on__lte=today)


def _held_today(area: int, user: int | None) -> Any:
    members = _on_today(GroupMember.objects.current())
    return members.filter(group__in=_groups(area, user), group__absences_allowed__isnull=False)


def _people(rows: Any) -> QuerySet[Any, Any]:
    found = rows.filter(missed__gte=F("group__absences_allowed")).order_by("-missed", "name", "pk")
    return found.values(
        "group", "missed", who=F("name"), group_name=F("group__name"), allowed=F("group__absences_allowed")
    )


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
