"""Notices and a reminder."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from onestop.accounts.models import User
from onestop.notices.messages import Message
from onestop.notices.models import Notice, name_of
from onestop.notices.reminders import Next, Reminder, ReminderSubject, Step
from partners.models import LocalArea
from tests.factories.numbers import next_number


def no_matters(at: datetime) -> list[ReminderSubject]:
    """Return no subjects."""
    return []


def remind(matter: ReminderSubject, step: Step, person: User | str, following: Next | None) -> Message:
    """Return the message of a reminder."""
    return Message("notices.digest", key="", to=person, context={"notices": [], "number": 1})


REMINDER = Reminder(
    code="tests.bell",
    label="Wind the bell",
    about="Somebody winds the bell of the tower.",
    circles={"main": "Main representative", "alternate": "Alternate", "staff": "One-Stop staff"},
    steps=[Step(0, "main"), Step(10, "alternate"), Step(21, "staff")],
    open_matters=no_matters,
    build=remind,
)


def make_notice(area: LocalArea | None = None, *, to: User | str = "ann@partner.example", **fields: Any) -> Notice:
    """Return a queued notice, sent in the name of an area, or of none."""
    number, now = next_number(), timezone.now()
    key, user = f"test:{number}", None if isinstance(to, str) else to
    given = {
        "dedupe_key": key,
        "kind": "partners.confirm_services",
        "recipient": user,
        "to": user.email if user else to,
        "scope": name_of(area) if area else "",
        "why": "You keep the services of Millrace Adult Learning.",
        "message_id": Notice.message_id_for(key, "portal@example.org"),
        "sender": "portal@example.org",
        "subject": f"Confirm your services {number}",
        "text": "Are they still right?\n",
        "written_at": now,
        "due_at": now,
        "in_inbox": user is not None,
    }
    return Notice.objects.create(**given | fields)


def make_inbox_notice(recipient: User, **fields: Any) -> Notice:
    """Return a notice in a person's inbox that was also sent by email."""
    number, now = next_number(), timezone.now()
    given = {
        "dedupe_key": f"notice:{number}",
        "message_id": f"<{number}@riverbend.example>",
        "kind": "tests.act",
        "to": recipient.email,
        "sender": "portal@riverbend.example",
        "subject": f"Notice {number}",
        "text": "Somebody wants to know.\n",
        "why": "You keep it.",
        "in_inbox": True,
        "status": Notice.Status.SENT,
        "written_at": now,
        "due_at": now,
    }
    given |= fields
    if given["status"] == Notice.Status.SENT:
        given.setdefault("sent_at", given["written_at"])
    return Notice.objects.create(recipient=recipient, **given)
