"""Mail that comes in."""

from email.message import EmailMessage
from typing import Any

from onestop.notices.models import Notice
from tests.factories.numbers import next_number


def make_reply(
    text: str = "We moved to Main Street.", *, to: Notice | None = None, sender: str = "", **headers: Any
) -> bytes:
    """Return a mail as bytes that answers a notice, or none; headers in words, such as ``Auto_Submitted``."""
    message = EmailMessage()
    message["From"] = f"Luz Ferrand <{sender or (to.to if to else 'luz@millrace.example')}>"
    message["To"] = "portal@onestop.example"
    message["Subject"] = f"Re: {to.subject}" if to else "A question"
    message["Message-ID"] = f"<{next_number()}@millrace.example>"
    if to:
        message["In-Reply-To"] = to.message_id
    for name, value in headers.items():
        del message[name.replace("_", "-")]
        if value is not None:
            message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()
