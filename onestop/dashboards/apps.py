"""The Django application."""

from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    """Registers the dashboards app."""

    name = "onestop.dashboards"
