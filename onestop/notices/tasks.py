"""Celery tasks of the outbox. Each may run twice, concurrently, or late."""

from typing import Any

from celery import shared_task
from celery.signals import worker_shutting_down
from django.utils import timezone

from onestop.notices import codes, delivery, digests, imap_poll, inbound, outbox, planners


@shared_task(ignore_result=True)
def deliver_mail() -> None:
    """Send due notices."""
    delivery.deliver_all(clock=timezone.now)


@shared_task(ignore_result=True)
def sweep_outbox() -> None:
    """Free the notices of dead workers, withdraw what comes too late, and send what no worker was woken for."""
    delivery.free_stuck()
    outbox.withdraw_expired(at=timezone.now())
    deliver_mail()


@shared_task(ignore_result=True)
def plan_notices() -> None:
    """Run every planner."""
    planners.run_all(at=timezone.now())


@shared_task(ignore_result=True)
def run_planner(code: str) -> None:
    """Run one planner on request."""
    if planner := planners.planner_of(code):
        planners.run_noted(planner, at=timezone.now())


@shared_task(ignore_result=True)
def send_digests() -> None:
    """Write the digests that are due."""
    digests.send_digests(at=timezone.now())


@shared_task(ignore_result=True)
def forget_secrets() -> None:
    """Delete the text of mails with sign-in codes and links."""
    outbox.forget_secrets(at=timezone.now())


@shared_task(ignore_result=True)
def forget_old_codes() -> None:
    """Delete the rows of codes that no limit counts anymore."""
    codes.forget_old_codes(at=timezone.now())


@shared_task(ignore_result=True)
def poll_mailbox() -> None:
    """Take the mail in the mailbox."""
    imap_poll.poll_mailbox(clock=timezone.now)


@shared_task(ignore_result=True)
def tend_inbound_mail() -> None:
    """Try again what could not be processed, and delete old mail."""
    inbound.retry_failed(at=timezone.now())
    inbound.forget_old_mail(at=timezone.now())


@worker_shutting_down.connect
def stop_delivery(**_: Any) -> None:
    """Release the unstarted notices of a worker that is shutting down."""
    delivery.stop()
