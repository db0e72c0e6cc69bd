"""What Celery runs for the outbox. Each may run twice, at once, or late."""

from typing import Any

from celery import shared_task
from celery.signals import worker_shutting_down
from django.utils import timezone

from onestop.notices import delivery, digests, outbox, planners


@shared_task(ignore_result=True)
def deliver_mail() -> None:
    """Send what is due."""
    delivery.deliver_all(clock=timezone.now)


@shared_task(ignore_result=True)
def sweep_outbox() -> None:
    """Take back what a dead worker held, and send what nobody was woken for."""
    delivery.free_stuck()
    deliver_mail()


@shared_task(ignore_result=True)
def plan_notices() -> None:
    """Let every planner tell what is due."""
    planners.run_all(at=timezone.now())


@shared_task(ignore_result=True)
def run_planner(code: str) -> None:
    """Let one planner tell what is due, because somebody asked for it."""
    if planner := planners.planner_of(code):
        planners.run_noted(planner, at=timezone.now())


@shared_task(ignore_result=True)
def send_digests() -> None:
    """Write the digests whose morning has come."""
    digests.send_digests(at=timezone.now())


@shared_task(ignore_result=True)
def forget_secrets() -> None:
    """Blank the words of mails that hold codes and links to sign in with."""
    outbox.forget_secrets(at=timezone.now())


@worker_shutting_down.connect
def stop_delivery(**_: Any) -> None:
    """Let a worker that is asked to end leave to others what it has not begun."""
    delivery.stop()
