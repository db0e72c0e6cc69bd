"""Panels on the page of a partner that other apps fill, such as its agreements."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise

from partners.models import Partnership


@dataclass(frozen=True)
class Panel:
    """A section of the page: its HTML id, its name, its template, and what this needs, as ``panel.facts``.

    ``find`` takes the partnership, the user and the day; it costs the same number of queries for any number of rows.
    """

    anchor: str
    label: str | Promise
    template: str
    find: Callable[[Partnership, Any, date], Mapping[str, Any]]


@dataclass(frozen=True)
class ShownPanel:
    """A panel with what it shows of one partner."""

    anchor: str
    label: str | Promise
    template: str
    facts: Mapping[str, Any]


_panels: list[Panel] = []


def register_panel(panel: Panel) -> None:
    """Add a panel; called when the project starts."""
    _panels.append(panel)


def panels_of(partnership: Partnership, user: Any, *, today: date) -> list[ShownPanel]:
    """Return the panels of a partner, in the order in which they were registered."""
    return [
        ShownPanel(panel.anchor, panel.label, panel.template, panel.find(partnership, user, today)) for panel in _panels
    ]
