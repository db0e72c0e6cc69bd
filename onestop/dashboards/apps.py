"""The Django application."""

from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    """Registers the dashboards app."""

    name = "onestop.dashboards"

    def ready(self) -> None:
        """Say what pages of partners show."""
        from onestop.dashboards import panels  # noqa: F401 -- registers them
