"""Generate an invented network of any size, in bulk, to measure the portal with: 590 areas are all of the nation's."""

import time
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from onestop.local.generated import CannotGenerate, Size, generate
from onestop.ops.request_numbers import whole_number


def at_least_one(typed: str) -> int:
    """Return a number of things."""
    number = whole_number(typed)
    if not number:
        raise ArgumentTypeError("it must be a number from 1")
    return number


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options."""
        parser.add_argument("--areas", type=at_least_one, default=2, help="local areas (2)")
        parser.add_argument("--partners", type=at_least_one, default=20, help="partners of each area (20)")
        parser.add_argument("--services", type=at_least_one, default=255, help="services of each area (255)")
        parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same network (1)")
        parser.add_argument("--force", action="store_true", help="generate in production too")

    def handle(self, *args: Any, **options: Any) -> None:
        """Generate the network, and print what was made."""
        if settings.PRODUCTION and not options["force"]:
            raise CommandError(
                "The portal runs in production mode. A generated network does not belong in a database with real "
                "people. To generate it anyway, add --force."
            )
        size = Size(options["areas"], options["partners"], options["services"], options["seed"])
        begun = time.monotonic()
        try:
            made = generate(size, today=timezone.localdate())
        except CannotGenerate as problem:
            raise CommandError(str(problem)) from problem
        if options["verbosity"]:
            for what, number in made.items():
                self.stdout.write(f"{number:>10,} {what}")
            self.stdout.write(f"Generated in {time.monotonic() - begun:.1f} seconds.")
