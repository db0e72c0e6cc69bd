"""To-do items: what a person must do, as every first page shows it first.

The ``todo`` module of each app registers what makes its items, by whose they are; first pages and the weekly to-do list
read the same registry.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import Enum
from typing import Any, TypeVar

from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from onestop.ui.small_queries import SmallQuery, read_together

Made = TypeVar("Made")

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


class For(Enum):
    """Whose to-do items these are: what a person is in a place."""

    STAFF = "staff"
    MANAGER = "manager"
    REPRESENTATIVE = "representative"
    BOARD = "board"
    STATE = "state"
    OPERATOR = "operator"


@dataclass
class TodoPlace:
    """Where and when a list is made: in an area or a state, for one person or for all who have the role there."""

    at: datetime
    area: Any = None
    state: Any = None
    user: Any = None
    _made: dict[str, Any] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """Today's date there."""
        return self.at.astimezone(self.area.zone).date() if self.area else localdate(self.at)

    def once(self, name: str, make: Callable[[], Made]) -> Made:
        """Return what several parts of a page need, made by the first of them."""
        if name not in self._made:
            self._made[name] = make()
        made: Made = self._made[name]
        return made


TodoPart = SmallQuery[Iterable[TodoItem]] | Iterable[TodoItem]
TodoMaker = Callable[[TodoPlace], list[TodoPart]]

_makers: dict[For, list[TodoMaker]] = defaultdict(list)


def register_todo(whose: For, maker: TodoMaker) -> None:
    """Add what makes to-do items of a role: a function that returns items, or queries that are read with others."""
    _makers[whose].append(maker)


def todo_parts(roles: Iterable[For], place: TodoPlace) -> list[TodoPart]:
    """Return what makes the items of somebody with these roles, for ``read_together``."""
    return [part for role in roles for maker in _makers[role] for part in maker(place)]


def todo_items(roles: Iterable[For], place: TodoPlace) -> list[TodoItem]:
    """Return the items of somebody with these roles."""
    return [item for items in read_together(todo_parts(roles, place)) for item in items]


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
