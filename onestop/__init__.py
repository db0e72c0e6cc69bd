"""The project, and what every part of it stands on."""

from onestop.celery import app as celery_app

__all__ = ["celery_app"]
