"""Agendas that must be published soon, and suggestions that wait for an answer, as to-do items."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, DateTimeField, DurationField, ExpressionWrapper, F, Q, QuerySet, Value
from django.db.models.functions import Now, TruncDate
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meetings.models import AgendaItem, GroupMember, Meeting
from onestop.ui.presentation import day, when
from onestop.ui.small_queries import SmallQuery
from onestop.ui.todo import NOW, SOON, TodoItem, TodoPart
from onestop.ui.written_queries import Row, written_once
from partners.models import LocalArea
from partners.todo.lines import NAMED

AHEAD = timedelta(days=10)  # before the last day for publishing
URGENT = timedelta(days=3)


def unpublished(area: LocalArea, at: datetime) -> TodoPart:
    """Return the agendas of an area that must be published soon by a notice rule."""
    return SmallQuery(_unpublished(area.pk, at), _items(area, at))


def unpublished_of_officer(user: Any, area: LocalArea, at: datetime) -> TodoPart:
    """Return the same of the groups whose officer a person is."""
    return SmallQuery(_unpublished_of(user.pk, area.pk, at), _items(area, at))


def _due(area: int, at: datetime) -> QuerySet[Any, Any]:
    days = ExpressionWrapper(F("group__notice_days") * Value(timedelta(days=1)), output_field=DurationField())
    last = ExpressionWrapper(F("starts_at") - days, output_field=DateTimeField())
    rows = Meeting.objects.coming(at).filter(group__area=area, group__notice_days__isnull=False)
    return rows.annotate(last_at=last).filter(last_at__lt=at + AHEAD, record__agenda_published_at=None)


def _named(rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    return rows.values("pk", "title", "starts_at", "last_at")[: NAMED + 1]


@written_once
def _unpublished(area: int, at: datetime) -> QuerySet[Any, Any]:
    return _named(_due(area, at))


@written_once
def _unpublished_of(user: int, area: int, at: datetime) -> QuerySet[Any, Any]:
    today = TruncDate(Now())
    held = GroupMember.objects.current().filter(Q(last_on=None) | Q(last_on__gte=today), from_on__lte=today)
    own = held.filter(user=user, role__in=GroupMember.OFFICERS).values("group")
    return _named(_due(area, at).filter(group__in=own))


def _items(area: LocalArea, at: datetime) -> Callable[[list[Row]], Iterator[TodoItem]]:
    def items(rows: list[Row]) -> Iterator[TodoItem]:
        for row in rows[:NAMED]:
            last = row["last_at"].astimezone(area.zone).date()
            facts = {"title": row["title"], "day": day(last)}
            what = _("The agenda of %(title)s must be published by %(day)s") % facts
            starts_at = row["starts_at"].astimezone(area.zone)
            why = _("The meeting is %(time)s (20 CFR 679.390).") % {"time": when(starts_at)}
            url = f"{reverse('meetings:meeting_detail', args=[row['pk']])}#agenda"
            kind = NOW if row["last_at"] - at <= URGENT else SOON
            yield TodoItem(kind, "list-ol", what, why, url, _("View the agenda"), due_on=last)

    return items


# ---------------------------------------------------------------- Suggestions
def suggested(area: LocalArea) -> TodoPart:
    """Return the suggestions of an area that wait for an answer, by series."""
    return SmallQuery(_suggested(area.pk), _suggestions)


@written_once
def _suggested(area: int) -> QuerySet[Any, Any]:
    rows = AgendaItem.objects.suggested().filter(series__group__area=area, series__archived_at=None)
    counted = rows.order_by().values("series", name=F("series__title")).annotate(number=Count("pk"))
    return counted.order_by("name", "series")[: NAMED + 1]


def _suggestions(rows: list[Row]) -> Iterator[TodoItem]:
    for row in rows[:NAMED]:
        what = ngettext(
            "%(number)d suggestion for the agenda of %(name)s", "%(number)d suggestions for the agenda of %(name)s",
            row["number"],
        )  # fmt: skip
        why = _("Put it on an agenda, or say why not.")
        url = f"{reverse('meetings:series_detail', args=[row['series']])}#agenda"
        yield TodoItem(SOON, "lightbulb", what % row, why, url, _("Answer the suggestions"))
