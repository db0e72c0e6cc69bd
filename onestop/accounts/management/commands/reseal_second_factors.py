"""After a change of SECRET_KEY: seal the second factors anew, so that the former key is no longer needed."""

from typing import Any

from django.core.management.base import BaseCommand

from onestop.accounts import secret_encryption


class Command(BaseCommand):
    """Calls the verb and says what it did."""

    help = "Seals the secrets of second factors by the present SECRET_KEY; afterwards SECRET_KEY_FALLBACKS can go."

    def handle(self, *args: Any, **options: Any) -> None:
        """Reseal everything."""
        done, lost = secret_encryption.reseal_all()
        self.stdout.write(f"{done} sealed by the present key.")
        if lost:
            self.stderr.write(
                f"{lost} cannot be opened by any key in SECRET_KEY or SECRET_KEY_FALLBACKS; left as they are."
            )
