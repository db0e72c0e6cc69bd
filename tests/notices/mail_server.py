"""A real mail server for the tests, as polite or rude as they want it."""

import email
import socket
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd import smtp
from aiosmtpd.controller import Controller


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


class MailServer:
    """Takes e-mails on a port of its own; ``rcpt`` and ``data`` are what it answers, None meaning yes."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.envelopes: list[tuple[str, str]] = []
        self.rcpt: str | None = None
        self.data: str | None = None
        self.refused_addresses: dict[str, str] = {}
        self.hang_up_after_data = False
        self.controller = Controller(self, hostname="127.0.0.1", port=free_port())

    async def handle_RCPT(
        self, server: smtp.SMTP, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        refusal = self.refused_addresses.get(address, self.rcpt)
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: smtp.SMTP, session: Any, envelope: Any) -> str:
        if self.data:
            return self.data
        self.taken.append(email.message_from_bytes(envelope.content, policy=default))
        self.envelopes.append((envelope.mail_from, envelope.rcpt_tos[0]))
        if self.hang_up_after_data:
            server.transport.abort()  # type: ignore[union-attr]
        return "250 taken"

    @property
    def transport(self) -> dict[str, Any]:
        """What the setting MAIL_TRANSPORT is for this server."""
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": self.controller.port,
            "EMAIL_HOST_USER": None,
            "EMAIL_HOST_PASSWORD": None,
            "OPTIONS": {"TIMEOUT": 5},
        }
