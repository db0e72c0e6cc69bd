"""The filters beside the results of the public directory: their words, their counts, which of them are chosen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.text import capfirst

from partners.models import Center, Program, Service
from partners.search.facets import FACETS, FREE, KINDS, REMOTE, TODAY, Counts, Facet
from partners.search.queries import Question

SHOWN_LANGUAGES = 12
FOLDED = ("accommodation", "program")
FLAGS = {TODAY: "On site today", REMOTE: "By phone, video or online", FREE: "Free"}


@dataclass(frozen=True)
class Choice:
    """One thing to tick: how many results it would give, if that was counted."""

    code: str
    value: str
    label: str
    number: int | None
    is_chosen: bool

    @property
    def id(self) -> str:
        """A name for the page that stays the same from search to search, so that the focus stays too."""
        return f"by-{self.code}-{self.value}".replace(" ", "-").lower()


@dataclass(frozen=True)
class Group:
    """The choices of one facet under its title; ``is_folded`` while nobody has used those that few ask for."""

    code: str
    title: str
    choices: Sequence[Choice]
    is_folded: bool


@dataclass(frozen=True)
class Lifted:
    """A filter in force, in words, and the address without it."""

    label: str
    url: str


def words_for(question: Question, centers: Iterable[Center]) -> dict[str, dict[str, str]]:
    """Return the words for the values of each facet, in the order in which they are shown; one query."""
    programs = Program.objects.exclude(code="other").order_by("position").values_list("pk", "name")
    return {code: {"1": label} for code, label in FLAGS.items()} | {
        "group": {str(value): str(label) for value, label in Service.Group.choices},
        "kind": {str(value): label for value, label in KINDS.items()},
        "center": {str(center.pk): center.name for center in centers},
        "accommodation": {str(value): str(label) for value, label in Service.Accommodation.choices},
        "program": {str(pk): capfirst(name) for pk, name in programs},
        "language": {value: value for value in question.chosen.get("language", ())},
    }


def groups_of(question: Question, counts: Counts, words: Mapping[str, Mapping[str, str]]) -> list[Group]:
    """Return the filters worth showing: what would leave something, and what is chosen."""
    groups = []
    for facet in FACETS:
        if question.area is None and facet.code in (TODAY, "center"):
            continue
        if choices := _choices(facet, question, counts, words[facet.code]):
            folded = facet.code in FOLDED and not any(choice.is_chosen for choice in choices)
            groups.append(Group(facet.code, facet.title, choices, folded))
    return groups


def _choices(facet: Facet, question: Question, counts: Counts, words: Mapping[str, str]) -> list[Choice]:
    numbers = counts.choices.get(facet.code, {})
    chosen = question.chosen.get(facet.code, ())
    labels = dict(words)
    if facet.code == "language":
        common = sorted(numbers, key=lambda language: (-numbers[language], language))[:SHOWN_LANGUAGES]
        labels = {language: language for language in [*common, *chosen]}
    return [
        Choice(facet.code, value, label, numbers.get(value, 0) if counts.are_whole else None, value in chosen)
        for value, label in labels.items()
        if numbers.get(value) or value in chosen
    ]


def lifted(question: Question, path: str, words: Mapping[str, Mapping[str, str]]) -> list[Lifted]:
    """Return each filter in force with the address that lifts it."""
    return [
        Lifted(words[code].get(value, value), path + question.without(code, value).query_string())
        for code, values in question.chosen.items()
        for value in values
    ]


@dataclass(frozen=True)
class Wider:
    """What would fit without one facet: how many more, and the address."""

    code: str
    label: str
    more: int
    total: int
    url: str


def wider(question: Question, counts: Counts, path: str, words: Mapping[str, Mapping[str, str]]) -> list[Wider]:
    """Return what to lift for more results, the most helpful first; only what would give some."""
    found = [
        Wider(
            code,
            " or ".join(words[code].get(value, value) for value in question.chosen[code]),
            more,
            counts.total + more,
            path + question.without(code).query_string(),
        )
        for code, more in counts.only_failing.items()
        if code in question.chosen
    ]
    return sorted(found, key=lambda one: -one.more)
