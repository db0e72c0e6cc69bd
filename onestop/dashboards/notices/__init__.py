"""What dashboards tell people. Importing this package declares notice types, and registers reminders."""

from onestop.dashboards.notices import corrections, nudges  # noqa: F401
