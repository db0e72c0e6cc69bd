"""What meetings tell people. Importing this package declares notice types, and registers reminders and the inbox."""

from meetings.notices import actions, inbox, notice_types, reminders  # noqa: F401
