"""Get groups, series, meetings and what belongs to them, if the user may see them, and enter their area."""

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from meetings.minutes.reading import may_read
from meetings.models import (
    ActionItem,
    AgendaItem,
    AgendaPaper,
    AgendaTemplate,
    Group,
    GroupMember,
    GroupSeat,
    Meeting,
    MeetingPdf,
    Minutes,
    MinutesCorrection,
    Poll,
    Project,
    ProjectCount,
    ProjectOutcome,
    ProjectPartner,
    Question,
    Reply,
    Series,
    Training,
    TrainingFollowUp,
    TrainingMaterial,
)
from meetings.pdfs.reading import may_open
from partners.network.current_area import show_area


def get_group(request: HttpRequest, pk: int) -> Group:
    """Return a group that the user may see, and enter its area; otherwise 404."""
    rows = Group.objects.visible_to(request.user).select_related("area__state", "state")
    return _enter(request, get_object_or_404(rows, pk=pk))


def get_seat(request: HttpRequest, pk: int) -> GroupSeat:
    """Return a seat of a group that the user may see, and enter its area; otherwise 404."""
    rows = GroupSeat.objects.visible_to(request.user).select_related("group__area__state", "group__state")
    seat = get_object_or_404(rows.select_related("partnership__organization", "board_seat"), pk=pk)
    _enter(request, seat.group)
    return seat


def get_member(request: HttpRequest, pk: int) -> GroupMember:
    """Return a member of a group that the user may see, and enter its area; otherwise 404."""
    rows = GroupMember.objects.visible_to(request.user).select_related("group__area__state", "group__state", "user")
    member = get_object_or_404(rows.select_related("seat__partnership__organization", "representative"), pk=pk)
    _enter(request, member.group)
    return member


def get_series(request: HttpRequest, pk: int) -> Series:
    """Return a series of a group that the user may see, and enter its area; otherwise 404."""
    series = get_object_or_404(Series.objects.visible_to(request.user).with_place(), pk=pk)
    _enter(request, series.group)
    return series


def get_meeting(request: HttpRequest, pk: int) -> Meeting:
    """Return a meeting of a group that the user may see, and enter its area; otherwise 404."""
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user).with_place(), pk=pk)
    meeting.series.group = meeting.group
    _enter(request, meeting.group)
    return meeting


def get_item(request: HttpRequest, pk: int) -> AgendaItem:
    """Return an agenda item that the user may see, and enter its area; otherwise 404."""
    rows = AgendaItem.objects.visible_to(request.user).select_related(
        "series__group__area__state", "series__group__state", "meeting__series", "meeting__group", "owner"
    )
    item = get_object_or_404(rows, pk=pk)
    _enter(request, item.series.group)
    return item


def get_paper(request: HttpRequest, pk: int) -> AgendaPaper:
    """Return a paper of an agenda item that the user may see, and enter its area; otherwise 404."""
    rows = AgendaPaper.objects.visible_to(request.user).select_related(
        "file", "item__series__group__area__state", "item__series__group__state", "item__meeting__series"
    )
    paper = get_object_or_404(rows, pk=pk)
    _enter(request, paper.item.series.group)
    return paper


def get_template(request: HttpRequest, pk: int) -> AgendaTemplate:
    """Return an agenda template of a group that the user may see, and enter its area; otherwise 404."""
    rows = AgendaTemplate.objects.visible_to(request.user).select_related("group__area__state", "group__state")
    template = get_object_or_404(rows, pk=pk)
    _enter(request, template.group)
    return template


def get_reply(request: HttpRequest, pk: int) -> Reply:
    """Return a reply by mail to a series of a group that the user may see, and enter its area; otherwise 404."""
    seen = Series.objects.visible_to(request.user).values("pk")
    rows = Reply.objects.filter(series__in=seen).select_related("series__group__area__state", "series__group__state")
    reply = get_object_or_404(rows, pk=pk)
    _enter(request, reply.series.group)
    return reply


def get_poll(request: HttpRequest, pk: int) -> Poll:
    """Return a poll of a group that the user may see, and enter its area; otherwise 404."""
    rows = Poll.objects.visible_to(request.user).select_related(
        "group__area__state", "group__state", "chosen", "series"
    )
    poll = get_object_or_404(rows, pk=pk)
    _enter(request, poll.group)
    return poll


def get_minutes(request: HttpRequest, pk: int) -> Minutes:
    """Return the minutes of a meeting that the user may read, and enter its area; otherwise 404."""
    rows = Minutes.objects.visible_to(request.user).with_meeting()
    minutes = get_object_or_404(rows, meeting=pk)
    minutes.meeting.series.group = minutes.meeting.group
    if not may_read(request.user, minutes):
        raise Http404
    _enter(request, minutes.meeting.group)
    return minutes


def get_public_minutes(pk: int) -> Minutes:
    """Return minutes that everybody may read; otherwise 404."""
    minutes = get_object_or_404(Minutes.objects.public().with_meeting(), pk=pk)
    minutes.meeting.series.group = minutes.meeting.group
    return minutes


def get_correction(request: HttpRequest, pk: int) -> MinutesCorrection:
    """Return a correction of minutes that the user may read, and enter their area; otherwise 404."""
    rows = MinutesCorrection.objects.select_related("minutes", "link", "user", "answered_by")
    correction = get_object_or_404(rows, pk=pk)
    correction.minutes = get_minutes(request, correction.minutes.meeting_id)
    return correction


def get_pdf(request: HttpRequest, pk: int) -> MeetingPdf:
    """Return a PDF of a meeting that the user may open, and enter its area; otherwise 404."""
    rows = MeetingPdf.objects.visible_to(request.user).select_related(
        "meeting__series", "meeting__group__area__state", "meeting__group__state", "asked_by",
        "meeting__room__center", "meeting__room__location",
    )  # fmt: skip
    made = get_object_or_404(rows, pk=pk)
    made.meeting.series.group = made.meeting.group
    if not may_open(request.user, made):
        raise Http404
    _enter(request, made.meeting.group)
    return made


def get_action(request: HttpRequest, pk: int) -> ActionItem:
    """Return an action item that the user may see, and enter its area; otherwise 404."""
    rows = ActionItem.objects.visible_to(request.user).select_related(
        "group__area__state", "group__state", "meeting__series", "item", "partnership__organization", "user",
        "created_by",
    )  # fmt: skip
    action = get_object_or_404(rows, pk=pk)
    _enter(request, action.group)
    return action


def get_question(request: HttpRequest, pk: int) -> Question:
    """Return a question that the user may read, and enter its area; otherwise 404."""
    question: Question = get_object_or_404(Question.objects.visible_to(request.user).with_names(), pk=pk)
    show_area(request, question.area)
    return question


def get_project(request: HttpRequest, pk: int) -> Project:
    """Return a project that the user may see, and enter its area; otherwise 404."""
    rows = Project.objects.visible_to(request.user).select_related("area__state", "lead__organization", "goal__plan")
    project = get_object_or_404(rows, pk=pk)
    show_area(request, project.area)
    return project


def get_project_partner(request: HttpRequest, pk: int) -> ProjectPartner:
    """Return a partner of a project that the user may see, and enter its area; otherwise 404."""
    link = get_object_or_404(ProjectPartner.objects.select_related("partnership__organization"), pk=pk)
    link.project = get_project(request, link.project_id)
    return link


def get_outcome(request: HttpRequest, pk: int) -> ProjectOutcome:
    """Return an outcome of a project that the user may see, and enter its area; otherwise 404."""
    outcome = get_object_or_404(ProjectOutcome, pk=pk)
    outcome.project = get_project(request, outcome.project_id)
    return outcome


def get_project_count(request: HttpRequest, pk: int) -> ProjectCount:
    """Return a count of a project that the user may see, and enter its area; otherwise 404."""
    count = get_object_or_404(ProjectCount.objects.select_related("outcome"), pk=pk)
    count.outcome.project = get_project(request, count.outcome.project_id)
    return count


def get_training(request: HttpRequest, pk: int) -> Training:
    """Return a training of a group that the user may see, and enter its area; otherwise 404."""
    training = get_object_or_404(Training.objects.visible_to(request.user).with_place(), pk=pk)
    _enter(request, training.meeting.group)
    return training


def get_material(request: HttpRequest, pk: int) -> TrainingMaterial:
    """Return material of a training of a group that the user may see, and enter its area; otherwise 404."""
    rows = TrainingMaterial.objects.visible_to(request.user).select_related(
        "training__meeting__series", "training__meeting__group__area__state", "training__meeting__group__state"
    )
    material = get_object_or_404(rows, pk=pk)
    _enter(request, material.training.meeting.group)
    return material


def get_follow_up(request: HttpRequest, pk: int) -> TrainingFollowUp:
    """Return a follow-up that the user may see, and enter the area of its partner; otherwise 404."""
    rows = TrainingFollowUp.objects.visible_to(request.user).select_related(
        "training__meeting__series", "training__meeting__group__area__state", "training__meeting__group__state",
        "partnership__organization", "partnership__area__state",
    )  # fmt: skip
    follow_up = get_object_or_404(rows, pk=pk)
    show_area(request, follow_up.partnership.area)
    return follow_up


def _enter(request: HttpRequest, group: Group) -> Group:
    """Enter the area of a group; the dates of a group of a state are shown in the zone of its first area."""
    if group.area:
        show_area(request, group.area)
    else:
        timezone.activate(group.zone)
    return group


def get_of_meeting(request: HttpRequest, rows: Any, pk: int) -> Any:
    """Return what was recorded at a meeting that the user may see, with its meeting; otherwise 404."""
    found = get_object_or_404(rows.visible_to(request.user).filter(meeting__isnull=False), pk=pk)
    found.meeting = get_meeting(request, found.meeting_id)
    return found
