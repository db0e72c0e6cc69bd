"""What the partner network tells people, and what looks around whom to tell."""

from partners.notices import (  # noqa: F401 - each registers what it has
    bounced,
    center_clocks,
    monday,
    notice_types,
    stale_services,
    zones,
)
