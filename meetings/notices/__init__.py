"""What meetings tell people. Importing this package declares notice types, and registers reminders and the inbox."""

from meetings.notices import inbox, notice_types, reminders, trainings  # noqa: F401
