"""Unsubscribe links in mails: a signed URL that reduces one notice type (RFC 2369, RFC 8058).

The URL needs no sign-in and never expires: it can only reduce one type for one user, or stop it for one address of a
person without an account, and undo that (``preferences.reduce``). A mail scanner that opens it changes nothing; only a
POST does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from onestop.accounts.models import User
from onestop.notices.models import Cadence
from onestop.notices.notice_types import NoticeType, notice_type_of
from onestop.notices.stopped_addresses import may_stop

SALT = "onestop.notices.unsubscribe"


class InvalidLink(Exception):
    """The URL is not from this portal, or its user or notice type no longer exists."""


@dataclass(frozen=True)
class Link:
    """The recipient, a user or an address without an account, and the notice type of a link."""

    to: User | str
    kind: NoticeType

    @property
    def user(self) -> User | None:
        """The user, if the recipient has an account."""
        return None if isinstance(self.to, str) else self.to

    @property
    def address(self) -> str:
        """The email address of the recipient."""
        return self.to if isinstance(self.to, str) else self.to.email

    def is_for(self, user: Any) -> bool:
        """Whether a signed-in user is the recipient."""
        return user == self.to or user.email.lower() == self.address.lower()


def token_of(to: User | str, kind: NoticeType) -> str:
    """Return the signed part of the unsubscribe URL of a recipient and a type."""
    name = to.lower() if isinstance(to, str) else to.pk
    return signing.dumps([name, kind.code], salt=SALT, compress=False)


def read_token(token: str) -> Link:
    """Return the recipient and the type of a token.

    :raises InvalidLink: if it is not valid.
    """
    try:
        name, code = signing.loads(token, salt=SALT)
        kind = notice_type_of(code)
        to = name if isinstance(name, str) else User.objects.get(pk=name, is_active=True)
    except (signing.BadSignature, ValueError, TypeError, LookupError, User.DoesNotExist) as problem:
        raise InvalidLink(_("This link does not work.")) from problem
    if not (may_stop(kind) if isinstance(to, str) else kind.can_be_changed):
        raise InvalidLink(_("This type of notification cannot be changed."))
    return Link(to, kind)


def links_for(to: User | str, kind: NoticeType) -> dict[str, str]:
    """Return the links of the foot of a mail; people without an account can only stop a type."""
    stop, preferences = _addresses()
    if isinstance(to, str):
        return {"stop_url": stop + token_of(to, kind) + "/", "stops": "1"} if may_stop(kind) else {}
    if not kind.can_be_changed:
        return {}
    return {"stop_url": stop + token_of(to, kind) + "/", "preferences_url": preferences}


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
