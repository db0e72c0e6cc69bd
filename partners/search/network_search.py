"""Find things of an area by words: the search of signed-in users.

Each app registers the kinds of things that it adds (``SearchKind``); ``network_kinds`` has those of this app. The
search understands words as the public directory does: with synonyms, the abbreviations of programs and other endings,
and it corrects typing errors if nothing is found. It also finds parts of names, similar names, phone numbers in any
notation and email addresses. It finds only what the viewer may see, with a constant number of queries.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Case, Count, FloatField, Q, QuerySet, Value, When, Window
from django.db.models.functions import Greatest, Lower
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from onestop.ui.markup import format_html
from onestop.ui.sentences import join_words
from partners.models import LocalArea
from partners.search.network_fields import Field, Sought
from partners.search.question import Question
from partners.search.understanding import Meaning, corrected_words, near_words, understand
from partners.search.wordings import worded

MOST = 10  # of each kind; MOST_OF_ONE if only one kind is searched
MOST_OF_ONE = 200
NEAR = 0.55  # words at least this similar may be a typing error
FEWEST, LONGEST = 2, 100  # characters
SHORT, AROUND = 90, 30  # characters of a reason: of a whole text, and around the words


@dataclass(frozen=True)
class Hit:
    """A row that matches, and why if its name does not say so."""

    row: Any
    label: str | Promise = ""
    text: str | SafeString = ""


def _same(rows: QuerySet, sought: Sought) -> QuerySet:
    return rows


def _two(sought: Sought) -> Any:
    return Value(2.0)


def _no_reasons(found: Sequence[tuple[Any, Field | None]], sought: Sought) -> Mapping[int, Hit]:
    return {}


@dataclass(frozen=True)
class SearchKind:
    """One kind of things that can be found.

    ``rows`` returns those of an area that a viewer may see; ``template`` shows one of them (``row``). ``name`` is the
    column by which people know it, and ``fields`` where else to look. The others are for what is not found by its own
    columns alone: ``prepare`` annotates rows, ``fit`` ranks those that match outside of their name (2 unless it says
    otherwise), ``reasons`` says better than a field why rows were found, and ``counts`` which of them count.
    """

    code: str
    heading: str | Promise
    rows: Callable[[LocalArea, Any], QuerySet]
    template: str
    name: str = "name"
    fields: tuple[Field, ...] = ()
    prepare: Callable[[QuerySet, Sought], QuerySet] = _same
    fit: Callable[[Sought], Any] = _two
    reasons: Callable[[Sequence[tuple[Any, Field | None]], Sought], Mapping[int, Hit]] = _no_reasons
    counts: Callable[[], Q] | None = None


KINDS: dict[str, SearchKind] = {}


def register_kinds(*kinds: SearchKind) -> None:
    """Add kinds of things that can be found, in the order in which they are shown."""
    KINDS.update({kind.code: kind for kind in kinds})


@dataclass(frozen=True)
class Found:
    """The results of one kind, the best first."""

    known: SearchKind
    hits: Sequence[Hit]
    number: int
    besides: int = 0  # prospective, paused and former partners, which do not count as partners

    @property
    def kind(self) -> str:
        """Return the code of the kind."""
        return self.known.code

    @property
    def counted(self) -> int:
        """Return how many results count: all, but of partners only the active ones."""
        return self.number - self.besides


@dataclass(frozen=True)
class Results:
    """What was found, and how the words were understood."""

    groups: Sequence[Found] = ()
    also: Sequence[str] = ()  # other wordings
    corrected: str = ""
    is_loose: bool = False  # nothing matches all words; these match some
    near: Sequence[str] = ()  # similar words, if nothing was found


def find_in_area(area: LocalArea, words: str, viewer: Any, *, only: str = "") -> Results:
    """Return the rows of an area that match the words and that the viewer may see, of all kinds or ``only`` one."""
    words = " ".join(words.split())[:LONGEST]
    if len(words) < FEWEST:
        return Results()
    question = Question(words, area=area)
    meaning = understand(question)
    rows = [(kind, kind.rows(area, viewer)) for kind in KINDS.values() if only in ("", kind.code)]
    most = MOST_OF_ONE if only else MOST

    def find(sought: Sought) -> list[Found]:
        found = [_find(kind, those, sought, most) for kind, those in rows]
        return [group for group in found if group.hits]

    sought = _sought(words, meaning)
    if groups := find(sought):
        return Results(groups, meaning.also)
    if corrected := corrected_words(question, meaning):
        meaning = understand(replace(question, words=corrected))
        sought = _sought(corrected, meaning)
        if groups := find(sought):
            return Results(groups, meaning.also, corrected)
    if sought.loose != sought.query and (groups := find(replace(sought, query=sought.loose))):
        return Results(groups, meaning.also, corrected, is_loose=True)
    return Results(near=near_words(question))


def _sought(words: str, meaning: Meaning) -> Sought:
    found = worded(meaning)
    return Sought(words, found.query, found.loose or found.query)


def _find(kind: SearchKind, rows: QuerySet, sought: Sought, most: int) -> Found:
    """Rank rows with the words in their name first, then in other fields; then rows with a similar name."""
    name = kind.name
    conditions = [(place, said) for place in kind.fields if (said := place.condition(sought)) is not None]
    nearness = TrigramWordSimilarity(sought.words, name)
    in_name = {f"{name}__icontains": sought.words}
    matches = [reduce(or_, (condition for _, condition in conditions))] if conditions else []
    rank = Case(
        When(**{f"{name}__istartswith": sought.words}, then=Value(4.0)),
        When(**in_name, then=Value(3.0)),
        *(When(condition, then=kind.fit(sought)) for condition in matches),
        default=nearness,
        output_field=FloatField(),
    )
    position = Case(
        When(**in_name, then=Value(-1)),
        *(When(condition, then=Value(number)) for number, (_, condition) in enumerate(conditions)),
        default=Value(-1),
    )
    fitting = kind.prepare(rows, sought).annotate(rank=Greatest(rank, nearness)).filter(rank__gte=NEAR)
    shown = fitting.annotate(matched=position, total=Window(Count("pk"))).order_by("-rank", Lower(name), "pk")[:most]
    found: list[tuple[Any, Field | None]] = [
        (row, conditions[row.matched][0] if row.matched >= 0 else None) for row in shown
    ]
    reasons = kind.reasons(found, sought)
    hits = [reasons.get(row.pk) or _hit(row, place, sought) for row, place in found]
    besides = fitting.exclude(kind.counts()).count() if kind.counts else 0
    return Found(kind, hits, found[0][0].total if found else 0, besides)


def _hit(row: Any, place: Field | None, sought: Sought) -> Hit:
    """Return a result with the reason for it."""
    if place is None or not place.label:
        return Hit(row)
    value = reduce(getattr, place.attribute.split("."), row)
    return Hit(row, place.label, _piece(value, sought.words) if isinstance(value, str) else join_words(value))


def _piece(text: str, words: str) -> str | SafeString:
    """Return the part of a text around some words, marked; a short text whole; nothing of a long one without them."""
    lowered = text.lower()
    at = lowered.find(words.lower()) if len(lowered) == len(text) else -1
    if at < 0:
        return text if len(text) <= SHORT else ""
    end = at + len(words)
    start = text.rfind(" ", 0, max(at - AROUND, 0)) + 1 if at > AROUND else 0
    stop = text.find(" ", end + AROUND) if end + AROUND < len(text) else -1
    after = text[end:stop] + "…" if stop >= 0 else text[end:]
    return format_html("{}{}<mark>{}</mark>{}", "…" if start else "", text[start:at], text[at:end], after)
