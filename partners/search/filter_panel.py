"""The filters beside the results of the public directory: labels, counts and what is chosen."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.models import Center, Program, Service
from partners.search.facets import FACETS, FREE, KINDS, REMOTE, TODAY, Counts, Facet
from partners.search.hints import HERE, Hints
from partners.search.language_names import language_name
from partners.search.preferences import label_of
from partners.search.question import Question

SHOWN_LANGUAGES = 12
FOLDED = ("accommodation", "program")
FLAGS = {
    TODAY: gettext_lazy("On site today"),
    REMOTE: gettext_lazy("By phone, video or online"),
    FREE: gettext_lazy("Free"),
}


@dataclass(frozen=True)
class Choice:
    """One checkbox, with the number of results it would give, if known."""

    code: str
    value: str
    label: str
    number: int | None
    is_chosen: bool

    @property
    def id(self) -> str:
        """Return the HTML id, the same in every search, so that htmx keeps the focus."""
        return f"by-{self.code}-{self.value}".replace(" ", "-").lower()


@dataclass(frozen=True)
class Group:
    """The choices of one facet; ``is_folded`` if the facet is rare and none of its choices is chosen."""

    code: str
    title: str
    choices: Sequence[Choice]
    is_folded: bool


@dataclass(frozen=True)
class Lifted:
    """A filter that is applied, with the URL that removes it."""

    label: str
    url: str


@dataclass(frozen=True)
class Recognized(Lifted):
    """A hint in the words, and whether any service fits it."""

    is_met: bool


def words_for(question: Question, centers: Iterable[Center]) -> dict[str, dict[str, str]]:
    """Return the labels of the values of each facet in display order, with one query."""
    programs = Program.objects.exclude(code="other").order_by("position").values_list("pk", "name")
    return {code: {"1": str(label)} for code, label in FLAGS.items()} | {
        "group": {str(value): str(label) for value, label in Service.Group.choices},
        "kind": {str(value): str(label) for value, label in KINDS.items()},
        "center": {str(center.pk): center.name for center in centers},
        "accommodation": {str(value): str(label) for value, label in Service.Accommodation.choices},
        "program": {str(pk): capfirst(name) for pk, name in programs},
        "language": {value: language_name(value) for value in question.chosen.get("language", ())},
    }


def groups_of(question: Question, counts: Counts, words: Mapping[str, Mapping[str, str]]) -> list[Group]:
    """Return the filters to show: those that would give results, and those that are chosen."""
    groups = []
    for facet in FACETS:
        if question.area is None and facet.code in (TODAY, "center"):
            continue
        if choices := _choices(facet, question, counts, words[facet.code]):
            folded = facet.code in FOLDED and not any(choice.is_chosen for choice in choices)
            groups.append(Group(facet.code, str(facet.title), choices, folded))
    return groups


def _choices(facet: Facet, question: Question, counts: Counts, words: Mapping[str, str]) -> list[Choice]:
    numbers = counts.choices.get(facet.code, {})
    chosen = question.chosen.get(facet.code, ())
    labels = dict(words)
    if facet.code == "language":
        common = sorted(numbers, key=lambda language: (-numbers[language], language))[:SHOWN_LANGUAGES]
        labels = {language: language_name(language) for language in [*common, *chosen]}
    return [
        Choice(facet.code, value, label, numbers.get(value, 0) if counts.are_whole else None, value in chosen)
        for value, label in labels.items()
        if numbers.get(value) or value in chosen
    ]


def lifted(question: Question, path: str, words: Mapping[str, Mapping[str, str]]) -> list[Lifted]:
    """Return each filter that is applied, with the URL that removes it."""
    return [
        Lifted(words[code].get(value, value), path + question.without(code, value).query_string())
        for code, values in question.chosen.items()
        for value in values
    ]


def recognized(question: Question, hints: Hints, unmet: Collection[str], path: str) -> list[Recognized]:
    """Return the hints that were recognized in the words, each with the URL that turns it off.

    ``unmet`` are the codes of those that no service fits.
    """
    shown = {hint.code: hint for hint in hints.hints if hint.facet != HERE}
    return [
        Recognized(
            label_of(hint),
            path + replace(question, declined=(*question.declined, code)).query_string(),
            is_met=code not in unmet,
        )
        for code, hint in shown.items()
    ]


@dataclass(frozen=True)
class Wider:
    """How many more services match without one facet, and the URL for that."""

    code: str
    label: str
    more: int
    total: int
    url: str


def wider(question: Question, counts: Counts, path: str, words: Mapping[str, Mapping[str, str]]) -> list[Wider]:
    """Return the facets whose removal gives more results, the most results first."""
    found = [
        Wider(
            code,
            _join_alternatives(words[code].get(value, value) for value in question.chosen[code]),
            more,
            counts.total + more,
            path + question.without(code).query_string(),
        )
        for code, more in counts.only_failing.items()
        if code in question.chosen
    ]
    return sorted(found, key=lambda one: -one.more)


def _join_alternatives(labels: Iterable[str]) -> str:
    """Return "A or B or C"."""
    return reduce(lambda first, second: _("%(first)s or %(second)s") % {"first": first, "second": second}, labels)
