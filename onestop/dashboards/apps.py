"""The Django application."""

from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    """Registers the dashboards app."""

    name = "onestop.dashboards"

    def ready(self) -> None:
        """Declare the rights on dashboards."""
        from onestop.dashboards import rules  # noqa: F401 -- registers them
