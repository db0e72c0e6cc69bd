"""Collect the texts for translation, without those of tests and of packages."""

from typing import Any

from django.core.management.commands import makemessages

NOT_TRANSLATED = ["node_modules", "static", "tests", "var"]


class Command(makemessages.Command):
    help = "Collect the texts of modules and templates for translation, in locale/."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run Django's command, which would also search folders without texts of the portal."""
        options["ignore_patterns"] = [*options["ignore_patterns"], *NOT_TRANSLATED]
        super().handle(*args, **options)
