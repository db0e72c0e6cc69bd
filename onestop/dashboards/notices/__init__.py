"""What dashboards tell people. Importing this package declares notice types, and registers reminders."""

from onestop.dashboards.notices import board, corrections, nudges, packets  # noqa: F401
