"""Turning a kind of notice down from the e-mail itself: a signed address that does this one thing (RFC 2369, RFC 8058).

The address needs no sign-in and never expires: whoever holds it can only make one person get less of one kind, and
take just that back (``preferences.turn_down``). A mail scanner that opens it changes nothing; only a POST does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.core import signing
from django.urls import reverse

from onestop.accounts.models import User
from onestop.notices.models import Cadence
from onestop.notices.notice_types import NoticeType, notice_type_of

SALT = "onestop.notices.unsubscribe"


class InvalidLink(Exception):
    """The address was not made by this portal, or is about a person or kind that is no more."""


@dataclass(frozen=True)
class Link:
    """What a link is about: one person, and one kind."""

    user: User
    kind: NoticeType


def token_of(user: User, kind: NoticeType) -> str:
    """Return the signed part of the address by which a person turns a kind down."""
    return signing.dumps([user.pk, kind.code], salt=SALT, compress=False)


def read_token(token: str) -> Link:
    """Return what a link is about.

    :raises WrongLink: if it is none of ours.
    """
    try:
        pk, code = signing.loads(token, salt=SALT)
        kind, user = notice_type_of(code), User.objects.get(pk=pk, is_active=True)
    except (signing.BadSignature, ValueError, TypeError, LookupError, User.DoesNotExist) as problem:
        raise InvalidLink("This link does not work here.") from problem
    if not kind.can_be_changed:
        raise InvalidLink("Nobody has a say in this kind.")
    return Link(user, kind)


def links_for(user: User | None, kind: NoticeType) -> dict[str, str]:
    """Return what the foot of a mail links to; nothing for people without an account, who have no preferences here."""
    if user is None or not kind.can_be_changed:
        return {}
    stop, preferences = _addresses()
    return {"stop_url": stop + token_of(user, kind) + "/", "preferences_url": preferences}


@cache
def _addresses() -> tuple[str, str]:
    """Return what the address of every stop link begins with, and that of the preferences."""
    stop = reverse("notices:stop", args=["-"]).removesuffix("-/")
    return f"{settings.PUBLIC_URL}{stop}", f"{settings.PUBLIC_URL}{reverse('notices:preferences')}"


def headers_for(links: Mapping[str, str], kind: NoticeType) -> dict[str, str]:
    """Return the headers by which mail programs offer to unsubscribe with one click. Needs what ``links_for`` gave."""
    if not links or Cadence.OFF not in kind.cadences:
        return {}
    return {"List-Unsubscribe": f"<{links['stop_url']}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
