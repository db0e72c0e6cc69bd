"""Breadcrumbs, and what pages with one form show."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from meetings.models import (
    ActionItem,
    Group,
    Meeting,
    MeetingInvitation,
    Minutes,
    Poll,
    Project,
    Question,
    Series,
)
from partners.network.current_area import find_area
from partners.people import contacts


def about_invitation(link: MeetingInvitation) -> dict[str, Any]:
    """Return what every page by the link of an invitation shows: the series, and whom to ask."""
    area = link.series.group.area
    return {"contact": contacts.contact_in(area) if area else None, "series": link.series}


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


def minutes_breadcrumbs(minutes: Minutes) -> list[tuple[str, str]]:
    """Return the breadcrumbs of a page below minutes."""
    return [*meeting_breadcrumbs(minutes.meeting), (_("Minutes"), minutes.get_absolute_url())]


def minutes_form_context(minutes: Minutes, title: str, form: Any, **more: Any) -> dict[str, Any]:
    """Return the context of a page with one form about minutes."""
    crumbs, url = minutes_breadcrumbs(minutes), minutes.get_absolute_url()
    shown = {"title": title, "crumbs": crumbs, "here": title, "form": form, "cancel_url": url}
    return {**shown, "minutes": minutes, **more}


def action_breadcrumbs(request: HttpRequest, action: ActionItem) -> list[tuple[str, str]]:
    """Return the breadcrumbs of a page below an action item; without the list, if the person does not see the area."""
    area = action.group.area
    sees_area = area is not None and find_area(request.user, area.slug) is not None
    above = [(_("Action items"), reverse("meetings:action_list", args=[area.slug]))] if area and sees_area else []
    return [*above, (action.text, action.get_absolute_url())]


def question_breadcrumbs(question: Question) -> list[tuple[str, str]]:
    """Return the breadcrumbs of a page below a question."""
    page = reverse("meetings:question_list", args=[question.area.slug])
    return [(_("Questions and answers"), page), (question.subject, question.get_absolute_url())]


def project_breadcrumbs(project: Project) -> list[tuple[str, str]]:
    """Return the breadcrumbs of a page below a project."""
    page = reverse("meetings:project_list", args=[project.area.slug])
    return [(_("Projects"), page), (project.name, project.get_absolute_url())]


def project_form_context(project: Project, title: str, form: Any, **more: Any) -> dict[str, Any]:
    """Return the context of a page with one form about a project."""
    crumbs, url = project_breadcrumbs(project), project.get_absolute_url()
    return {"title": title, "crumbs": crumbs, "here": title, "form": form, "cancel_url": url, **more}


def form_context(
    thing: Group | Series | Meeting | Poll | Question, title: str, form: Any, **more: Any
) -> dict[str, Any]:
    """Return the context of a page with one form about a group, series, meeting, poll or question."""
    if isinstance(thing, Group):
        crumbs = group_breadcrumbs(thing)
    elif isinstance(thing, Series):
        crumbs = series_breadcrumbs(thing)
    elif isinstance(thing, Meeting):
        crumbs = meeting_breadcrumbs(thing)
    elif isinstance(thing, Question):
        crumbs = question_breadcrumbs(thing)
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


def action_form_context(request: HttpRequest, action: ActionItem, title: str, form: Any, **more: Any) -> dict[str, Any]:
    """Return the context of a page with one form about an action item."""
    return {
        "title": title,
        "crumbs": action_breadcrumbs(request, action),
        "here": title,
        "form": form,
        "cancel_url": action.get_absolute_url(),
        **more,
    }


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
