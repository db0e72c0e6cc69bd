"""What dashboards tell people. Importing this package declares the notice types."""

from onestop.dashboards.notices import packets  # noqa: F401
