"""What the page of a group shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meetings.groups.rhythm import Rhythm, rhythms_of
from meetings.models import Group, GroupMember, GroupSeat, Meeting
from onestop.ui.charts import TARGET, BarChart, Series
from onestop.ui.presentation import shortday

MOST_COMING, MOST_PAST, MOST_GAPS = 6, 12, 12


@dataclass(frozen=True)
class SeatRow:
    """A seat with who sits in it today, and its alternates."""

    seat: GroupSeat
    members: Sequence[GroupMember]
    alternates: Sequence[GroupMember]


def group_page(group: Group, *, user: Any, at: datetime, sees_past: bool) -> dict[str, Any]:
    """Return the seats, members, series, meetings and rhythm of a group; eight queries.

    ``sees_past`` adds members who left and what was removed.
    """
    today = at.astimezone(group.zone).date()
    members = list(GroupMember.objects.on(today).filter(group=group).in_order())
    coming_in = list(GroupMember.objects.after(today).filter(group=group).in_order())
    seats = list(group.seats.current().in_order())
    [rhythm] = rhythms_of([group], at=at)
    series = group.series.with_place().running_on(today).filter(continued_by=None).order_by("first_on", "pk")
    past = group.meetings.filter(starts_at__lte=at, series__archived_at=None).exclude(status=Meeting.Status.CANCELED)
    return {
        "seats": [_row(seat, members) for seat in seats],
        "others": [member for member in members if member.seat_id is None],
        "coming_in": coming_in,
        "voting": sum(seat.is_voting for seat in seats),
        "needed": group.seats_for_quorum(sum(seat.is_voting for seat in seats)),
        "series_list": series,
        "coming": list(group.meetings.with_place().coming(at)[:MOST_COMING]),
        "past": list(past.select_related("series").order_by("-starts_at")[:MOST_PAST]),
        "rhythm": rhythm,
        "gaps_chart": gaps_chart(rhythm),
        "polls": group.polls.current().filter(decided_at=None).order_by("closes_at"),
        "further_areas": [each.area for each in group.further_areas.select_related("area")],
        "removed_seats": group.seats.archived().in_order() if sees_past else (),
        "former": GroupMember.objects.before(today).filter(group=group).in_order() if sees_past else (),
    }


def _row(seat: GroupSeat, members: Sequence[GroupMember]) -> SeatRow:
    own = [member for member in members if member.seat_id == seat.pk]
    return SeatRow(
        seat,
        [member for member in own if not member.is_alternate],
        [member for member in own if member.is_alternate],
    )


def gaps_chart(rhythm: Rhythm) -> BarChart | None:
    """Return the gaps between the last meetings as a chart; nothing before the second meeting."""
    gaps, ends = rhythm.gaps[-MOST_GAPS:], rhythm.met_on[1:][-MOST_GAPS:]
    if not gaps:
        return None
    longest = max(gaps)
    promised = rhythm.group.promised_days
    series = [Series(_("Days since the meeting before"), gaps)]
    if promised:
        series.append(Series(_("Promised at most"), [promised] * len(gaps), TARGET))
        late = sum(gap > promised for gap in gaps)
        say = ngettext(
            "%(late)d of %(all)d gap was longer than promised; the longest was %(longest)d days.",
            "%(late)d of %(all)d gaps were longer than promised; the longest was %(longest)d days.",
            len(gaps),
        ) % {"late": late, "all": len(gaps), "longest": longest}
    else:
        say = _("The longest gap was %(longest)d days.") % {"longest": longest}
    return BarChart(
        title=_("Days between meetings"),
        say=say,
        labels=[shortday(end) for end in ends],
        series=series,
        of=_("Meeting"),
    )
