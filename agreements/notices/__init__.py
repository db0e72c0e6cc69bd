"""What agreements tell people. Importing this package declares the notice types, and registers the reminders."""

from agreements.notices import (  # noqa: F401
    clocks,
    counts,
    drift,
    funding_paying,
    late_reports,
    money_approvers,
    notice_types,
    purchase_invoices,
    signing,
    statements,
)
