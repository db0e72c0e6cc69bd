"""The content of notices as others may read it: without what is for the recipient only.

A mail may contain links that work without signing in: whoever has one acts as its recipient. The content of types that
are secret, such as account mails with sign-in codes and links, is shown to no one.
"""

import re
from collections.abc import Mapping

from django.db.models.functions import Length
from django.utils.translation import gettext as _

from onestop.notices.models import Notice, NoticePart
from onestop.notices.notice_types import notice_type_of, secret_codes
from onestop.notices.outbox import DJANGOS_OWN

BLANK = "[only-for-the-recipient]"
ADDRESS = re.compile(r"""https?://[^\s<>"']+""")
# A token in a URL: 16 characters or more, with a digit or a capital letter among them.
TOKEN = re.compile(r"(?<=[/=])(?=[^/?#&=]*[A-Z0-9])[^/?#&=]{16,}")


def is_secret(notice: Notice) -> bool:
    """Whether the content is only for the recipient: codes, and links to sign in."""
    return notice.kind in secret_codes()


def subject_of(notice: Notice) -> str:
    """Return the subject as others may read it."""
    if notice.kind == DJANGOS_OWN:
        return _("An email about the account")
    return str(notice_type_of(notice.kind).label) if is_secret(notice) else notice.subject


def text_of(notice: Notice) -> str:
    """Return the text as others may read it."""
    if notice.kind == DJANGOS_OWN:
        return _("The content of account emails is hidden because it can be used to sign in.")
    if is_secret(notice):
        return _("The content of this email is hidden because it contains a code that is only for the recipient.")
    return redact(notice.text)


def text_of_reply(text: str, notice: Notice | None) -> str:
    """Return the text of an answer as others may read it: it may quote the whole notice, with its links and codes."""
    if notice and is_secret(notice):
        return _("The text of this email is hidden because it may quote a code that is only for the recipient.")
    return redact(text)


def html_of(notice: Notice) -> str:
    """Return the HTML as others may read it; nothing if they may not."""
    return "" if is_secret(notice) else redact(notice.html)


def headers_of(notice: Notice) -> Mapping[str, str]:
    """Return the headers as others may read them."""
    return {name: redact(str(value)) for name, value in notice.headers.items()}


def parts_of(notice: Notice) -> list[NoticePart]:
    """Return the parts of a notice, without their content, as others may list them."""
    if is_secret(notice) or not notice.has_parts:
        return []
    return list(notice.parts.defer("content").annotate(size=Length("content")).order_by("position"))


def redact(text: str) -> str:
    """Return text with the tokens in its URLs blanked."""
    return ADDRESS.sub(lambda found: _blank_address(found[0]), text)


def _blank_address(address: str) -> str:
    head, slashes, rest = address.partition("://")
    host, slash, path = rest.partition("/")
    return f"{head}{slashes}{host}{TOKEN.sub(BLANK, slash + path)}"
