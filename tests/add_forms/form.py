"""One form that adds something."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

Data = dict[str, Any]


@dataclass(frozen=True)
class AddForm:
    """One form that adds something."""

    parts: tuple[str, ...]
    data: Data | Callable[[Any], Data]
    who: str = "staff"
    page: tuple[str, ...] = ()  # the name and parts of the page that shows it, if not its own
    query: str = ""
    prepare: Callable[[Any], Any] = field(default=lambda world: None)

    def address(self, name: str, world: Any) -> str:
        """Return where the form is sent."""
        return reverse(name, args=[getattr(world, part) for part in self.parts])

    def shown_at(self, name: str, world: Any) -> str:
        """Return the address of the page with the form."""
        if not self.page:
            return self.address(name, world)
        return reverse(self.page[0], args=[getattr(world, part) for part in self.page[1:]]) + self.query

    def values(self, world: Any) -> Data:
        """Return what is typed into the form."""
        return self.data(world) if callable(self.data) else self.data
