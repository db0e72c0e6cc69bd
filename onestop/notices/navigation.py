"""Where people can go in what the portal tells them: the bell at the top, and their own menu."""

from typing import Any

from django.utils import timezone

from onestop.notices.inbox import count_unread
from onestop.ui import navigation
from onestop.ui.navigation import PERSON, Entry


def unread_now(user: Any) -> int:
    """Return the number at the bell."""
    return count_unread(user, at=timezone.now())


navigation.count_unread_with(unread_now)
navigation.add(
    Entry(
        "When and how you are told",
        icon="sliders",
        name="notices:preferences",
        group=PERSON,
        order=15,
        marks=("notices:preferences",),
    ),
)
