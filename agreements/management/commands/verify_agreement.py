"""Say whether a file is an agreement that this portal sent or executed."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from agreements.signing import verification


class Command(BaseCommand):
    """Print one line of JSON; exit with 0 if the portal made this very file, otherwise with 1."""

    help = "Say whether a file is an agreement that this portal sent or executed."  # no translation: for operators

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        """Look the file up by its hash."""
        try:
            with file.open("rb") as opened:
                digest = verification.digest_of(opened)
        except OSError as problem:
            raise CommandError(f"The file cannot be read: {problem}", returncode=2) from problem
        found = verification.find(digest)
        self.stdout.write(json.dumps({"sha256": digest, **found.to_json()}))
        if not found.is_known:
            raise SystemExit(1)
