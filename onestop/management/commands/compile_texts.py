"""Compile the translations in locale/ that changed, without GNU gettext; deployments do it with each release."""

from typing import Any

from django.core.management import BaseCommand

from onestop.ops.catalogs import compile_stale


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Compile, and name what was compiled."""
        for source in compile_stale():
            self.stdout.write(f"Compiled {source.with_suffix('.mo')}")
