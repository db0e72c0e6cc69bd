"""Load an invented partner network: two areas, their partners, people and services, over two years until today."""

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
        """Take the day and the force."""
        parser.add_argument("--today", type=date.fromisoformat, help="the day it ends on, such as 2026-11-24")
        parser.add_argument("--force", action="store_true", help="load it in production too, with its known password")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load it, unless it is there; say who can sign in."""
        if settings.PRODUCTION and not options["force"]:
            raise CommandError(
                "The portal runs in production mode. The sample network has accounts whose password everybody knows; "
                "they do not belong beside real people. If you mean it nevertheless, say --force."
            )
        try:
            loaded = load_sample(today=options["today"] or timezone.localdate())
        except CannotLoad as problem:
            raise CommandError(str(problem)) from problem
        if options["verbosity"]:
            self.stdout.write("The sample network is loaded." if loaded else "The sample network is there already.")
            self.stdout.write(f"Sign in with the password {PASSWORD} as:")
            for email, role in LOGINS.items():
                self.stdout.write(f"  {email}  ({role})")
