"""What agreements tell people. Importing this package declares the notice types, and registers the reminders."""

from agreements.notices import clocks, drift, funding_paying, notice_types, signing  # noqa: F401
