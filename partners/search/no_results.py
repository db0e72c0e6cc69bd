"""What to browse where a search has found nothing: kinds of help and groups of people, with their numbers."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from partners.models import LocalArea
from partners.search import filter_panel, queries
from partners.search.filter_panel import Group
from partners.search.question import Question

BROWSED = ("kind", "group")  # facets whose choices are categories


@dataclass(frozen=True)
class Category:
    """Services to browse: what they have in common, how many there are if that was counted, and their URL."""

    label: str
    number: int | None
    url: str


@dataclass(frozen=True)
class Categories:
    """The categories of one facet, the largest first."""

    code: str
    title: str
    choices: Sequence[Category]


@dataclass(frozen=True)
class Browse:
    """All services of an area: their number, "more than" if not all were counted, and by category."""

    number: int
    most: str
    are_whole: bool
    url: str
    categories: Sequence[Categories] = field(default_factory=list)


def categories_of(area: LocalArea, path: str) -> Browse:
    """Return what can be browsed in an area whose directory is at ``path``; three queries."""
    everything = Question(area=area)
    counts = queries.find_services(everything).counts
    groups = filter_panel.groups_of(everything, counts, filter_panel.words_for(everything, []))
    by_code = {group.code: group for group in groups}
    found = [_categories(by_code[code], path) for code in BROWSED if code in by_code]
    return Browse(counts.total, counts.most, counts.are_whole, path, found)


def _categories(group: Group, path: str) -> Categories:
    choices = sorted(group.choices, key=lambda choice: -(choice.number or 0))
    return Categories(
        group.code,
        group.title,
        [Category(choice.label, choice.number, f"{path}?{choice.code}={choice.value}") for choice in choices],
    )
