"""Prepare the database: apply migrations, and load the programs that the law names."""

import io
from contextlib import nullcontext
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management import BaseCommand, CommandParser, call_command, get_commands
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from onestop.local.quick_migrations import quick_migrations


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the option to load sample data, which deployments never use."""
        parser.add_argument("--sample", action="store_true", help="fill an empty database with the sample network")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare the database; with --sample, also load the sample network if there are no users."""
        if unapplied := self._unapplied():
            self._say(f"· Applying {unapplied} migrations ...")
            # Sample data is of an empty database of one's own, which is migrated the quick way.
            with quick_migrations() if options["sample"] else nullcontext():
                call_command("migrate", interactive=False, verbosity=0)
        known = get_commands()
        if "load_programs" in known:
            call_command("load_programs", verbosity=0, stdout=io.StringIO())
        if options["sample"] and "sample_network" in known and not get_user_model().objects.exists():
            self._say("· Loading the sample network ...")
            # All or nothing: after an interruption, the next start finds an empty database again.
            with transaction.atomic():
                call_command("sample_network", verbosity=0)

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()  # the next step takes a while

    @staticmethod
    def _unapplied() -> int:
        executor = MigrationExecutor(connection)
        return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
