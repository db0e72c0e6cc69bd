"""What others may read of a notice: its words without what is for one person alone.

A mail may hold links that work without signing in: whoever has one acts as the person to whom it was sent. And codes
and links to sign in with, of Django's own mails, are shown to nobody at all.
"""

import re
from collections.abc import Mapping

from onestop.notices.models import Notice
from onestop.notices.outbox import DJANGOS_OWN

BLANK = "[for-the-recipient-alone]"
NOT_SHOWN = "What stands in e-mails of the account is not shown: it may be used to sign in."
SUBJECT_NOT_SHOWN = "An e-mail about the account"
ADDRESS = re.compile(r"""https?://[^\s<>"']+""")
# What nobody would type into an address: 16 characters or more, with a digit or a capital letter among them.
TOKEN = re.compile(r"(?<=[/=])(?=[^/?#&=]*[A-Z0-9])[^/?#&=]{16,}")


def is_secret(notice: Notice) -> bool:
    """Whether the words of a notice are for nobody but the person: codes and links to sign in with."""
    return notice.kind == DJANGOS_OWN


def subject_of(notice: Notice) -> str:
    """Return the subject as others may read it."""
    return SUBJECT_NOT_SHOWN if is_secret(notice) else notice.subject


def text_of(notice: Notice) -> str:
    """Return the text as others may read it."""
    return NOT_SHOWN if is_secret(notice) else redact(notice.text)


def html_of(notice: Notice) -> str:
    """Return the HTML as others may read it; nothing if there is none for them."""
    return "" if is_secret(notice) else redact(notice.html)


def headers_of(notice: Notice) -> Mapping[str, str]:
    """Return the headers as others may read them."""
    return {name: redact(str(value)) for name, value in notice.headers.items()}


def redact(words: str) -> str:
    """Return words in which no address holds a token any more."""
    return ADDRESS.sub(lambda found: _blank_address(found[0]), words)


def _blank_address(address: str) -> str:
    head, slashes, rest = address.partition("://")
    host, slash, path = rest.partition("/")
    return f"{head}{slashes}{host}{TOKEN.sub(BLANK, slash + path)}"
