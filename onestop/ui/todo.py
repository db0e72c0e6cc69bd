"""To-do items: what a person must do, as every first page shows it first.

Each app yields its items in ``todo``; ``onestop.dashboards`` collects and sorts them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NOW, SOON, LATER = "now", "soon", ""
GROUPS = (
    (NOW, _("Now"), "exclamation-octagon"),
    (SOON, _("Soon"), "clock"),
    (LATER, _("Later"), "calendar-week"),
)


@dataclass(frozen=True)
class TodoItem:
    """One thing to do: what, why, and the button that does it."""

    kind: str
    icon: str
    what: str
    why: str
    url: str
    do: str
    do_url: str = ""
    due_on: date | None = None
    main: bool = False


@dataclass(frozen=True)
class TodoGroup:
    """The items of one urgency, under its name."""

    label: str | Promise
    icon: str
    items: list[TodoItem]


def by_urgency(todo: Iterable[TodoItem], *, mark_main: bool = False, most: int | None = None) -> list[TodoGroup]:
    """Return the items grouped, most urgent first, within a group by date and then as they came; no empty groups.

    With ``mark_main`` the first item of all gets the main button of the page; ``most`` limits the number of items.
    """
    order = [kind for kind, _label, _icon in GROUPS]
    ranked = sorted(todo, key=lambda item: (order.index(item.kind), item.due_on or date.max))
    if ranked and mark_main:
        ranked[0] = replace(ranked[0], main=True)
    ranked = ranked[:most]
    groups = (TodoGroup(label, icon, [item for item in ranked if item.kind == kind]) for kind, label, icon in GROUPS)
    return [group for group in groups if group.items]
