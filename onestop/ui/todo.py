"""What a person must do: the one answer that every first page gives first.

Each app says in its ``needs.py`` what waits for whom; the dashboards floor gathers and sorts it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

NOW, SOON, LATER = "now", "soon", ""
GROUPS = ((NOW, "Late", "exclamation-octagon"), (SOON, "Soon", "clock"), (LATER, "Later, but yours", "calendar-week"))


@dataclass(frozen=True)
class TodoItem:
    """One thing to do: what, why, and the one button that does it."""

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
    """The needs of one urgency, under its name."""

    label: str
    icon: str
    items: list[TodoItem]


def by_urgency(needs: Iterable[TodoItem], *, mark_main: bool = False) -> list[TodoGroup]:
    """Return the needs grouped, most urgent first, within a group by date and then as they came; no empty groups.

    With ``mark_main`` the first of all bears the one main button of the page.
    """
    order = [kind for kind, _, _ in GROUPS]
    ranked = sorted(needs, key=lambda need: (order.index(need.kind), need.due_on or date.max))
    if ranked and mark_main:
        ranked[0] = replace(ranked[0], main=True)
    groups = (TodoGroup(label, icon, [n for n in ranked if n.kind == kind]) for kind, label, icon in GROUPS)
    return [group for group in groups if group.items]
