"""What the page of a partner shows of meetings: the open action items of its organization."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from meetings.actions.reading import rows_of
from meetings.models import ActionItem
from partners.models import Partnership
from partners.network.panels import Panel, register_panel


def _actions_of(partnership: Partnership, user: Any, today: date) -> Mapping[str, Any]:
    """Return the open action items of a partner that a person may see, the first due first; one query."""
    rows = ActionItem.objects.visible_to(user).open().filter(partnership=partnership)
    return {"rows": rows_of(rows.select_related("group", "partnership__organization").order_by("due_on", "pk"), today)}


register_panel(Panel("actions", _("Action items"), "meetings/actions/_partner_panel.html", _actions_of))
