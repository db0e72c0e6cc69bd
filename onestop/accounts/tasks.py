"""What workers do for accounts."""

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from onestop.accounts import mail_requests, new_sign_ins


@shared_task
def forget_old_sessions() -> None:
    """Delete the rows of sessions that have expired, and of sign-ins that nobody can disown any more."""
    call_command("clearsessions")
    new_sign_ins.forget_old(at=timezone.now())


@shared_task(ignore_result=True)
def answer_mail_requests() -> None:
    """Write the mails that somebody asked for by typing an address."""
    mail_requests.answer_all(at=timezone.now())
