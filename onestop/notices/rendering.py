"""Rendering of messages: subject, text and HTML, in the time zone of the recipient."""

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
    """Return subject, text and HTML of a message, in its time zone or that of the recipient.

    ``links`` are those of the mail's foot, as ``links_for`` returns them.
    """
    context = _context(message, kind) | dict(links) | dict(message.context)
    with timezone.override(_zone_of(message)):
        text = plain_text(f"emails/{kind.templates}_body.txt", context)
        html = render_to_string(f"emails/{kind.templates}_body.html", context)
    return _subject(message, kind, context), text.strip() + "\n", html.strip()


def subject_of(message: Message) -> str:
    """Return only the subject: it does not need what ``prepare`` adds."""
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


def _subject(message: Message, kind: NoticeType, context: Mapping[str, Any]) -> str:
    with timezone.override(_zone_of(message)):
        return " ".join(plain_text(f"emails/{kind.templates}_subject.txt", context).split())
