"""The Django application."""

from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    """Registers the agreements app."""

    name = "agreements"

    def ready(self) -> None:
        """Say what can be commented on, and what people hand over when they leave."""
        from agreements.drafting import discussed  # noqa: F401 -- registers them
        from agreements.signing import handover

        handover.register()
