"""Read one bounced mail from standard input, as a mail server pipes it."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from onestop.notices import bounces


class Command(BaseCommand):
    """Process one delivery status notification (RFC 3464)."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Mark the notices that it names; any other mail changes nothing."""
        reports = bounces.read_reports(sys.stdin.buffer.read())
        taken = sum(bounces.take_report(report, at=timezone.now()) for report in reports)
        self.stdout.write(f"{taken} of {len(reports)} reports processed.")  # no translation: for the operator
