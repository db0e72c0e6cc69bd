"""The Django application."""

from django.apps import AppConfig


class PartnersConfig(AppConfig):
    """Registers the partners app."""

    name = "partners"

    def ready(self) -> None:
        """Say what people of this app may have in hand when they leave, and what stops without them."""
        from partners import dependence, handover

        handover.register()
        dependence.register()
