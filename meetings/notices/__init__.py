"""What meetings tell people. Importing this package declares notice types, and registers reminders and the inbox."""

from meetings.notices import (  # noqa: F401
    actions,
    consents,
    goals,
    inbox,
    minutes_reminders,
    notice_types,
    plans,
    questions,
    raised,
    reminders,
    trainings,
    values,
)
