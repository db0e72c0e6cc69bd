"""Links on the public pages of an area that other apps add, such as the page of its workforce board."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from partners.models import LocalArea


@dataclass(frozen=True)
class PublicLink:
    """A public page of an area: its name, its address, and in one sentence what is there."""

    name: str | Promise
    url: str
    about: str | Promise


_finders: list[Callable[[LocalArea], Sequence[PublicLink]]] = []


def register_public_links(find: Callable[[LocalArea], Sequence[PublicLink]]) -> None:
    """Add a function that returns the public pages of an area; called when the project starts."""
    _finders.append(find)


def public_links_of(area: LocalArea) -> list[PublicLink]:
    """Return the public pages that other apps have for an area; a query or two for each app."""
    return [link for find in _finders for link in find(area)]
