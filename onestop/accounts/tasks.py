"""Celery tasks of accounts."""

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from onestop.accounts import mail_requests, new_sign_ins


@shared_task
def forget_old_sessions() -> None:
    """Delete expired sessions, and sign-ins that can no longer be disowned."""
    call_command("clearsessions")
    new_sign_ins.forget_old(at=timezone.now())


@shared_task(ignore_result=True)
def answer_mail_requests() -> None:
    """Send the mails that were requested by entering an address."""
    mail_requests.answer_all(at=timezone.now())
