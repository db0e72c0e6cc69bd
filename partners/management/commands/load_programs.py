"""Bring the reference list of programs into the database."""

from typing import Any

from django.core.management.base import BaseCommand

from partners.coverage.programs import load_programs


class Command(BaseCommand):
    """Run it after every migrate; a second run changes nothing."""

    help = "Bring the reference list of one-stop partner programs (20 CFR 678.400 and 678.410) into the database."

    def handle(self, *args: Any, **options: Any) -> None:
        number = load_programs()
        self.stdout.write(f"{number} programs are in place.")
