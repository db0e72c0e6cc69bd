"""What the partner network tells people. Each module says its part when it is imported."""

from partners.notices import (
    kinds,
    zones,
)

__all__ = [
    "kinds",
    "zones",
]
