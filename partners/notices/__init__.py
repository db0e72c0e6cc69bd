"""The notices of the partner network: their types, and the planners that find who is due one."""

from partners.notices import (  # noqa: F401 - each registers its types and planners
    adoption_checks,
    board_terms,
    bounced,
    center_clocks,
    monday,
    notice_types,
    stale_services,
    zones,
)
