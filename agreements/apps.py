"""The Django application."""

from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    """Registers the agreements app."""

    name = "agreements"

    def ready(self) -> None:
        """Say what can be commented on and is handed over, and what pages and manuals of partners show."""
        from agreements import acts, panels, search_kinds, served, shared_work  # noqa: F401 -- registers them
        from agreements.drafting import discussed  # noqa: F401 -- registers them
        from agreements.responsibilities import referrals  # noqa: F401 -- registers them
        from agreements.signing import handover

        handover.register()
