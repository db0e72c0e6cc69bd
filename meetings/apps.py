"""The Django application."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    """Registers the meetings app."""

    name = "meetings"

    def ready(self) -> None:
        """Say what is found, what a person is asked for, and what is handed over."""
        from meetings import search_kinds  # noqa: F401 -- registers it
        from meetings.assistance import practice_drafts
        from meetings.groups import handover
        from meetings.scheduling import load  # noqa: F401 -- registers it

        handover.register()
        practice_drafts.register()
