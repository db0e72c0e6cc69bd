"""Take one mail from standard input, as a mail server pipes it."""

import logging
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from onestop.notices import inbound
from onestop.notices.incoming import MOST_READ

logger = logging.getLogger(__name__)
TRY_LATER = 75  # EX_TEMPFAIL: the mail server keeps the mail and tries again


class Command(BaseCommand):
    """Take one mail (RFC 5322): a bounce, an answer, or what somebody writes to the portal."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the address that the mail server delivers to."""
        parser.add_argument(
            "--to", action="append", default=[], help="The address of the envelope, as in Postfix's ${recipient}."
        )

    def handle(self, *args: Any, to: list[str], **options: Any) -> None:
        """Take it, and say what became of it; on any failure, ask the mail server to try again."""
        try:
            raw = sys.stdin.buffer.read(MOST_READ)
            while sys.stdin.buffer.read(1_000_000):  # else the mail server takes it for a failure
                pass
            mail = inbound.take_mail(raw, to=to, at=timezone.now())
        except Exception:
            logger.exception("A mail could not be taken")
            sys.exit(TRY_LATER)
        what = mail.taken_by or mail.state
        self.stdout.write(f"{what}.")  # no translation: for the operator
