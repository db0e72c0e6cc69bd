"""Load an invented partner network: two areas with partners, people and services, over the two years until today."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from onestop.local.demo import LOGINS, PASSWORD
from onestop.local.sample import CannotLoad, load_sample


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options."""
        parser.add_argument("--today", type=date.fromisoformat, help="its last day, such as 2026-11-24")
        parser.add_argument("--force", action="store_true", help="load it in production too, with its public password")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the sample network unless it is loaded; print who can sign in."""
        if settings.PRODUCTION and not options["force"]:
            raise CommandError(
                "The portal runs in production mode. The accounts of the sample network have a public password and do "
                "not belong in a database with real people. To load it anyway, add --force."
            )
        try:
            loaded = load_sample(today=options["today"] or timezone.localdate())
        except CannotLoad as problem:
            raise CommandError(str(problem)) from problem
        if options["verbosity"]:
            self.stdout.write("The sample network is loaded." if loaded else "The sample network was loaded before.")
            self.stdout.write(f"Sign in with the password {PASSWORD} as:")
            for email, role in LOGINS.items():
                self.stdout.write(f"  {email}  ({role})")
