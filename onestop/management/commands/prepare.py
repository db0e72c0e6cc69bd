"""Bring the database up to date, and fill an empty one with the sample network."""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management import BaseCommand, call_command, get_commands
from django.db import transaction


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate, load the programs that the law names, and sample data if nobody is there yet."""
        call_command("migrate", interactive=False, verbosity=0)
        known = get_commands()
        if "load_programs" in known:
            call_command("load_programs", verbosity=0)
        if "sample_network" in known and not get_user_model().objects.exists():
            self.stdout.write("· Loading the sample network ...")
            # All or nothing: a start that was interrupted here begins again with an empty database.
            with transaction.atomic():
                call_command("sample_network", verbosity=0)
