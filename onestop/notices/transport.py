"""Transports of mail: an SMTP server, or for the demo a folder of files or the console."""

import re
import smtplib
import ssl
import sys
from contextlib import suppress
from email.utils import parseaddr
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings

from onestop.notices.mime import build_message, wire_address
from onestop.notices.models import Notice


class TryLater(Exception):
    """The server is unreachable, or asks to try later: nothing was sent."""


class Refused(Exception):
    """The server refuses this mail permanently."""


class NobodyThere(Refused):
    """The server says that the address has no recipient."""


class Unknown(Exception):
    """The server stopped answering after it got the whole mail: it may or may not have accepted it."""


class Transport(Protocol):
    """A way to send mail. ``send`` connects when needed; ``close`` never fails."""

    def send(self, notice: Notice) -> None:
        """Send one mail.

        :raises TryLater: if nothing was sent and a later attempt may succeed.
        :raises Refused: if it will never be accepted.
        :raises Unknown: if it may or may not have been accepted.
        """

    def close(self) -> None:
        """Close the connection, if there is one."""


def open_transport() -> Transport:
    """Return the transport of the setting MAIL_TRANSPORT_URL."""
    options: dict[str, Any] = settings.MAIL_TRANSPORT
    kind = options["EMAIL_BACKEND"].split(".")[-2]
    if kind == "smtp":
        return SmtpTransport(options)
    if kind == "filebased":
        return FolderTransport(Path(options["EMAIL_FILE_PATH"]))
    return ConsoleTransport()


class SmtpTransport:
    """A connection to a mail server, kept open between mails."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        self.timeout = options.get("OPTIONS", {}).get("TIMEOUT", 20)
        self.smtp: smtplib.SMTP | None = None

    def send(self, notice: Notice) -> None:
        """Send one mail step by step, to know at which step it fails."""
        content = (
            build_message(notice).removesuffix(b"\r\n").replace(b"\r\n.", b"\r\n..") + b"\r\n.\r\n"
        )  # RFC 5321, 4.5.2
        smtp = self._begin(parseaddr(wire_address(notice.sender))[1])
        try:
            self._expect(smtp.rcpt(wire_address(notice.to)), lasting=NobodyThere)
            self._expect(smtp.docmd("DATA"), lasting=Refused, good=354)
            smtp.send(content)  # if this fails, the server never got the final dot that makes it accept the mail
        except (OSError, smtplib.SMTPException) as problem:
            self.close()
            raise TryLater(words(problem)) from problem
        try:
            reply = smtp.getreply()
        except (OSError, smtplib.SMTPException) as problem:
            self.close()
            raise Unknown(words(problem)) from problem
        self._expect(reply, lasting=Refused)

    def close(self) -> None:
        """Quit, whether or not the server still answers."""
        if self.smtp:
            with suppress(OSError, smtplib.SMTPException):
                self.smtp.quit()
            self.smtp.close()
            self.smtp = None

    def _begin(self, sender: str) -> smtplib.SMTP:
        """Send MAIL FROM; over a new connection, if the server has closed the old one.

        Servers close connections that are idle or have sent many mails. Nothing is lost, and nothing is delayed.
        """
        is_used = self.smtp is not None
        smtp = self._connected()
        try:
            self._expect(smtp.mail(sender), lasting=TryLater)
            return smtp
        except (OSError, smtplib.SMTPException) as problem:
            self.close()
            if not is_used:
                raise TryLater(words(problem)) from problem
        except TryLater:
            if not is_used or self.smtp is not None:
                raise
        return self._begin(sender)

    def _connected(self) -> smtplib.SMTP:
        if self.smtp:
            return self.smtp
        host, port, options = self.options["EMAIL_HOST"], self.options["EMAIL_PORT"] or 25, self.options
        try:
            if options.get("EMAIL_USE_SSL"):
                smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                    host, port, timeout=self.timeout, context=ssl.create_default_context()
                )
            else:
                smtp = smtplib.SMTP(host, port, timeout=self.timeout)
            self.smtp = smtp
            smtp.ehlo_or_helo_if_needed()
            if options.get("EMAIL_USE_TLS"):
                smtp.starttls(context=ssl.create_default_context())
            if options["EMAIL_HOST_USER"]:
                smtp.login(options["EMAIL_HOST_USER"], options["EMAIL_HOST_PASSWORD"] or "")
        except (OSError, smtplib.SMTPException) as problem:
            self.close()
            raise TryLater(words(problem)) from problem
        return smtp

    def _expect(self, reply: tuple[int, bytes], *, lasting: type[Exception], good: int = 250) -> None:
        code, answer = reply
        if code // 100 == good // 100:
            return
        if code == 421 or self.smtp is None:
            self.close()
        else:
            with suppress(OSError, smtplib.SMTPException):
                self.smtp.rset()
        text = f"{code} {answer.decode('utf-8', 'replace')}"
        if code < 500:
            raise TryLater(text)
        # RFC 3463: the problem may be the address (5.1), the mailbox (5.2), or our permission to write to it (5.7).
        kind = re.match(rb"5\.(\d)\.", answer)
        about_us = lasting is NobodyThere and kind is not None and kind[1] not in b"12"
        raise (Refused if about_us else lasting)(text)


class FolderTransport:
    """Writes each mail as a file into a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, notice: Notice) -> None:
        """Write the file; a repeated mail replaces its file."""
        name = f"{notice.written_at:%Y-%m-%d_%H%M%S}_{notice.to.replace('/', '_')}_{notice.pk}.eml"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_bytes(build_message(notice))
        except OSError as problem:
            raise TryLater(words(problem)) from problem

    def close(self) -> None:
        """Do nothing."""


class ConsoleTransport:
    """Prints each mail."""

    def send(self, notice: Notice) -> None:
        """Print the recipient, the subject and the text."""
        sys.stdout.write(f"\n--- To: {notice.to}\n--- {notice.subject}\n\n{notice.text}\n---\n")
        sys.stdout.flush()

    def close(self) -> None:
        """Do nothing."""


def words(problem: Exception) -> str:
    """Return an exception as one line of text."""
    return f"{type(problem).__name__}: {problem}"
