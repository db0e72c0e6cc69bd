"""Invitations that wait for an answer, and replies by mail at which the staff must look, as to-do items."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meetings.models import Answer, Meeting, MeetingInvitation, Reply
from onestop.ui.presentation import when
from onestop.ui.small_queries import SmallQuery
from onestop.ui.todo import LATER, NOW, SOON, TodoItem, TodoPart
from onestop.ui.written_queries import Row, written_once
from partners.models import LocalArea
from partners.todo.lines import NAMED

AHEAD = timedelta(days=21)
URGENT = timedelta(days=3)


def unanswered(user: Any, area: LocalArea, at: datetime) -> TodoPart:
    """Return the meetings of the next three weeks to which a person has not answered."""
    query = _unanswered(user.pk, user.email.lower(), area.pk, at)
    return SmallQuery(query, _items(area, at))


@written_once
def _unanswered(user: int, email: str, area: int, at: datetime) -> QuerySet[Any, Any]:
    invited = MeetingInvitation.objects.unrevoked().filter(Q(user=user) | Q(email=email), series=OuterRef("series"))
    given = Answer.objects.filter(
        Q(invitation__user=user) | Q(invitation__email=email), invitation__revoked_at=None, series=OuterRef("series")
    )
    to_this = given.filter(meeting=OuterRef("pk"), for_start=OuterRef("starts_at"))
    to_all = given.filter(meeting=None, sequence__gte=OuterRef("series__timed_sequence"))
    rows = Meeting.objects.coming(at).filter(starts_at__lt=at + AHEAD, group__area=area)
    answered = Q(changed__len=0, is_by_rule=False) & Exists(to_all)
    waiting = rows.filter(Exists(invited), ~Exists(to_this)).exclude(answered)
    return waiting.values("pk", "title", "starts_at", zone=F("series__zone"))[: NAMED + 1]


def _items(area: LocalArea, at: datetime) -> Callable[[list[Row]], Iterator[TodoItem]]:
    def items(rows: list[Row]) -> Iterator[TodoItem]:
        for row in rows[:NAMED]:
            starts_at: datetime = row["starts_at"].astimezone(area.zone)
            on: date = starts_at.date()
            kind = NOW if row["starts_at"] - at <= URGENT else LATER
            url = reverse("meetings:meeting_detail", args=[row["pk"]])
            what = _("Do you come? %(title)s") % row
            yield TodoItem(kind, "calendar-check", what, when(starts_at), url, _("Answer"), due_on=on)

    return items


def unread_replies(area: LocalArea) -> TodoPart:
    """Return the replies by mail of an area at which the staff must look, by group."""
    return SmallQuery(_unread(area.pk), _reply_items)


@written_once
def _unread(area: int) -> QuerySet[Any, Any]:
    rows = Reply.objects.unread().filter(series__group__area=area)
    counted = rows.order_by().values("series", title=F("series__title")).annotate(number=Count("pk"))
    return counted.order_by("title", "series")[: NAMED + 1]


def _reply_items(rows: list[Row]) -> Iterator[TodoItem]:
    for row in rows[:NAMED]:
        what = ngettext(
            "%(number)d reply to %(title)s needs a look", "%(number)d replies to %(title)s need a look", row["number"]
        )
        why = _("Somebody who was not invited, an earlier version, or another time is proposed.")
        url = reverse("meetings:series_detail", args=[row["series"]])
        yield TodoItem(SOON, "envelope-exclamation", what % row, why, url, _("Read the replies"))
