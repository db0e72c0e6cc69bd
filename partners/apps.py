"""The Django application."""

from django.apps import AppConfig


class PartnersConfig(AppConfig):
    """Registers the partners app."""

    name = "partners"
