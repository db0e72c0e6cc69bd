"""The Django application."""

from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    """Registers the dashboards app."""

    name = "onestop.dashboards"

    def ready(self) -> None:
        """Declare the rights on dashboards, and what pages of partners show of them."""
        from onestop.dashboards import rules  # noqa: F401 -- registers them
        from onestop.dashboards.context import paper_panels  # noqa: F401 -- registers them
