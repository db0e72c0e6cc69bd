"""Minutes as to-do items: to draft, to send, corrections to answer, to approve; for members, to read and correct."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meetings.models import GroupMember, Meeting, Minutes, MinutesCorrection, MinutesLink
from onestop.ui.presentation import day
from onestop.ui.small_queries import SmallQuery
from onestop.ui.todo import LATER, NOW, SOON, TodoItem, TodoPart
from onestop.ui.written_queries import Row, written_once
from partners.models import LocalArea
from partners.todo.lines import NAMED

BACK = timedelta(days=180)  # nobody is asked for minutes of meetings before that
AHEAD = timedelta(days=21)  # minutes are approved at a meeting that is so near
Open = MinutesCorrection.State.OPEN


# ---------------------------------------------------------------- For those who run the group
def of_area(area: LocalArea, at: datetime) -> list[TodoPart]:
    """Return what the staff of an area have to do for the minutes of its groups."""
    return _parts(area, _to_draft(area.pk, at), _unfinished(area.pk, at), at)


def of_officer(user: Any, area: LocalArea, at: datetime) -> list[TodoPart]:
    """Return the same for the chair, vice chair, secretary and facilitator of groups of an area."""
    today = at.astimezone(area.zone).date()
    drafts = _to_draft_by(user.pk, area.pk, at, today)
    return _parts(area, drafts, _unfinished_by(user.pk, area.pk, at, today), at)


def _parts(area: LocalArea, drafts: Any, unfinished: Any, at: datetime) -> list[TodoPart]:
    return [SmallQuery(drafts, _draft_items(area)), SmallQuery(unfinished, _unfinished_items(area, at))]


def _held(at: datetime) -> QuerySet[Any, Any]:
    rows = Meeting.objects.on_calendar().filter(
        status=Meeting.Status.HELD, minutes_text=None, starts_at__gt=at - BACK, starts_at__lt=at
    )
    return rows.exclude(record__opened_at__isnull=False, record__closed_at=None).order_by("starts_at", "pk")


HELD_VALUES = ("pk", "title", "starts_at")


@written_once
def _to_draft(area: int, at: datetime) -> QuerySet[Any, Any]:
    return _held(at).filter(group__area=area).values(*HELD_VALUES)[: NAMED + 1]


@written_once
def _to_draft_by(user: int, area: int, at: datetime, today: Any) -> QuerySet[Any, Any]:
    rows = _held(at).filter(group__area=area, group__in=_run_by(user, today))
    return rows.values(*HELD_VALUES)[: NAMED + 1]


def _run_by(user: int, today: Any) -> QuerySet[Any, Any]:
    """Return the groups that somebody runs as an officer."""
    return GroupMember.objects.on(today).filter(user=user, role__in=GroupMember.OFFICERS).values("group")


def _draft_items(area: LocalArea) -> Callable[[list[Row]], Iterator[TodoItem]]:
    def items(rows: list[Row]) -> Iterator[TodoItem]:
        for row in rows[:NAMED]:
            on = row["starts_at"].astimezone(area.zone).date()
            what = _("Draft the minutes: %(title)s") % row
            why = _("Held on %(day)s.") % {"day": day(on, "plain")}
            url = reverse("meetings:meeting_detail", args=[row["pk"]])
            yield TodoItem(SOON, "journal-text", what, why, url, _("Draft minutes"))

    return items


def _not_approved(at: datetime) -> QuerySet[Any, Any]:
    coming = Meeting.objects.coming(at).filter(group=OuterRef("meeting__group")).order_by().values("group")
    rows = Minutes.objects.exclude(status=Minutes.Status.APPROVED).filter(
        meeting__starts_at__gt=at - 2 * BACK, meeting__series__archived_at=None
    )
    return rows.annotate(
        waiting=Count("corrections", filter=Q(corrections__state=Open)),
        next_at=Subquery(coming.annotate(first=Min("starts_at")).values("first")),
    ).order_by("meeting__starts_at", "pk")


def _values(rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    return rows.values(
        "status", "corrections_until", "waiting", "next_at", held=F("meeting"), title=F("meeting__title"),
        starts_at=F("meeting__starts_at"),
    )[: 2 * NAMED]  # fmt: skip


@written_once
def _unfinished(area: int, at: datetime) -> QuerySet[Any, Any]:
    return _values(_not_approved(at).filter(meeting__group__area=area))


@written_once
def _unfinished_by(user: int, area: int, at: datetime, today: Any) -> QuerySet[Any, Any]:
    rows = _not_approved(at).filter(meeting__group__area=area, meeting__group__in=_run_by(user, today))
    return _values(rows)


def _unfinished_items(area: LocalArea, at: datetime) -> Callable[[list[Row]], Iterator[TodoItem]]:
    def items(rows: list[Row]) -> Iterator[TodoItem]:
        found = (_item_of(row, area, at) for row in rows)
        yield from [item for item in found if item][:NAMED]

    return items


def _item_of(row: Row, area: LocalArea, at: datetime) -> TodoItem | None:
    on = row["starts_at"].astimezone(area.zone).date()
    facts = {"title": row["title"], "day": day(on, "plain"), "number": row["waiting"]}
    url = reverse("meetings:minutes_detail", args=[row["held"]])
    if row["waiting"]:
        what = ngettext(
            "%(number)d correction needs an answer: %(title)s", "%(number)d corrections need an answer: %(title)s",
            row["waiting"],
        ) % facts  # fmt: skip
        return TodoItem(SOON, "chat-left-text", what, _("Minutes of %(day)s.") % facts, url, _("Answer corrections"))
    if row["status"] == Minutes.Status.DRAFT:
        what = _("Send the minutes for correction: %(title)s") % facts
        return TodoItem(LATER, "envelope", what, _("Minutes of %(day)s.") % facts, url, _("Read the draft"))
    if row["next_at"] and row["next_at"] <= at + AHEAD:
        meets = row["next_at"].astimezone(area.zone).date()
        what = _("Have the minutes approved: %(title)s, %(day)s") % facts
        why = _("The group meets on %(day)s.") % {"day": day(meets, "plain")}
        return TodoItem(LATER, "check-circle", what, why, url, _("Record the approval"), due_on=meets)
    return None


# ---------------------------------------------------------------- For members
def to_read(user: Any, area: LocalArea, at: datetime) -> TodoPart:
    """Return minutes that somebody was asked to correct, and has not answered."""
    today = at.astimezone(area.zone).date()
    return SmallQuery(_asked(user.pk, user.email.lower(), area.pk, today), _read_items(area, at))


@written_once
def _asked(user: int, email: str, area: int, today: Any) -> QuerySet[Any, Any]:
    rows = MinutesLink.objects.unrevoked().filter(
        Q(user=user) | Q(email=email), answered_at=None, minutes__status=Minutes.Status.CIRCULATED,
        minutes__corrections_until__gte=today, minutes__meeting__group__area=area,
    )  # fmt: skip
    return rows.order_by("minutes__corrections_until", "pk").values(
        held=F("minutes__meeting"), title=F("minutes__meeting__title"), starts_at=F("minutes__meeting__starts_at"),
        until=F("minutes__corrections_until"),
    )[:NAMED]  # fmt: skip


def _read_items(area: LocalArea, at: datetime) -> Callable[[list[Row]], Iterator[TodoItem]]:
    today = at.astimezone(area.zone).date()

    def items(rows: list[Row]) -> Iterator[TodoItem]:
        for row in rows:
            on = row["starts_at"].astimezone(area.zone).date()
            kind = NOW if row["until"] - today <= timedelta(days=2) else LATER
            what = _("Are these minutes correct? %(title)s") % row
            why = _("Meeting of %(day)s.") % {"day": day(on, "plain")}
            url = reverse("meetings:minutes_detail", args=[row["held"]])
            yield TodoItem(kind, "journal-text", what, why, url, _("Read the minutes"), due_on=row["until"])

    return items
