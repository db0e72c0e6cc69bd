"""Load the reference list of programs."""

from typing import Any

from django.core.management.base import BaseCommand

from partners.coverage.programs import load_programs


class Command(BaseCommand):
    """Run it after every migration; a second run changes nothing."""

    help = "Load the reference list of one-stop partner programs (20 CFR 678.400 and 678.410) into the database."

    def handle(self, *args: Any, **options: Any) -> None:
        number = load_programs()
        self.stdout.write(f"{number} programs are loaded.")
