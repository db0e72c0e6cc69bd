"""Read one mail that came back to the sender's address, from standard input: what a mail server pipes into it."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from onestop.notices import bounces


class Command(BaseCommand):
    """Take one delivery status notification (RFC 3464)."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Mark what it names; any other mail is none of ours and changes nothing."""
        reports = bounces.read_reports(sys.stdin.buffer.read())
        taken = sum(bounces.take_report(report, at=timezone.now()) for report in reports)
        self.stdout.write(f"{taken} of {len(reports)} taken.")
