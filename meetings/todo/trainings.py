"""Trainings as to-do items: answers that a partner owes, those that are overdue, and trained staff to record."""

from collections.abc import Callable, Collection, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meetings.models import GroupMember, Training, TrainingFollowUp
from meetings.trainings.follow_ups import LATE
from onestop.ui.presentation import day, shortday
from onestop.ui.small_queries import SmallQuery
from onestop.ui.todo import LATER, SOON, TodoItem, TodoPart
from onestop.ui.written_queries import Row, written_once
from partners.models import LocalArea
from partners.todo.lines import NAMED, see_all

LOOKS_BACK = timedelta(days=60)


# ---------------------------------------------------------------- Of a partner
def answers_owed(area: LocalArea, partnerships: Collection[int], at: datetime) -> TodoPart:
    """Return the trainings about which some partners are asked whether their staff use what they learned."""
    today = at.astimezone(area.zone).date()
    return SmallQuery(_owed(area.pk, frozenset(partnerships)), _owed_items(area, today))


@written_once
def _owed(area: int, partnerships: frozenset[int]) -> QuerySet[Any, Any]:
    rows = TrainingFollowUp.objects.waiting().filter(partnership__area=area, partnership__in=partnerships)
    found: QuerySet[Any, Any] = rows.order_by("asked_on", "pk").values(
        "pk", "asked_on", topic=F("training__topic"), held_at=F("training__meeting__starts_at")
    )
    return found[: NAMED + 1]


def _owed_items(area: LocalArea, today: date) -> Callable[[list[Row]], Iterator[TodoItem]]:
    def items(rows: list[Row]) -> Iterator[TodoItem]:
        for row in rows[:NAMED]:
            due = row["asked_on"] + LATE
            what = _("Do your staff use “%(topic)s”?") % {"topic": row["topic"]}
            held = shortday(row["held_at"].astimezone(area.zone))
            why = _("They took part on %(day)s.") % {"day": held}
            url = reverse("meetings:follow_up_answer", args=[row["pk"]])
            yield TodoItem(SOON if due <= today else LATER, "mortarboard", what, why, url, _("Answer"), due_on=due)
        if rows[NAMED:]:
            url = reverse("meetings:training_list", args=[area.slug])
            yield see_all(LATER, _("You are asked about more trainings"), url, _("View the trainings"))

    return items


# ---------------------------------------------------------------- Of those who run the group
def overdue_in_area(area: LocalArea, at: datetime) -> TodoPart:
    """Return the trainings of an area after which partners have not answered for four weeks."""
    before = at.astimezone(area.zone).date() - LATE
    return SmallQuery(_overdue_in(area.pk, before), _overdue_items(area))


@written_once
def _overdue_in(area: int, before: date) -> QuerySet[Any, Any]:
    return _counted(TrainingFollowUp.objects.waiting().filter(partnership__area=area, asked_on__lte=before))


def overdue_of_officer(user: Any, area: LocalArea, at: datetime) -> TodoPart:
    """Return the same of the groups that a person runs as an officer."""
    today = at.astimezone(area.zone).date()
    return SmallQuery(_overdue_of(user.pk, area.pk, today, today - LATE), _overdue_items(area))


@written_once
def _overdue_of(user: int, area: int, today: date, before: date) -> QuerySet[Any, Any]:
    held = GroupMember.objects.current().filter(
        Q(last_on=None) | Q(last_on__gte=today), from_on__lte=today, user=user, role__in=GroupMember.OFFICERS
    )
    rows = TrainingFollowUp.objects.waiting().filter(partnership__area=area, asked_on__lte=before)
    return _counted(rows.filter(training__meeting__group__in=held.values("group")))


def _counted(rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    by_training = rows.order_by().values(
        meeting=F("training__meeting"), topic=F("training__topic")
    )  # fmt: skip
    return by_training.annotate(number=Count("pk"), last=Max("asked_on")).order_by("last", "meeting")[: NAMED + 1]


def _overdue_items(area: LocalArea) -> Callable[[list[Row]], Iterator[TodoItem]]:
    def items(rows: list[Row]) -> Iterator[TodoItem]:
        for row in rows[:NAMED]:
            what = ngettext(
                "%(number)d partner has not said whether its staff use “%(topic)s”",
                "%(number)d partners have not said whether their staff use “%(topic)s”",
                row["number"],
            )
            why = _("Asked on %(day)s.") % {"day": day(row["last"], "plain")}
            url = reverse("meetings:meeting_detail", args=[row["meeting"]]) + "#follow-up"
            yield TodoItem(SOON, "mortarboard", what % row, why, url, _("View the answers"))
        if rows[NAMED:]:
            url = reverse("meetings:training_list", args=[area.slug])
            yield see_all(SOON, _("Answers about more trainings are overdue"), url, _("View the trainings"))

    return items


# ---------------------------------------------------------------- Of the staff
def to_record(area: LocalArea, at: datetime) -> TodoPart:
    """Return trainings of the last two months about programs, whose trained staff nobody has recorded."""
    return SmallQuery(_to_record(area.pk, at, at - LOOKS_BACK), _record_items(area))


@written_once
def _to_record(area: int, at: datetime, since: datetime) -> QuerySet[Any, Any]:
    rows = Training.objects.taken_place(at).filter(
        meeting__group__area=area, meeting__ends_at__gt=since, recorded_at=None, program_links__isnull=False
    )
    found: QuerySet[Any, Any] = (
        rows.distinct().order_by("meeting__starts_at", "pk").values("pk", "topic", held_at=F("meeting__starts_at"))
    )
    return found[: NAMED + 1]


def _record_items(area: LocalArea) -> Callable[[list[Row]], Iterator[TodoItem]]:
    def items(rows: list[Row]) -> Iterator[TodoItem]:
        for row in rows[:NAMED]:
            what = _("Record who was trained by “%(topic)s”") % {"topic": row["topic"]}
            held = shortday(row["held_at"].astimezone(area.zone))
            why = _("It was on %(day)s. Access through trained staff gets this day.") % {"day": held}
            url = reverse("meetings:trained_record", args=[row["pk"]])
            yield TodoItem(LATER, "mortarboard", what, why, url, _("Record trained staff"))
        if rows[NAMED:]:
            url = reverse("meetings:training_list", args=[area.slug])
            yield see_all(LATER, _("More trainings are not recorded"), url, _("View the trainings"))

    return items
