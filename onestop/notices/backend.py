"""An email backend of Django that writes into the outbox."""

import uuid
from collections.abc import Sequence
from email.utils import parseaddr

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from onestop.notices import outbox
from onestop.notices.models import Notice


class OutboxBackend(BaseEmailBackend):
    """Writes each mail into the outbox, in the running transaction; no page waits for a mail server."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Queue the mails, one row per recipient; return the number of messages."""
        for message in email_messages:
            for address in message.recipients():
                self._enqueue(message, address)
        return len(email_messages)

    def _enqueue(self, message: EmailMessage, address: str) -> None:
        if message.attachments:
            raise NotImplementedError("The outbox does not carry attachments.")
        html = ""
        if isinstance(message, EmailMultiAlternatives):
            html = next((str(body) for body, kind in message.alternatives if kind == "text/html"), "")
        headers = {name: str(value) for name, value in message.extra_headers.items()}
        if message.reply_to:
            headers["Reply-To"] = ", ".join(message.reply_to)
        outbox.enqueue_rendered(
            key=f"{outbox.DJANGOS_OWN}:{uuid.uuid4()}",
            kind=outbox.DJANGOS_OWN,
            priority=Notice.Priority.URGENT,
            to=parseaddr(address)[1],
            subject=str(message.subject),
            text=str(message.body),
            html=html,
            at=timezone.now(),
            sender=message.from_email,
            headers=headers,
        )
