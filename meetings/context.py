"""Get groups, series and meetings that the user may see, enter their area, and what their pages share."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from meetings.models import (
    AgendaItem,
    AgendaPaper,
    AgendaTemplate,
    Group,
    GroupMember,
    GroupSeat,
    Meeting,
    MeetingInvitation,
    Poll,
    Reply,
    Series,
)
from partners.network.current_area import show_area
from partners.people import contacts


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


def about_invitation(link: MeetingInvitation) -> dict[str, Any]:
    """Return what every page by the link of an invitation shows: the series, and whom to ask."""
    area = link.series.group.area
    return {"contact": contacts.contact_in(area) if area else None, "series": link.series}


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


def _enter(request: HttpRequest, group: Group) -> Group:
    """Enter the area of a group; the dates of a group of a state are shown in the zone of its first area."""
    if group.area:
        show_area(request, group.area)
    else:
        timezone.activate(group.zone)
    return group


# ---------------------------------------------------------------- Breadcrumbs and forms
def group_breadcrumbs(group: Group) -> list[tuple[str, str]]:
    """Return the breadcrumbs of a page below a group."""
    place = group.area.slug if group.area else ""
    above = [(_("Groups"), reverse("meetings:group_list", args=[place]))] if place else []
    return [*above, (group.name, group.get_absolute_url())]


def series_breadcrumbs(series: Series) -> list[tuple[str, str]]:
    """Return the breadcrumbs of a page below a series."""
    return [*group_breadcrumbs(series.group), (series.title, series.get_absolute_url())]


def meeting_breadcrumbs(meeting: Meeting) -> list[tuple[str, str]]:
    """Return the breadcrumbs of a page below a meeting."""
    return [*group_breadcrumbs(meeting.group), (meeting.title, meeting.get_absolute_url())]


def form_context(thing: Group | Series | Meeting | Poll, title: str, form: Any, **more: Any) -> dict[str, Any]:
    """Return the context of a page with one form about a group, series, meeting or poll."""
    if isinstance(thing, Group):
        crumbs = group_breadcrumbs(thing)
    elif isinstance(thing, Series):
        crumbs = series_breadcrumbs(thing)
    elif isinstance(thing, Meeting):
        crumbs = meeting_breadcrumbs(thing)
    else:
        crumbs = [*group_breadcrumbs(thing.group), (thing.title, thing.get_absolute_url())]
    return {
        "title": title,
        "crumbs": crumbs,
        "here": more.pop("here", title),
        "form": form,
        "cancel_url": thing.get_absolute_url(),
        **more,
    }


# ---------------------------------------------------------------- What is recorded at a meeting
def get_of_meeting(request: HttpRequest, rows: Any, pk: int) -> Any:
    """Return what was recorded at a meeting that the user may see, with its meeting; otherwise 404."""
    found = get_object_or_404(rows.visible_to(request.user).filter(meeting__isnull=False), pk=pk)
    found.meeting = get_meeting(request, found.meeting_id)
    return found


def room_url(meeting: Meeting, place: str = "") -> str:
    """Return the address of the screen at the meeting, or of a place on it."""
    return reverse("meetings:room", args=[meeting.pk]) + (f"#{place}" if place else "")


def room_breadcrumbs(meeting: Meeting) -> list[tuple[str, str]]:
    """Return the breadcrumbs of a page below the screen at the meeting."""
    return [*meeting_breadcrumbs(meeting), (_("At the meeting"), room_url(meeting))]


def room_form_context(meeting: Meeting, title: str, form: Any, place: str = "", **more: Any) -> dict[str, Any]:
    """Return the context of a page with one form about what is recorded at a meeting."""
    return {
        "title": title,
        "crumbs": room_breadcrumbs(meeting),
        "here": title,
        "form": form,
        "cancel_url": room_url(meeting, place),
        **more,
    }
