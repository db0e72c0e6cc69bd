"""The Django application."""

from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    """Registers the agreements app."""

    name = "agreements"

    def ready(self) -> None:
        """Agreements and their clauses can be commented on."""
        from agreements.drafting import discussed  # noqa: F401 -- registers them
