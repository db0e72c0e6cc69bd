"""Rendering of messages: subject, text and HTML, in the language and the time zone of the recipient."""

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from onestop.notices.messages import Message
from onestop.notices.notice_types import NoticeType, notice_type_of
from onestop.notices.zones import zone_for
from onestop.ui.markup import plain_text
from onestop.ui.sentences import say_again


def render(message: Message, kind: NoticeType, links: Mapping[str, str]) -> tuple[str, str, str]:
    """Return subject, text and HTML of a message, in its time zone or that of the recipient.

    ``links`` are those of the mail's foot, as ``links_for`` returns them.
    """
    with translation.override(language_of(message)), timezone.override(_zone_of(message)):
        context = _context(message, kind) | dict(links) | _said_again(message.context)
        text = plain_text(f"emails/{kind.templates}_body.txt", context)
        html = render_to_string(f"emails/{kind.templates}_body.html", context)
        return _subject(message, kind, context), text.strip() + "\n", html.strip()


def subject_of(message: Message) -> str:
    """Return only the subject: it does not need what ``prepare`` adds."""
    kind = notice_type_of(message.kind)
    with translation.override(language_of(message)):
        return _subject(message, kind, _context(message, kind) | _said_again(message.context))


def language_of(message: Message) -> str:
    """Return the language of the recipient; people without an account get the portal's."""
    return message.user.language if message.user else settings.LANGUAGE_CODE


def why_of(message: Message) -> str:
    """Return why the recipient gets the message, in their language."""
    with translation.override(language_of(message)):
        return str(say_again(message.why))


def _said_again(context: Mapping[str, Any]) -> dict[str, Any]:
    return {name: say_again(value) for name, value in context.items()}


def _context(message: Message, kind: NoticeType) -> dict[str, Any]:
    return {
        "site_name": settings.SITE_NAME,
        "public_url": settings.PUBLIC_URL,
        "kind": kind,
        "recipient": message.user,
        "why": say_again(message.why),
        "action_url": f"{settings.PUBLIC_URL}{message.path}" if message.path else "",
    }


def _zone_of(message: Message) -> tzinfo | None:
    return message.zone or (zone_for(message.user) if message.user else None)


def _subject(message: Message, kind: NoticeType, context: Mapping[str, Any]) -> str:
    with timezone.override(_zone_of(message)):
        return " ".join(plain_text(f"emails/{kind.templates}_subject.txt", context).split())
