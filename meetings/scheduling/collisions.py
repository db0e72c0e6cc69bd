"""What a planned time collides with: a closed day, the room, and the same people elsewhere."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meetings.models import Group, GroupMember, Meeting, Series
from meetings.scheduling.closed_days import closed_days
from onestop.ui.presentation import clock
from partners.models import Room

NAMED = 3  # people named in a line


@dataclass(frozen=True)
class Slot:
    """One time in question with what it collides with, in words."""

    starts_at: datetime
    collisions: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class People:
    """Members of a group, as accounts and as addresses without one."""

    users: frozenset[int]
    addresses: frozenset[str]

    @property
    def condition(self) -> Q:
        """The condition that a membership is one of theirs; the address counts if there is no account."""
        return Q(user__in=self.users) | Q(user=None, mailbox__in=self.addresses)

    def __bool__(self) -> bool:
        return bool(self.users or self.addresses)


def people_of(group: Group, on: date) -> People:
    """Return who belongs to a group on a day; one query."""
    held = GroupMember.objects.on(on).filter(group=group).values_list("user", Lower("email"))
    rows = list(held)
    return People(
        frozenset(user for user, _email in rows if user), frozenset(email for user, email in rows if not user and email)
    )


def collisions_of(
    group: Group, starts: Sequence[datetime], minutes: int, *, room: Room | None, but: Series | None = None
) -> list[Slot]:
    """Return each time with what it collides with; five queries, however many times. ``but`` is the series itself."""
    if not starts:
        return []
    length = timedelta(minutes=minutes)
    first, last = min(starts), max(starts) + length
    closed = closed_days(group, room, first.date(), last.date())
    around = Meeting.objects.on_calendar().overlapping(first, last)
    if but is not None and but.pk:
        around = around.exclude(series=but)
    in_room = list(around.filter(room=room).select_related("group")) if room else []
    elsewhere = _elsewhere(group, around, first.date())
    slots = []
    for start in starts:
        found = [_closed(closed[start.date()])] if start.date() in closed else []
        found += [_taken(each) for each in in_room if _meet(each, start, start + length)]
        found += [_busy(each, who) for each, who in elsewhere if _meet(each, start, start + length)]
        slots.append(Slot(start, found))
    return slots


def _meet(meeting: Meeting, starts_at: datetime, ends_at: datetime) -> bool:
    return meeting.starts_at < ends_at and starts_at < meeting.ends_at


def _elsewhere(group: Group, around: Iterable[Meeting], on: date) -> list[tuple[Meeting, list[str]]]:
    """Return the meetings of other groups to which members of this group belong, with their names."""
    people = people_of(group, on)
    if not people:
        return []
    same = GroupMember.objects.on(on).exclude(group=group).alias(mailbox=Lower("email")).filter(people.condition)
    names: dict[int, set[str]] = defaultdict(set)
    for other, name in same.values_list("group", "name"):
        names[other].add(name)
    found: Iterable[Meeting] = around.filter(group__in=names).select_related("group")  # type: ignore[attr-defined]
    return [(meeting, sorted(names[meeting.group_id])) for meeting in found]


def _closed(reason: str) -> str:
    return _("Closed: %(reason)s") % {"reason": reason} if reason else _("The centers are closed.")


def _taken(meeting: Meeting) -> str:
    facts = {"group": meeting.group, "time": clock(meeting.starts_at)}
    return _("The room is taken: %(group)s, %(time)s") % facts


def _busy(meeting: Meeting, names: Collection[str]) -> str:
    shown = ", ".join(list(names)[:NAMED])
    more = len(names) - NAMED
    if more > 0:
        shown = ngettext("%(names)s and %(more)d other", "%(names)s and %(more)d others", more) % {
            "names": shown,
            "more": more,
        }
    facts = {"names": shown, "group": meeting.group, "time": clock(meeting.starts_at)}
    return _("%(names)s: %(group)s, %(time)s") % facts
