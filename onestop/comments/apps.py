"""The Django application."""

from django.apps import AppConfig


class CommentsConfig(AppConfig):
    """Registers the comments app and its notice types."""

    name = "onestop.comments"

    def ready(self) -> None:
        from onestop.comments import notice_types  # noqa: F401 -- declares them
