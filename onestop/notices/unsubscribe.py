"""Unsubscribe links in mails: a signed URL that reduces one notice type (RFC 2369, RFC 8058).

The URL needs no sign-in and never expires: it can only reduce one type for one user, and undo that
(``preferences.reduce``). A mail scanner that opens it changes nothing; only a POST does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from onestop.accounts.models import User
from onestop.notices.models import Cadence
from onestop.notices.notice_types import NoticeType, notice_type_of

SALT = "onestop.notices.unsubscribe"


class InvalidLink(Exception):
    """The URL is not from this portal, or its user or notice type no longer exists."""


@dataclass(frozen=True)
class Link:
    """The user and the notice type of a link."""

    user: User
    kind: NoticeType


def token_of(user: User, kind: NoticeType) -> str:
    """Return the signed part of the unsubscribe URL of a user and a type."""
    return signing.dumps([user.pk, kind.code], salt=SALT, compress=False)


def read_token(token: str) -> Link:
    """Return the user and the type of a token.

    :raises InvalidLink: if it is not valid.
    """
    try:
        pk, code = signing.loads(token, salt=SALT)
        kind, user = notice_type_of(code), User.objects.get(pk=pk, is_active=True)
    except (signing.BadSignature, ValueError, TypeError, LookupError, User.DoesNotExist) as problem:
        raise InvalidLink(_("This link does not work.")) from problem
    if not kind.can_be_changed:
        raise InvalidLink(_("This type of notification cannot be changed."))
    return Link(user, kind)


def links_for(user: User | None, kind: NoticeType) -> dict[str, str]:
    """Return the links of the foot of a mail; none for people without an account, who have no settings."""
    if user is None or not kind.can_be_changed:
        return {}
    stop, preferences = _addresses()
    return {"stop_url": stop + token_of(user, kind) + "/", "preferences_url": preferences}


@cache
def _addresses() -> tuple[str, str]:
    """Return the start of every unsubscribe URL, and the URL of the settings."""
    stop = reverse("notices:stop", args=["-"]).removesuffix("-/")
    return f"{settings.PUBLIC_URL}{stop}", f"{settings.PUBLIC_URL}{reverse('notices:preferences')}"


def headers_for(links: Mapping[str, str], kind: NoticeType) -> dict[str, str]:
    """Return the headers for one-click unsubscribing. Needs the result of ``links_for``."""
    if not links or Cadence.OFF not in kind.cadences:
        return {}
    return {"List-Unsubscribe": f"<{links['stop_url']}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
