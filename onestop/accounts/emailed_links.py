"""Act by an emailed link without signing in: to confirm, to sign, to say whether one comes.

Fetching the page of a link changes nothing, so that mail scanners may fetch it: that a person has opened it is known
from pointer or key events. The link itself is stored nowhere, and the history names whose link it was.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

import pghistory
from django.urls import reverse

from onestop.accounts import signed_links
from onestop.accounts.models import EmailedLink, User
from onestop.editing.refusals import Refused
from onestop.history.tracking import recorded
from onestop.ui.presentation import shortday
from onestop.ui.sentences import retold as _

L = TypeVar("L", bound=EmailedLink)


class LinkIsOver(Refused):
    """The link no longer works."""


def find_link(model: type[L], token: str) -> L | None:
    """Return the row of a link with its recipient, or ``None`` if we did not create that link."""
    link = signed_links.read(model.purpose, token)
    found: L | None = _rows(model).with_recipient().filter(pk=link.pk).first() if link else None
    return found if link and found and link.fits(found.nonce) else None


@contextmanager
def signed_by_link(link: EmailedLink) -> Iterator[None]:
    """Record in the history whose emailed link was used."""
    with pghistory.context(by_link=link.name, url=reverse(link.page, args=["link"])):
        yield


@recorded
def note_opened(link: EmailedLink, *, by: User | None, at: datetime) -> None:
    """Record that a person has opened the page, known from pointer or key events, never from the page being fetched."""
    with signed_by_link(link):
        _rows(type(link)).filter(pk=link.pk, opened_at=None, revoked_at=None).update(opened_at=at)


def lock_open(link: L, at: datetime) -> L:
    """Lock a link that still works and return it, in the running transaction.

    :raises LinkIsOver: if it does not.
    """
    # Lock: of two answers at once, the second must see the first.
    locked: L = _rows(type(link)).select_for_update(of=("self",)).with_recipient().get(pk=link.pk)
    if locked.why_over(at):
        raise LinkIsOver(_("This link no longer works."))
    return locked


def note_answered(link: EmailedLink, at: datetime) -> None:
    """Record the first answer of a locked link."""
    link.opened_at, link.answered_at = link.opened_at or at, link.answered_at or at
    link.save(update_fields=["opened_at", "answered_at"])


def standing_of(link: EmailedLink, at: datetime) -> tuple[str, str, str]:
    """Return how far a link has come, as kind, word and icon of a chip."""
    if link.answered_at:
        return "good", _("Answered %(day)s") % {"day": shortday(link.answered_at)}, "check-lg"
    if over := link.why_over(at):
        words = {"expired": _("Link expired"), "revoked": _("Link withdrawn")}.get(over, _("Link closed"))
        return "rest", words, "slash-circle"
    if link.opened_at:
        return "way", _("Opened %(day)s") % {"day": shortday(link.opened_at)}, "envelope-open"
    return "way", _("Not opened yet"), "envelope"


def _rows(model: type[L]) -> Any:
    return model._default_manager.all()
