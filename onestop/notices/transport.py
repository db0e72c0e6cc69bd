"""How an e-mail leaves the house: through an SMTP server; in the demo into a folder, where people can read it."""

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
    """The server could not be reached, or asks for patience: nothing was sent."""


class Refused(Exception):
    """The server will not take this e-mail, now or later."""


class NobodyThere(Refused):
    """The server says that nobody is reached at this address."""


class Unknown(Exception):
    """The server fell silent after it had the whole e-mail: it was taken, or not."""


class Transport(Protocol):
    """A way out. ``send`` opens what it needs; ``close`` ends it and never fails."""

    def send(self, notice: Notice) -> None:
        """Hand over one e-mail.

        :raises TryLater: if nothing was sent and it may go later.
        :raises Refused: if it will never be taken.
        :raises Unknown: if nobody can tell.
        """

    def close(self) -> None:
        """End the connection, if there is one."""


def open_transport() -> Transport:
    """Return the way out that the setting MAIL_TRANSPORT_URL names."""
    options: dict[str, Any] = settings.MAIL_TRANSPORT
    kind = options["EMAIL_BACKEND"].split(".")[-2]
    if kind == "smtp":
        return SmtpTransport(options)
    if kind == "filebased":
        return FolderTransport(Path(options["EMAIL_FILE_PATH"]))
    return ConsoleTransport()


class SmtpTransport:
    """One connection to a real mail server, kept open from one e-mail to the next."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        self.timeout = options.get("OPTIONS", {}).get("TIMEOUT", 20)
        self.smtp: smtplib.SMTP | None = None

    def send(self, notice: Notice) -> None:
        """Hand over one e-mail, step by step, so that we know how far it came."""
        content = (
            build_message(notice).removesuffix(b"\r\n").replace(b"\r\n.", b"\r\n..") + b"\r\n.\r\n"
        )  # RFC 5321, 4.5.2
        smtp = self._begin(parseaddr(wire_address(notice.sender))[1])
        try:
            self._expect(smtp.rcpt(wire_address(notice.to)), lasting=NobodyThere)
            self._expect(smtp.docmd("DATA"), lasting=Refused, good=354)
            smtp.send(content)  # if this fails, the server never saw the dot by which it would have taken it
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
        """Say goodbye, whether the server still listens or not."""
        if self.smtp:
            with suppress(OSError, smtplib.SMTPException):
                self.smtp.quit()
            self.smtp.close()
            self.smtp = None

    def _begin(self, sender: str) -> smtplib.SMTP:
        """Say whom the e-mail is from; over a new connection, if the server has hung up on the old one meanwhile.

        Servers close connections that idle, or that have carried enough. Nothing is lost by it, and nothing waits.
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
        said = f"{code} {answer.decode('utf-8', 'replace')}"
        if code < 500:
            raise TryLater(said)
        # RFC 3463: what is wrong may be the address (5.1), the mailbox (5.2), or our right to write to it (5.7).
        kind = re.match(rb"5\.(\d)\.", answer)
        about_us = lasting is NobodyThere and kind is not None and kind[1] not in b"12"
        raise (Refused if about_us else lasting)(said)


class FolderTransport:
    """Writes each e-mail into a folder, as a file that any mail program opens."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, notice: Notice) -> None:
        """Write it; an e-mail that is written again replaces itself."""
        name = f"{notice.written_at:%Y-%m-%d_%H%M%S}_{notice.to.replace('/', '_')}_{notice.pk}.eml"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_bytes(build_message(notice))
        except OSError as problem:
            raise TryLater(words(problem)) from problem

    def close(self) -> None:
        """Nothing is open."""


class ConsoleTransport:
    """Prints each e-mail."""

    def send(self, notice: Notice) -> None:
        """Print what a person would read."""
        sys.stdout.write(f"\n--- To: {notice.to}\n--- {notice.subject}\n\n{notice.text}\n---\n")
        sys.stdout.flush()

    def close(self) -> None:
        """Nothing is open."""


def as_bytes(answer: bytes | str) -> bytes:
    """Return a server's answer as bytes; smtplib gives either."""
    return answer.encode() if isinstance(answer, str) else answer


def words(problem: Exception) -> str:
    """Return what went wrong, in a line."""
    return f"{type(problem).__name__}: {problem}"
