"""Navigation by role, area switcher and theme, on every page.

Each app registers its entries in its ``navigation.py``; an entry that has no page, or is not for this person, is not
shown. This module imports no app.
"""

from collections.abc import Callable, Iterable
from dataclasses import KW_ONLY, dataclass
from functools import cached_property, lru_cache
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, URLResolver, get_resolver, get_script_prefix, reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _

GROUPS = {
    "": "",
    "Network": _("Network"),
    "Services": _("Services"),
    "Working together": _("Working together"),  # no translation: the key
    "Board": _("Board"),  # no translation: the key
    "Library": _("Library"),
    "Settings": _("Settings"),
}
PERSON = "person"  # the person's own menu, at the top right
PUBLIC = "public"  # pages for everyone, at the bottom of the sidebar
THEMES = ("system", "light", "dark")
THEME_COOKIE = "theme"
AREA_ICONS = {True: "check2", False: "geo-alt"}
SHOWN_AREAS = 12  # more are listed on a page of their own


def everybody(request: HttpRequest) -> bool:
    """Show the entry to each person who is signed in."""
    return True


@dataclass(frozen=True)
class Count:
    """A number beside an entry, and what it counts; ``attention`` marks what somebody must act on."""

    number: Any
    words: str | Promise
    attention: bool = False


@dataclass(frozen=True)
class Page:
    """A page of the navigation: an entry of the sidebar, or one of the pages that an entry groups under tabs.

    Pages ``in_area`` have the area in their address; ``marks`` are prefixes of the URL names for which the page is
    the current one (by default its own name without "list").
    """

    label: str | Promise
    _: KW_ONLY
    name: str
    in_area: bool = False
    who: Callable[[HttpRequest], bool] = everybody
    count: Callable[[HttpRequest], Count | None] | None = None
    marks: tuple[str, ...] = ()

    def address(self, area: Any) -> str | None:
        """Return the address of the entry, or nothing if there is no such page."""
        if self.in_area and area is None:
            return None
        return _address(get_resolver(), get_script_prefix(), self.name, area.slug if self.in_area else None)

    def fits(self, view_name: str) -> int:
        """Return how well the entry matches the page: the length of the longest prefix that matches."""
        return max(
            (len(mark) for mark in self.marks or (self.name.removesuffix("list"),) if view_name.startswith(mark)),
            default=0,
        )


@lru_cache(maxsize=4096)  # some twenty pages of each area
def _address(resolver: URLResolver, prefix: str, name: str, slug: str | None) -> str | None:
    # The resolver and the prefix are what ``reverse`` depends on.
    try:
        return reverse(name, args=[] if slug is None else [slug])
    except NoReverseMatch:
        return None


@dataclass(frozen=True)
class Entry(Page):
    """One entry of the sidebar; its address is the first of ``pages``, if it groups several under tabs."""

    _: KW_ONLY
    icon: str
    group: str = ""
    order: int = 50
    tab: int = 0  # place in the tab bar of a phone, 1 to 4
    pages: tuple[Page, ...] = ()

    def fits(self, view_name: str) -> int:
        """Return how well the entry, or one of the pages it groups, matches the page."""
        own = super().fits(view_name) if self.marks or not self.pages else 0
        return max(own, *(page.fits(view_name) for page in self.pages), 0)


@dataclass(frozen=True)
class Link:
    """An entry as shown on this page."""

    label: str | Promise
    icon: str
    url: str
    current: bool = False
    count: Count | None = None
    tab: int = 0


@dataclass(frozen=True)
class Tab:
    """One of the pages that an entry groups, as shown on each of them."""

    label: str | Promise
    url: str
    current: bool = False
    count: Any = None


_entries: list[Entry] = []
_areas_of: list[Callable[[Any], list[Any]]] = []
_area_named: list[Callable[[Any, str], Any]] = []
_unread_of: list[Callable[[Any], int]] = []


def add(*entries: Entry) -> None:
    """Register entries; called from an app's ``navigation.py`` when the project starts."""
    _entries.extend(entries)


def find_areas_with(areas_of: Callable[[Any], list[Any]], area_named: Callable[[Any, str], Any]) -> None:
    """Register how to find the first SHOWN_AREAS + 1 areas between which a person can switch, and one by its slug."""
    _areas_of[:], _area_named[:] = [areas_of], [area_named]


def count_unread_with(unread_of: Callable[[Any], int]) -> None:
    """Register a function that returns how many notices a person has not read."""
    _unread_of[:] = [unread_of]


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Give every template ``nav``, which is lazy, and ``theme``."""
    return {"nav": SimpleLazyObject(lambda: Navigation(request)), "theme": theme_of(request)}


def theme_of(request: HttpRequest) -> str:
    """Return light, dark or system: the person's choice, or their browser's cookie before they sign in."""
    user = getattr(request, "user", None)
    chosen = getattr(user, "theme", "") or request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else "system"


class Navigation:
    """The navigation of one page."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        match = getattr(request, "resolver_match", None)
        self.view_name: str = getattr(match, "view_name", "") or ""
        self.view_kwargs: dict[str, Any] = dict(getattr(match, "kwargs", None) or {})

    @property
    def user(self) -> Any:
        """The user of the request."""
        return getattr(self.request, "user", None)

    @property
    def is_signed_in(self) -> bool:
        """Whether the user is signed in."""
        return bool(getattr(self.user, "is_authenticated", False))

    @cached_property
    def area(self) -> Any:
        """The area of the page, or else the one the person visited last."""
        if area := getattr(self.request, "area", None):
            return area
        if not self._areas:
            return None
        slug = self.request.session.get("area") if hasattr(self.request, "session") else None
        return (slug and _area_named[0](self.user, slug)) or self.areas[0]

    @cached_property
    def unread(self) -> int:
        """How many notices the person has not read."""
        return _unread_of[0](self.user) if _unread_of and self.is_signed_in else 0

    @cached_property
    def _areas(self) -> list[Any]:
        return _areas_of[0](self.user) if _areas_of and self.is_signed_in else []

    @property
    def areas(self) -> list[Any]:
        """The areas that the switcher shows."""
        return self._areas[:SHOWN_AREAS]

    @property
    def has_more_areas(self) -> bool:
        """Whether there are more than the switcher shows."""
        return len(self._areas) > SHOWN_AREAS

    @cached_property
    def area_links(self) -> list[Link]:
        """Return links to the same page in each area, or else to the first page of the area."""
        return [
            Link(area.name, AREA_ICONS[area == self.area], url, area == self.area)
            for area in self.areas
            if (url := self._same_page(area))
        ]

    def _same_page(self, area: Any) -> str | None:
        same = (self.view_name, {**self.view_kwargs, "slug": area.slug}) if set(self.view_kwargs) == {"slug"} else None
        for name, kwargs in filter(
            None, (same, ("dashboards:home", {"slug": area.slug}), ("partners:partnership_list", {"slug": area.slug}))
        ):
            try:
                return reverse(name, kwargs=kwargs)
            except NoReverseMatch:
                continue
        return None

    @cached_property
    def _shown(self) -> list[tuple[Entry, Link]]:
        best = max((entry.fits(self.view_name) for entry in _entries), default=0)
        shown = []
        for entry in sorted(_entries, key=lambda entry: entry.order):
            if not self.is_signed_in and entry.group != PUBLIC:
                continue
            url = entry.address(self.area if entry.in_area else None)
            if url is None or not entry.who(self.request):
                continue
            current = best > 0 and entry.fits(self.view_name) == best
            count = entry.count(self.request) if entry.count else None
            shown.append((entry, Link(entry.label, entry.icon, url, current, count, entry.tab)))
        return shown

    @cached_property
    def section(self) -> list[Tab]:
        """Return the tabs of the pages that belong together, if this is one of them and the person may open two."""
        entry = next((entry for entry, link in self._shown if link.current), None)
        if entry is None or self.view_name not in {page.name for page in entry.pages}:
            return []
        links: list[Tab] = []
        for page in entry.pages:
            url = page.address(self.area if page.in_area else None)
            if url is None or not page.who(self.request):
                continue
            count = page.count(self.request) if page.count else None
            links.append(Tab(page.label, url, page.name == self.view_name, count.number if count else None))
        return links if len(links) > 1 else []

    @property
    def section_label(self) -> str:
        """Return the name of the entry that groups the tabs."""
        return str(next((link.label for _, link in self._shown if link.current), ""))

    def _in(self, group: str) -> list[Link]:
        return [link for entry, link in self._shown if entry.group == group]

    @property
    def groups(self) -> Iterable[tuple[str, list[Link]]]:
        """Return the groups of the sidebar that have entries for this person, with their labels."""
        return [(str(label), links) for name, label in GROUPS.items() if (links := self._in(name))]

    @property
    def tabs(self) -> list[Link]:
        """Return the four entries of the tab bar of a phone; the rest is under More."""
        return sorted((link for _, link in self._shown if link.tab), key=lambda link: link.tab)[:4]

    @property
    def person(self) -> list[Link]:
        """Return the entries of the account menu."""
        return self._in(PERSON)

    @property
    def public(self) -> list[Link]:
        """Return the public pages."""
        return self._in(PUBLIC)

    @property
    def is_elsewhere(self) -> bool:
        """Whether the page is under none of the tabs of a phone: then More is the current one."""
        return any(link.current for _, link in self._shown) and not any(link.current for link in self.tabs)
