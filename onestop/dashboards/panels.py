"""What the page of a partner shows of dashboards: the way to its engagement. Importing this module registers it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from onestop.dashboards.rules import PERMISSIONS
from partners.models import Partnership
from partners.network.panels import Panel, register_panel


def _engagement_of(partnership: Partnership, user: Any, today: date) -> Mapping[str, Any]:
    """Return the address of its engagement, and whether its acts are shown there; no query."""
    return {
        "url": reverse("dashboards:partner_engagement", args=[partnership.pk]),
        "sees_acts": bool(PERMISSIONS["dashboards.view_acts"].test(user, partnership)),
    }


register_panel(Panel("engagement", _("Engagement"), "dashboards/engagement/_partner_panel.html", _engagement_of))
