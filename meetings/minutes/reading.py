"""What pages show of minutes, and who may read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from meetings.minutes.circulation import links_of
from meetings.minutes.drafting import why_no_minutes
from meetings.models import Meeting, Minutes, MinutesCorrection, MinutesLink
from onestop.accounts.emailed_links import standing_of
from onestop.ui.presentation import shortday
from onestop.ui.rich_text import render as render_text
from partners.rules import may

LEVEL = 2  # of the headings of the text: below the title of the page


def may_read(user: Any, minutes: Minutes) -> bool:
    """Return whether somebody who sees the group may read its minutes: a draft only if they run the group."""
    return minutes.audience != Minutes.Audience.KEEPERS or may(user, "meetings.keep_minutes", minutes.meeting.group)


def html_of(minutes: Minutes) -> SafeString:
    """Return the text as HTML."""
    return render_text(minutes.text, level=LEVEL)


def chip_of(minutes: Minutes) -> tuple[str, str, str]:
    """Return the status as kind, word and icon of a chip."""
    if minutes.is_approved:
        return "good", _("Approved"), "check-circle-fill"
    if minutes.is_draft:
        return "rest", _("Draft"), "pencil"
    return "way", _("Sent for correction"), "envelope-open"


@dataclass(frozen=True)
class Reader:
    """Somebody who was asked for corrections, and how far that has come."""

    link: MinutesLink
    chip: tuple[str, str, str]


def minutes_page(minutes: Minutes, *, user: Any, at: datetime) -> dict[str, Any]:
    """Return what the page of minutes shows; four queries besides those of rights."""
    meeting = minutes.meeting
    keeps = may(user, "meetings.keep_minutes", meeting.group)
    today = at.astimezone(meeting.series.zone_info).date()
    corrections = list(minutes.corrections.select_related("answered_by", "link").order_by("at", "pk"))
    own_link = next(iter(links_of(minutes, user)[:1]), None)
    links = list(minutes.links.with_recipient().order_by("name", "pk")) if keeps else []
    return {
        "minutes": minutes,
        "meeting": meeting,
        "group": meeting.group,
        "html": html_of(minutes),
        "chip": chip_of(minutes),
        "keeps": keeps,
        "takes_corrections": minutes.takes_corrections(today),
        "may_agree": bool(own_link and own_link.answered_at is None and minutes.takes_corrections(today)),
        "corrections": corrections if keeps else _own(corrections, user, own_link),
        "open_corrections": sum(each.is_open for each in corrections) if keeps else 0,
        "readers": [Reader(link, standing_of(link, at)) for link in links],
        "may_be_public": meeting.group.is_open_meeting and not meeting.group.is_support_team,
        "motion": minutes.approved_by,
    }


def _own(corrections: Sequence[MinutesCorrection], user: Any, link: MinutesLink | None) -> list[MinutesCorrection]:
    return [each for each in corrections if each.user_id == user.pk or (link and each.link_id == link.pk)]


def corrections_by_link(link: MinutesLink) -> list[MinutesCorrection]:
    """Return what somebody sent by a link, with the answers."""
    return list(link.corrections.order_by("at", "pk"))


# ---------------------------------------------------------------- On the page of the meeting
def minutes_context(meeting: Meeting, *, user: Any, at: datetime) -> dict[str, Any]:
    """Return what the page of a meeting says of its minutes; two queries besides those of rights."""
    minutes = Minutes.objects.filter(meeting=meeting).first()
    keeps = may(user, "meetings.keep_minutes", meeting.group)
    if minutes:
        minutes.meeting = meeting
        is_shown = keeps or minutes.audience != Minutes.Audience.KEEPERS
        shown = {"minutes": minutes, "minutes_chip": chip_of(minutes), "minutes_say": _say(minutes)}
        return shown if is_shown else {"minutes": None}
    return {"minutes": None, "may_draft_minutes": keeps and not why_no_minutes(meeting, at)}


def _say(minutes: Minutes) -> str:
    if minutes.is_approved and minutes.approved_at:
        return _("Approved on %(day)s.") % {"day": shortday(minutes.approved_at)}
    until: date | None = minutes.corrections_until
    return _("Corrections until %(day)s.") % {"day": shortday(until)} if until else ""
