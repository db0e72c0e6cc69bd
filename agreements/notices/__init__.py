"""What agreements tell people. Importing this package declares the notice types."""

from agreements.notices import notice_types, signing  # noqa: F401
