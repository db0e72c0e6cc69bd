"""What pages show of agendas: on the page of a meeting, on that of a series, and by a personal link."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from meetings.agendas import publishing
from meetings.agendas.locking import next_meeting_of, series_chain
from meetings.agendas.moving import is_carried_from
from meetings.agendas.reading import Agenda, PlannedItem, agenda_of
from meetings.models import AgendaItem, AgendaPaper, Meeting, Purpose, Series
from partners.network.served_things import Served, read_served
from partners.rules import may


@dataclass(frozen=True)
class Row:
    """One item as a page shows it: what it serves as far as the person may see it, and which button keeps the focus."""

    planned: PlannedItem
    served: Served | None = None
    focus: str = ""

    @property
    def item(self) -> AgendaItem:
        """The item."""
        return self.planned.item


@dataclass(frozen=True)
class Block:
    """Items that are shown together: those of the consent agenda, or one other item."""

    is_consent: bool
    rows: Sequence[Row]


def agenda_context(meeting: Meeting, user: Any, *, at: datetime, moved: str = "") -> dict[str, Any]:
    """Return what the page of a meeting shows of its agenda; the number of queries does not grow with its items.

    ``moved`` names the button that keeps the focus: "12-up".
    """
    agenda = agenda_of(meeting)
    may_run = may(user, "meetings.edit_agenda", meeting.group)
    sees = may_run or agenda.is_known
    is_open = meeting.is_planned and agenda.closed_at is None
    outcomes = [each.item.outcome for each in agenda.items]
    context = {
        "agenda": agenda,
        "agenda_sees": sees,
        "agenda_blocks": blocks_of(agenda, user, moved=moved) if sees else [],
        "agenda_may_run": may_run,
        "agenda_may_edit": may_run and is_open,
        "agenda_counts": [(label, agenda.counts[value]) for value, label in Purpose.choices if agenda.counts[value]],
        "agenda_may_suggest": is_open and meeting.ends_at > at and may(user, "meetings.suggest_items", meeting.group),
        "publish_by": publishing.publish_by(meeting),
        "is_published_late": publishing.is_late(meeting, agenda.published_at, at=at),
        "agenda_has_begun": meeting.has_begun(at),
        "may_carry": may_run and is_carried_from(meeting, at=at) and "" in outcomes,
        "may_take_back": may_run and AgendaItem.Outcome.CARRIED in outcomes,
        **_suggestions(meeting, user, may_answer=may_run and is_open and meeting.ends_at > at, may_run=may_run),
    }
    if may_run:
        context |= {
            "removed_items": AgendaItem.objects.archived().filter(meeting=meeting).exclude(state="suggested"),
            "removed_papers": AgendaPaper.objects.archived().filter(
                item__in=[each.item.pk for each in agenda.items]
            ).select_related("item"),
        }  # fmt: skip
    return context


def _suggestions(meeting: Meeting, user: Any, *, may_answer: bool, may_run: bool) -> dict[str, Any]:
    """Return what was suggested for a meeting or for any of its series; to members their own, answered ones too."""
    chain = series_chain(meeting.series)
    rows = AgendaItem.objects.current().filter(series__in=chain)
    rows = rows.select_related("suggested_by", "owner", "meeting__series")
    waiting = rows.filter(state=AgendaItem.State.SUGGESTED).order_by("suggested_at", "pk")
    own = rows.filter(suggested_by=user.pk, state__in=["suggested", "declined"])
    return {
        "suggestions": list(waiting) if may_answer else [],
        "own_suggestions": [] if may_run else list(own.order_by("-suggested_at", "pk")[:10]),
    }


def blocks_of(agenda: Agenda, user: Any, *, moved: str = "") -> list[Block]:
    """Return an agenda with what its items serve; one query a kind of things that are served."""
    served = read_served({each.item.serves for each in agenda.items if each.item.serves}, user)
    return [Block(is_consent, [_row(each, served, moved) for each in items]) for is_consent, items in agenda.blocks]


def _row(planned: PlannedItem, served: Mapping[str, Served], moved: str) -> Row:
    return Row(planned, served.get(planned.item.serves), _focus(planned.item, moved))


def _focus(item: AgendaItem, moved: str) -> str:
    pk, _dash, to = moved.partition("-")
    return to if pk == str(item.pk) else ""


@dataclass(frozen=True)
class Waiting:
    """An item of a backlog, and which button keeps the focus."""

    item: AgendaItem
    focus: str = ""


def backlog_context(series: Series, user: Any, *, at: datetime, moved: str = "") -> dict[str, Any]:
    """Return what the page of a series shows: its backlog and suggestions to those who run it, to others their own."""
    may_run = may(user, "meetings.edit_agenda", series.group)
    chain = series_chain(series)
    rows = AgendaItem.objects.filter(series__in=chain).select_related("owner", "suggested_by", "meeting__series")
    own = rows.current().filter(suggested_by=user.pk, state__in=["suggested", "declined"])
    return {
        "agenda_may_run": may_run,
        "agenda_may_suggest": not series.is_archived and may(user, "meetings.suggest_items", series.group),
        "backlog": [Waiting(item, _focus(item, moved)) for item in rows.backlog()] if may_run else [],
        "removed_items": rows.archived().filter(meeting=None, state="accepted") if may_run else [],
        "suggestions": list(rows.suggested()) if may_run else [],
        "own_suggestions": [] if may_run else list(own.order_by("-suggested_at", "pk")[:10]),
        "next_meeting": next_meeting_of(series, after=at) if may_run else None,
    }
