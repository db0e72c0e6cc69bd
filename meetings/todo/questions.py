"""Questions as to-do items: to answer, answers to accept, and for the staff those that are overdue."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meetings.models import Group, GroupMember, Question
from onestop.ui.presentation import day
from onestop.ui.small_queries import SmallQuery
from onestop.ui.todo import LATER, NOW, SOON, TodoItem, TodoPart
from onestop.ui.written_queries import Row, written_once
from partners.models import LocalArea
from partners.seats import seats_of
from partners.todo.lines import NAMED, see_all

NEAR = timedelta(days=3)
LIST = "?state=%s&whose=%s"
Status = Question.Status


def to_answer(user: Any, area: LocalArea, at: datetime) -> TodoPart:
    """Return the questions that a person's organizations and groups are to answer, what is due first."""
    today = at.astimezone(area.zone).date()
    return SmallQuery(_to_answer(area.pk, seats_of(user).partnership_ids, user.pk, today), _answer_items(area, today))


@written_once
def _to_answer(area: int, partnerships: frozenset[int], user: int, today: date) -> QuerySet[Any, Any]:
    held = GroupMember.objects.current().filter(Q(last_on=None) | Q(last_on__gte=today), user=user, from_on__lte=today)
    groups = Group.objects.current().filter(pk__in=held.values("group"))
    asked = Q(to_partnership__in=partnerships) | Q(to_group__in=groups.values("pk"))
    return _waiting(area).filter(asked)[: NAMED + 1]


def to_answer_as_staff(area: LocalArea, at: datetime) -> TodoPart:
    """Return the questions that the staff of an area are to answer: also if who was asked has left the network."""
    today = at.astimezone(area.zone).date()
    return SmallQuery(_of_staff(area.pk), _answer_items(area, today))


@written_once
def _of_staff(area: int) -> QuerySet[Any, Any]:
    gone = Q(to_partnership__archived_at__isnull=False) | Q(to_group__archived_at__isnull=False)
    return _waiting(area).filter(Q(to_partnership=None, to_group=None) | gone)[: NAMED + 1]


def _waiting(area: int) -> QuerySet[Any, Any]:
    rows = Question.objects.filter(area=area, status=Status.WAITING).order_by("due_on", "pk")
    return rows.values("pk", "subject", "due_on", who=F("asker__organization__name"))


def _answer_items(area: LocalArea, today: date) -> Callable[[list[Row]], Iterator[TodoItem]]:
    def items(rows: list[Row]) -> Iterator[TodoItem]:
        for row in rows[:NAMED]:
            kind = NOW if row["due_on"] < today else SOON if row["due_on"] <= today + NEAR else LATER
            who = row["who"] or _("One-Stop staff")
            what = _("Answer: %(subject)s") % {"subject": row["subject"]}
            why = _("%(who)s asks. Answer by %(day)s.") % {"who": who, "day": day(row["due_on"])}
            yield TodoItem(kind, "chat-left-text", what, why, _page(row), _("Answer"), due_on=row["due_on"])
        if rows[NAMED:]:
            url = reverse("meetings:question_list", args=[area.slug]) + LIST % ("open", "for_me")
            yield see_all(LATER, _("You are asked more questions"), url, _("View the questions"))

    return items


def to_accept(user: Any, area: LocalArea) -> TodoPart:
    """Return the answers to the questions of a person's organizations that nobody has accepted yet."""
    return SmallQuery(_to_accept(area.pk, seats_of(user).partnership_ids), _accept_items(area))


@written_once
def _to_accept(area: int, partnerships: frozenset[int]) -> QuerySet[Any, Any]:
    return _replied(area).filter(asker__in=partnerships)[: NAMED + 1]


def to_accept_as_staff(area: LocalArea) -> TodoPart:
    """Return the answers to the questions of the staff of an area that nobody has accepted yet."""
    return SmallQuery(_to_accept_of_staff(area.pk), _accept_items(area))


@written_once
def _to_accept_of_staff(area: int) -> QuerySet[Any, Any]:
    return _replied(area).filter(asker=None)[: NAMED + 1]


def _replied(area: int) -> QuerySet[Any, Any]:
    return Question.objects.filter(area=area, status=Status.REPLIED).order_by("due_on", "pk").values("pk", "subject")


def _accept_items(area: LocalArea) -> Callable[[list[Row]], Iterator[TodoItem]]:
    def items(rows: list[Row]) -> Iterator[TodoItem]:
        for row in rows[:NAMED]:
            what = _("Your question has an answer: %(subject)s") % {"subject": row["subject"]}
            why = _("Say whether it answers your question, or ask further.")
            yield TodoItem(SOON, "chat-left-text", what, why, _page(row), _("Read the answer"))
        if rows[NAMED:]:
            url = reverse("meetings:question_list", args=[area.slug]) + LIST % (Status.REPLIED, "mine")
            yield see_all(SOON, _("More of your questions have answers"), url, _("View the questions"))

    return items


def overdue(area: LocalArea, at: datetime) -> TodoPart:
    """Return how many questions of an area nobody has answered in time."""
    return SmallQuery(_overdue(area.pk, at.astimezone(area.zone).date()), _overdue_items(area))


@written_once
def _overdue(area: int, today: date) -> QuerySet[Any, Any]:
    rows = Question.objects.overdue(today).filter(area=area).exclude(to_partnership=None, to_group=None)
    found: QuerySet[Any, Any] = rows.order_by().values("area").annotate(number=Count("pk"), oldest=Min("due_on"))
    return found.values("number", "oldest")


def _overdue_items(area: LocalArea) -> Callable[[list[Row]], Iterator[TodoItem]]:
    def items(rows: list[Row]) -> Iterator[TodoItem]:
        for row in rows:
            words = ngettext(
                "%(number)d question between partners is overdue", "%(number)d questions between partners are overdue",
                row["number"],
            )  # fmt: skip
            why = _("The first one was due %(day)s.") % {"day": day(row["oldest"])}
            url = reverse("meetings:question_list", args=[area.slug]) + "?state=overdue"
            yield TodoItem(SOON, "chat-left-text", words % row, why, url, _("View the questions"))

    return items


def _page(row: Row) -> str:
    return reverse("meetings:question_detail", args=[row["pk"]])
