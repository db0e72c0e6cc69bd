"""What the page of a partner shows of dashboards: the way to its ten minutes, and to how it stands."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from partners.models import Partnership
from partners.network.panels import Panel, register_panel
from partners.rules import may


def _papers_of(partnership: Partnership, user: Any, today: date) -> Mapping[str, Any]:
    """Return what somebody may read about a partner; no queries besides those of rights."""
    return {
        "partnership": partnership,
        "may_read": may(user, "dashboards.read_briefing", partnership),
        "may_stand": may(user, "dashboards.read_standing", partnership),
    }


register_panel(Panel("in-short", _("In short"), "dashboards/papers/_partner_panel.html", _papers_of))
