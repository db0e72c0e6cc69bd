"""The HTML of minutes and packets, from which their PDFs are made."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.text import slugify

from meetings.agendas.reading import Agenda
from meetings.minutes.reading import html_of
from meetings.models import ActionItem, BoardPage, Group, Meeting, Minutes
from onestop.ui.rich_text import render as render_text
from partners.network.served_things import read_served

LAST_MINUTES = 3  # minutes that wait for approval, at most
LEVEL = 3  # of the headings of minutes in a packet


def minutes_html(minutes: Minutes) -> str:
    """Return minutes as a whole page. It has no day of its own: the same minutes are the same page."""
    meeting = minutes.meeting
    context = {"minutes": minutes, "meeting": meeting, "group": meeting.group, "html": html_of(minutes)}
    return _in_zone_of(meeting, "meetings/pdfs/minutes_paper.html", context | {"motion": minutes.approved_by})


def packet_html(meeting: Meeting, agenda: Agenda, *, user: Any, today: date) -> str:
    """Return our part of a packet as a whole page, with a mark where the list of papers goes."""
    context = {
        "meeting": meeting,
        "series": meeting.series,
        "group": meeting.group,
        "agenda": agenda,
        "served": _served(agenda, user),
        "contact": accommodation_of(meeting.group),
        "last_minutes": [(each, render_text(each.text, level=LEVEL)) for each in minutes_to_approve(meeting)],
        "overdue": overdue_of(meeting.group, today),
        "today": today,
    }
    return _in_zone_of(meeting, "meetings/pdfs/packet_paper.html", context)


def _in_zone_of(meeting: Meeting, template: str, context: Mapping[str, Any]) -> str:
    """Return a page whose times are those of the meeting, whoever asks for it, and wherever it is made."""
    with timezone.override(meeting.series.zone_info):
        return render_to_string(template, dict(context))


def _served(agenda: Agenda, user: Any) -> dict[int, str]:
    found = read_served({each.item.serves for each in agenda.items if each.item.serves}, user)
    return {each.item.pk: found[each.item.serves].name for each in agenda.items if each.item.serves in found}


def accommodation_of(group: Group) -> BoardPage | None:
    """Return whom to ask for accommodation: as the page of the group says, or that of the board of its area."""
    rows = BoardPage.objects.exclude(accommodation_email="", accommodation_phone="")
    own = rows.filter(group=group).first()
    return own or (rows.filter(group__area=group.area).order_by("pk").first() if group.area_id else None)


def minutes_to_approve(meeting: Meeting) -> list[Minutes]:
    """Return the minutes of earlier meetings of the group that were sent for correction, the oldest first."""
    rows = Minutes.objects.with_meeting().filter(
        meeting__group=meeting.group_id, meeting__starts_at__lt=meeting.starts_at, status=Minutes.Status.CIRCULATED
    )
    return list(reversed(rows.order_by("-meeting__starts_at")[:LAST_MINUTES]))


def overdue_of(group: Group, today: date) -> Sequence[ActionItem]:
    """Return the overdue action items of a group, the oldest first."""
    rows = ActionItem.objects.overdue(today).filter(group=group).select_related("partnership__organization")
    return list(rows.order_by("due_on", "pk"))


def papers_html(papers: Sequence[Any], meeting: Meeting) -> str:
    """Return the list of papers of a packet: which follow as they came, and which are downloaded apart."""
    context = {
        "papers": papers,
        "included": [each for each in papers if each.is_included],
        "apart": [each for each in papers if not each.is_included],
        "first_page": min((each.first_page for each in papers if each.is_included), default=0),
        "contact": accommodation_of(meeting.group),
        "page_url": settings.PUBLIC_URL + meeting.get_absolute_url(),
    }
    return render_to_string("meetings/pdfs/_papers.html", context)


def file_name(meeting: Meeting, kind: str) -> str:
    """Return "partner-team-2026-12-08-packet.pdf"."""
    return f"{slugify('-'.join([meeting.group.name[:80], meeting.local_start.date().isoformat(), kind]))}.pdf"
