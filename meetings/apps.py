"""The Django application."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    """Registers the meetings app."""

    name = "meetings"

    def ready(self) -> None:
        """Say what is found, what pages of partners show, what a person is asked for, and what is handed over."""
        from meetings import acts, goal_acts, panels, search_kinds, served, shared_work  # noqa: F401 -- registers them
        from meetings.actions import handover as actions_handover
        from meetings.assistance import practice_drafts
        from meetings.board_page import links  # noqa: F401 -- registers them
        from meetings.groups import handover
        from meetings.plans import discussed  # noqa: F401 -- registers plans and goals for comments
        from meetings.scheduling import load  # noqa: F401 -- registers it

        handover.register()
        actions_handover.register()
        practice_drafts.register()
