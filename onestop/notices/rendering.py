"""The words of a message: subject, text and HTML, in the zone in which the person lives."""

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from onestop.notices.messages import Message
from onestop.notices.notice_types import NoticeType, notice_type_of
from onestop.notices.zones import zone_for
from onestop.ui.markup import plain_text


def render(message: Message, kind: NoticeType, links: Mapping[str, str]) -> tuple[str, str, str]:
    """Return subject, text and HTML of a message; times are written in its zone, or in the person's.

    The links are those of the mail's foot, as ``links_for`` gives them.
    """
    told = _context(message, kind) | dict(links) | dict(message.context)
    with timezone.override(_zone_of(message)):
        text = plain_text(f"emails/{kind.templates}_body.txt", told)
        html = render_to_string(f"emails/{kind.templates}_body.html", told)
    return _subject(message, kind, told), text.strip() + "\n", html.strip()


def subject_of(message: Message) -> str:
    """Return the subject alone: it needs nothing of what is prepared when a message is written."""
    kind = notice_type_of(message.kind)
    return _subject(message, kind, _context(message, kind) | dict(message.context))


def _context(message: Message, kind: NoticeType) -> dict[str, Any]:
    return {
        "site_name": settings.SITE_NAME,
        "public_url": settings.PUBLIC_URL,
        "kind": kind,
        "recipient": message.user,
        "why": message.why,
        "action_url": f"{settings.PUBLIC_URL}{message.path}" if message.path else "",
    }


def _zone_of(message: Message) -> tzinfo | None:
    return message.zone or (zone_for(message.user) if message.user else None)


def _subject(message: Message, kind: NoticeType, told: Mapping[str, Any]) -> str:
    with timezone.override(_zone_of(message)):
        return " ".join(plain_text(f"emails/{kind.templates}_subject.txt", told).split())
