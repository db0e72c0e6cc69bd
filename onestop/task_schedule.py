"""Which queue each Celery task goes to, and when beat sends those that recur."""

from typing import Any

MINUTE, HOUR, DAY = 60, 60 * 60, 24 * 60 * 60

ROUTES = {
    # Mail waits for other servers, so many threads. Imports and PDFs use the CPU, so processes; and each has its own
    # queue, so that no import waits for many PDFs. Sweeps use the default queue, where nothing takes long.
    "onestop.notices.*": {"queue": "notices"},
    "partners.tasks.work_on_import": {"queue": "imports"},
    "partners.tasks.print_manual": {"queue": "documents"},
    "agreements.tasks.make_agreement_pdf": {"queue": "documents"},
    "agreements.tasks.make_frozen_document": {"queue": "documents"},
    "agreements.tasks.seal_agreement": {"queue": "documents"},
    "meetings.tasks.make_meeting_pdf": {"queue": "documents"},
    "onestop.dashboards.tasks.make_dashboard_pdf": {"queue": "documents"},
    "onestop.files.tasks.scan_file": {"queue": "files"},
    "meetings.tasks.send_updates": {"queue": "notices"},
    "meetings.tasks.tell_assigned": {"queue": "notices"},
}


def every(seconds: int, task: str) -> dict[str, Any]:
    """Return an entry of beat's schedule; a task that no worker has taken before the next one is dropped.

    Intervals instead of times of day: a change to daylight saving time neither skips nor repeats them.
    """
    return {"task": task, "schedule": seconds, "options": {"expires": min(seconds * 5 // 6, HOUR)}}


SCHEDULE = {
    # Tests beat, broker and worker together; /health/ready reads the result.
    "pulse": every(30, "onestop.tasks.pulse"),
    "forget-old-sessions": every(DAY, "onestop.accounts.tasks.forget_old_sessions"),
    "forget-old-idempotency-keys": every(DAY, "onestop.editing.tasks.forget_old_idempotency_keys"),
    "answer-mail-requests": every(MINUTE, "onestop.accounts.tasks.answer_mail_requests"),
    "sweep-outbox": every(MINUTE, "onestop.notices.tasks.sweep_outbox"),
    "plan-notices": every(15 * MINUTE, "onestop.notices.tasks.plan_notices"),
    "send-digests": every(5 * MINUTE, "onestop.notices.tasks.send_digests"),
    "forget-secrets": every(10 * MINUTE, "onestop.notices.tasks.forget_secrets"),
    "tend-inbound-mail": every(HOUR, "onestop.notices.tasks.tend_inbound_mail"),
    "forget-old-codes": every(DAY, "onestop.notices.tasks.forget_old_codes"),
    "sweep-imports": every(15, "partners.tasks.sweep_imports"),
    "clean-up-imports": every(DAY, "partners.tasks.clean_up_imports"),
    "keep-directory-true": every(DAY, "partners.tasks.keep_directory_true"),
    "read-new-listings": every(5 * MINUTE, "partners.tasks.read_new_listings"),
    "forget-unanswered-questions": every(DAY, "partners.tasks.forget_unanswered_questions"),
    "fill-holidays": every(DAY, "partners.tasks.fill_holidays"),
    "match-board-roles": every(6 * HOUR, "partners.tasks.match_board_roles"),
    "sweep-files": every(MINUTE, "onestop.files.tasks.sweep_files"),
    "check-file-services": every(2 * MINUTE, "onestop.files.tasks.check_file_services"),
    "clean-up-files": every(DAY, "onestop.files.tasks.clean_up_files"),
    "sweep-manuals": every(15, "partners.tasks.sweep_manual_prints"),
    "clean-up-manuals": every(DAY, "partners.tasks.clean_up_manual_prints"),
    "sweep-agreement-pdfs": every(15, "agreements.tasks.sweep_agreement_pdfs"),
    "clean-up-agreement-pdfs": every(DAY, "agreements.tasks.clean_up_agreement_pdfs"),
    "sweep-dashboard-pdfs": every(15, "onestop.dashboards.tasks.sweep_dashboard_pdfs"),
    "clean-up-dashboard-pdfs": every(DAY, "onestop.dashboards.tasks.clean_up_dashboard_pdfs"),
    "watch-promises": every(DAY, "agreements.tasks.watch_promises"),
    "make-meetings": every(DAY, "meetings.tasks.make_meetings"),
    "send-meeting-updates": every(MINUTE, "meetings.tasks.send_updates"),
    "judge-goals": every(DAY, "meetings.tasks.judge_goals"),
    "sweep-meeting-pdfs": every(15, "meetings.tasks.sweep_meeting_pdfs"),
    "clean-up-meeting-pdfs": every(DAY, "meetings.tasks.clean_up_meeting_pdfs"),
    "print-public-minutes": every(HOUR, "meetings.tasks.print_public_minutes"),
    "tell-assigned-actions": every(MINUTE, "meetings.tasks.tell_assigned"),
    "ask-about-trainings": every(HOUR, "meetings.tasks.ask_about_trainings"),
    "take-snapshots": every(10 * MINUTE, "onestop.dashboards.tasks.take_snapshots"),
    "match-boards": every(6 * HOUR, "meetings.tasks.match_boards"),
}
