"""Encrypt the second factors again after a change of SECRET_KEY, so that the old key is no longer needed."""

from typing import Any

from django.core.management.base import BaseCommand

from onestop.accounts import secret_encryption


class Command(BaseCommand):
    """Encrypts all second factors with the current key."""

    help = (
        "Encrypts the secrets of second factors with the current SECRET_KEY. "  # no translation: for operators
        "Then SECRET_KEY_FALLBACKS can be removed."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Encrypt everything again."""
        done, lost = secret_encryption.reseal_all()
        self.stdout.write(f"{done} encrypted with the current key.")  # no translation: for operators
        if lost:
            self.stderr.write(f"{lost} left unchanged: no known key decrypts them.")  # no translation: for operators
