"""The Django application."""

from django.apps import AppConfig


class PartnersConfig(AppConfig):
    """Registers the partners app."""

    name = "partners"

    def ready(self) -> None:
        """Say what people of this app may have in hand when they leave, what stops without them, and what it queues.

        The search of signed-in users finds its things.
        """
        from onestop.jobs.queues import load_of, watch_queue
        from onestop.notices import reminders
        from partners.board import handover as board_handover
        from partners.importing import network_kinds as import_kinds  # noqa: F401 -- registers what files may hold
        from partners.models import ImportRun, ManualPrint
        from partners.network import proposal_comments, shared_places, upkeep_acts  # noqa: F401 -- registers them
        from partners.people import handover, single_person_risk
        from partners.schedule.holidays import closed_scopes
        from partners.search import network_kinds  # noqa: F401 -- registers what it finds

        handover.register()
        board_handover.register()
        single_person_risk.register()
        reminders.wait_where_closed(closed_scopes)
        watch_queue("imports", lambda at: load_of(ImportRun.objects.at_work()))
        watch_queue("documents", lambda at: load_of(ManualPrint.objects.at_work()))
