"""The navigation of notifications: the bell at the top, and the settings in the user's menu."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onestop.notices.inbox import count_unread
from onestop.ui import navigation
from onestop.ui.navigation import PERSON, Entry


def unread_now(user: Any) -> int:
    """Return the number of unread notifications for the bell."""
    return count_unread(user, at=timezone.now())


navigation.count_unread_with(unread_now)
navigation.add(
    Entry(
        _("Notification settings"),
        icon="sliders",
        name="notices:preferences",
        group=PERSON,
        order=15,
        marks=("notices:preferences",),
    ),
)
