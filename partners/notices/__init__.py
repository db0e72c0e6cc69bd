"""What the partner network tells people, and what looks around whom to tell."""

from partners.notices import (  # noqa: F401 - each says its part when it is imported
    bounced,
    center_clocks,
    kinds,
    monday,
    stale_services,
    zones,
)
