"""What the network search finds of meetings: groups, actions, questions, trainings, goals, needs, issues, projects."""

from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from meetings.models import ActionItem, Goal, Group, Meeting, Need, Project, Question, RaisedIssue, Training
from partners.models import LocalArea
from partners.search.network_fields import Field, contains, means
from partners.search.network_search import SearchKind, register_kinds


def _groups(area: LocalArea, viewer: Any) -> QuerySet:
    return Group.objects.visible_to(viewer).of(area).current()


def _actions(area: LocalArea, viewer: Any) -> QuerySet:
    here = Q(group__in=Group.objects.of(area).values("pk")) | Q(partnership__area=area)
    rows = ActionItem.objects.visible_to(viewer).filter(here).current()
    return rows.select_related("group", "partnership__organization")


def _questions(area: LocalArea, viewer: Any) -> QuerySet:
    readable = Question.objects.visible_to(viewer).filter(area=area).exclude(status=Question.Status.WITHDRAWN)
    return readable.with_names()


def _trainings(area: LocalArea, viewer: Any) -> QuerySet:
    rows = Training.objects.visible_to(viewer).of(area).filter(meeting__in=Meeting.objects.on_calendar().values("pk"))
    return rows.select_related("meeting__series")


def _goals(area: LocalArea, viewer: Any) -> QuerySet:
    rows = Goal.objects.visible_to(viewer).current().filter(plan__area=area, plan__archived_at=None)
    return rows.select_related("plan")


def _needs(area: LocalArea, viewer: Any) -> QuerySet:
    return Need.objects.visible_to(viewer).current().filter(area=area).select_related("area")


def _raised(area: LocalArea, viewer: Any) -> QuerySet:
    return RaisedIssue.objects.visible_to(viewer).current().filter(area=area).with_names()


def _projects(area: LocalArea, viewer: Any) -> QuerySet:
    rows = Project.objects.visible_to(viewer).current().filter(area=area)
    return rows.select_related("lead__organization")


register_kinds(
    SearchKind(
        "group",
        _("Groups"),
        _groups,
        "meetings/_found.html",
        name="name",
        fields=(Field("name", means(F("name"))), Field("purpose", means(F("purpose")), _("Charter"))),
    ),
    SearchKind(
        "action",
        _("Action items"),
        _actions,
        "meetings/actions/_found.html",
        name="text",
        fields=(
            Field("text", means(F("text"))),
            Field("detail", means(F("detail")), _("Details")),
            Field("name", contains("name"), _("Person")),
        ),
    ),
    SearchKind(
        "question",
        _("Questions and answers"),
        _questions,
        "meetings/assistance/_found.html",
        name="subject",
        fields=(
            Field("subject", means(F("subject"))),
            Field("question", means(F("question")), _("Question")),
            Field("solution.text", means(F("solution__text")), _("Answer")),
        ),
    ),
    SearchKind(
        "training",
        _("Trainings"),
        _trainings,
        "meetings/trainings/_found.html",
        name="topic",
        fields=(
            Field("topic", means(F("topic"))),
            Field("learning", means(F("learning")), _("What people learn")),
            Field("for_whom", means(F("for_whom")), _("Who it is for")),
            Field("teacher_name", contains("teacher_name"), _("Person who teaches")),
        ),
    ),
    SearchKind(
        "goal",
        _("Shared goals"),
        _goals,
        "meetings/goals/_found.html",
        name="name",
        fields=(
            Field("name", means(F("name"))),
            Field("measure", means(F("measure")), _("Measure")),
            Field("why", means(F("why")), _("Why it matters")),
        ),
    ),
    SearchKind(
        "need",
        _("Needs"),
        _needs,
        "meetings/needs/_found.html",
        name="name",
        fields=(Field("name", means(F("name"))), Field("note", means(F("note")), _("What is known about it"))),
    ),
    SearchKind(
        "raised",
        _("Raised issues"),
        _raised,
        "meetings/raised/_found.html",
        name="title",
        fields=(Field("title", means(F("title"))), Field("text", means(F("text")), _("What is in the way"))),
    ),
    SearchKind(
        "project",
        _("Projects"),
        _projects,
        "meetings/projects/_found.html",
        name="name",
        fields=(
            Field("name", means(F("name"))),
            Field("purpose", means(F("purpose")), _("What it is for")),
            Field("outcome", means(F("outcome")), _("What came of it")),
        ),
    ),
)
