"""What the public reads of a board and its committees: members, coming meetings with their agendas, and minutes.

Public are only meetings of the board and its committees that are open meetings; their agendas once published, the
papers marked as public, and the minutes that were published for everybody.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, Value, When

from meetings.agendas.reading import Agenda, agendas_of
from meetings.models import AgendaPaper, BoardPage, Group, Meeting, Minutes, Motion
from meetings.models.series import MeetingQuerySet
from onestop.files.models import StoredFile
from partners.models import BoardSeat, BoardTerm, LocalArea

MOST_COMING, MOST_PAST = 12, 24
LOOKS_BACK = timedelta(days=2 * 366)


@dataclass(frozen=True)
class ComingMeeting:
    """A coming open meeting, with its agenda once it is published."""

    meeting: Meeting
    agenda: Agenda | None

    @property
    def items(self) -> list[tuple[Any, list[AgendaPaper]]]:
        """The items of the published agenda, each with its public papers."""
        planned = self.agenda.items if self.agenda else ()
        return [(each, [paper for paper in each.papers if _is_readable(paper)]) for each in planned]


@dataclass(frozen=True)
class PastMeeting:
    """An open meeting that was held, with its minutes if they are public, and the motions in them."""

    meeting: Meeting
    minutes: Minutes | None
    motions: Sequence[Motion]


@dataclass(frozen=True)
class MemberRow:
    """A seat of the board, and who serves in it."""

    seat: BoardSeat
    term: BoardTerm | None


def published_page(area: LocalArea) -> BoardPage | None:
    """Return the public page of an area's board, if it has one."""
    rows = BoardPage.objects.filter(is_published=True, group__area=area, group__kind=Group.Kind.BOARD)
    return rows.filter(group__archived_at=None).select_related("group", "bylaws").first()


def open_meetings(area: LocalArea) -> MeetingQuerySet:
    """Return the meetings of an area's board and its committees that are open to the public, canceled ones too."""
    return Meeting.objects.filter(
        group__area=area, group__kind__in=Group.OF_BOARD, group__is_open_meeting=True, group__archived_at=None,
        series__archived_at=None,
    )  # fmt: skip


def coming_meetings(area: LocalArea, *, at: datetime) -> list[ComingMeeting]:
    """Return the next open meetings and their published agendas; those that go on, and canceled ones, too."""
    rows = open_meetings(area).filter(ends_at__gt=at).exclude(status=Meeting.Status.HELD)
    meetings = list(rows.with_place().order_by("starts_at", "pk")[:MOST_COMING])
    agendas = agendas_of(meetings)
    return [
        ComingMeeting(meeting, agendas[meeting.pk] if agendas[meeting.pk].is_published else None)
        for meeting in meetings
    ]


def past_meetings(area: LocalArea, *, at: datetime) -> list[PastMeeting]:
    """Return the last open meetings that were held, the newest first; two queries."""
    held = open_meetings(area).filter(status=Meeting.Status.HELD, starts_at__gte=at - LOOKS_BACK, starts_at__lte=at)
    rows = held.select_related("group", "series", "minutes_text").defer("minutes_text__text")
    meetings = list(rows.order_by("-starts_at", "-pk")[:MOST_PAST])
    public = {each.pk: found for each in meetings if (found := _public_minutes(each))}
    motions = defaultdict(list)
    for motion in Motion.objects.filter(meeting__in=public).exclude(state=Motion.State.OPEN).in_order():
        motions[motion.meeting_id].append(motion)
    return [PastMeeting(each, public.get(each.pk), motions[each.pk]) for each in meetings]


def _public_minutes(meeting: Meeting) -> Minutes | None:
    minutes: Minutes | None = getattr(meeting, "minutes_text", None)
    return minutes if minutes and minutes.audience == Minutes.Audience.PUBLIC else None


def member_rows(area: LocalArea, *, today: date) -> list[MemberRow]:
    """Return the seats of a board with who serves in them, by what they represent; two queries."""
    order = Case(*(When(category=code, then=Value(place)) for place, code in enumerate(BoardSeat.Category.values)))
    seats = BoardSeat.objects.current().filter(area=area).order_by(order, "label", "pk")
    terms = {term.seat_id: term for term in BoardTerm.objects.of(area).on(today)}
    return [MemberRow(seat, terms.get(seat.pk)) for seat in seats]


# ---------------------------------------------------------------- Files
def public_papers(area: LocalArea) -> Any:
    """Return the papers that anybody may read: public ones on published agendas of open meetings, once scanned."""
    papers = AgendaPaper.objects.current().filter(
        is_public=True, item__archived_at=None, item__state="accepted", file__state=StoredFile.State.CLEAN,
        item__meeting__in=open_meetings(area).values("pk"), item__meeting__record__agenda_published_at__isnull=False,
    )  # fmt: skip
    return papers.select_related("file")


def _is_readable(paper: AgendaPaper) -> bool:
    return paper.is_public and paper.file.is_clean


def readable_bylaws(page: BoardPage) -> StoredFile | None:
    """Return the by-laws of a page, if there are any and the virus scan is over."""
    return page.bylaws if page.bylaws and page.bylaws.is_clean else None
