"""The project: settings, URLs, and the packages that all apps use."""

from onestop.celery import app as celery_app

__all__ = ["celery_app"]
