"""The Django application."""

from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    """Registers the dashboards app."""

    name = "onestop.dashboards"

    def ready(self) -> None:
        """Say what pages of partners show of dashboards, and what follows if a goal loses its sponsor."""
        from onestop.dashboards import panels  # noqa: F401 -- registers them
        from onestop.dashboards.board import offers  # noqa: F401 -- follows who sponsors goals
        from onestop.dashboards.context import paper_panels  # noqa: F401 -- registers them
