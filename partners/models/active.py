"""What counts as a partner: the one condition that every page, count and rule uses."""

from django.db.models import Q


def is_active_partner(path: str = "") -> Q:
    """Return the condition of a partner: active and not archived.

    Prospective, paused and former partners do not count. ``path`` leads to the partnership: "partnership".
    """
    prefix = f"{path}__" if path else ""
    return Q(**{f"{prefix}status": "active", f"{prefix}archived_at": None})
