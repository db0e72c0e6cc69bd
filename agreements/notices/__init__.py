"""What agreements tell people. Importing this package declares the notice types, and registers the reminders."""

from agreements.notices import clocks, drift, notice_types, signing, statements  # noqa: F401
