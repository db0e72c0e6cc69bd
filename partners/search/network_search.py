"""Find partners, services, people, places, terms and practices of an area: the search of signed-in users.

It understands words as the public directory does: with synonyms, the abbreviations of programs and other endings, and
it corrects typing errors if nothing is found. It also finds parts of names, similar names, phone numbers in any
notation and email addresses. It finds only what the viewer may see, with a constant number of queries.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection
from django.db.models import Case, Count, F, FloatField, Func, QuerySet, TextField, Value, When, Window
from django.db.models.functions import Greatest, Lower
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from onestop.ui.markup import format_html
from onestop.ui.sentences import join_words
from partners.models import Center, LocalArea, Location, Partnership, Practice, Representative, Service, Term
from partners.models.active import is_active_partner
from partners.search import queries
from partners.search.network_fields import (
    Field,
    Sought,
    contains,
    first_filled,
    has_email,
    has_phone,
    has_program,
    is_listed,
    matching_programs,
    means,
)
from partners.search.queries import Question
from partners.search.results import MARKED, mark_words

MOST = 10  # of each kind; MOST_OF_ONE if only one kind is searched
MOST_OF_ONE = 200
NEAR = 0.55  # words at least this similar may be a typing error
FEWEST, LONGEST = 2, 100  # characters
SHORT, AROUND = 90, 30  # characters of a reason: of a whole text, and around the words

# Each kind of result with its heading.
KINDS: dict[str, str | Promise] = {
    "partner": _("Partners"),
    "service": _("Services"),
    "person": _("Representatives"),
    "center": _("Centers"),
    "place": _("Locations"),
    "term": _("Glossary terms"),
    "practice": _("Practices"),
}
PHONE, EMAIL, WHAT_THEY_DID = _("Phone"), _("Email"), _("What they did")
ACCESSIBILITY = Func(F("accessibility"), function="directory_accessibility_words", output_field=TextField())
PLACE_FIELDS = (
    Field("phone", has_phone(F("phone")), PHONE),
    Field("city", contains("city")),
    Field("street", contains("street")),
    Field("accessibility_labels", means(ACCESSIBILITY), _("Accessibility")),
)
# Where to look besides the name.
FIELDS = {
    "partner": (
        Field("contact_phone", has_phone(first_filled("local_phone", "organization__phone")), PHONE),
        Field("contact_email", has_email(first_filled("local_email", "organization__email")), EMAIL),
        Field("organization.short_name", contains("organization__short_name"), _("Short name")),
        Field("program_names", has_program, _("Programs")),
        Field("organization.name", means(F("organization__name"))),
        Field("organization.description", means(F("organization__description")), _("What they do")),
    ),
    "service": (
        Field("phone", has_phone(F("phone")), PHONE),
        Field("email", has_email(F("email")), EMAIL),
        Field("listing", is_listed),
    ),
    "person": (
        Field("phone", has_phone(F("phone")), PHONE),
        Field("email", has_email(F("email")), EMAIL),
        Field("job_title", contains("job_title"), _("Job title")),
    ),
    "center": (*PLACE_FIELDS, Field("email", has_email(F("email")), EMAIL)),
    "place": PLACE_FIELDS,
    "term": (
        Field("abbreviation", contains("abbreviation"), _("Abbreviation")),
        Field("agreed_abbreviation", contains("agreed_abbreviation"), _("Abbreviation")),
        Field("wordings", contains("wordings"), _("Usage")),
        Field("name", means(F("name"))),
        Field("wordings", means(F("wordings")), _("Usage")),
    ),
    "practice": (
        Field("title", means(F("title"))),
        Field("situation", means(F("situation"))),
        Field("did", means(F("did")), WHAT_THEY_DID),
        Field("result", means(F("result")), _("Result")),
    ),
}
NAMES = {"partner": "organization__name", "practice": "title"}
# The parts of a service in which words are found (directory_reasons). Not its organization, which each result shows.
PARTS: dict[str, str | Promise] = {
    "keywords": _("Keywords"),
    "programs": _("Programs"),
    "languages": _("Languages"),
    "accommodations": _("Accommodations"),
    "groups": _("Groups served"),
    "audience": _("Who it serves"),
    "accessibility": _("Accessible building"),
    "places": _("Where"),
    "description": _("Description"),
    "eligibility": _("Who qualifies"),
}
# Parts in which words stand for codes, so that people read the labels of these instead.
LABELS = {"languages": "languages", "accommodations": "accommodation_labels", "groups": "group_labels"}


@dataclass(frozen=True)
class Hit:
    """A row that matches, and why if its name does not say so."""

    row: Any
    label: str | Promise = ""
    text: str | SafeString = ""


@dataclass(frozen=True)
class Found:
    """The results of one kind, the best first."""

    kind: str
    hits: Sequence[Hit]
    number: int
    besides: int = 0  # prospective, paused and former partners, which do not count as partners

    @property
    def counted(self) -> int:
        """Return how many results count: all, but of partners only the active ones."""
        return self.number - self.besides

    @property
    def heading(self) -> str | Promise:
        """Return the heading above the results."""
        return KINDS[self.kind]


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
    meaning = queries.understand(question)
    rows = {kind: found for kind, found in _rows(area, viewer).items() if only in ("", kind)}
    most = MOST_OF_ONE if only else MOST

    def find(sought: Sought) -> list[Found]:
        found = [_find(kind, rows[kind], sought, most) for kind in rows]
        return [group for group in found if group.hits]

    sought = Sought(words, meaning.query, meaning.loose or meaning.query)
    if groups := find(sought):
        return Results(groups, meaning.also)
    corrected = queries.correct(question, meaning)
    if corrected.corrected:
        sought = Sought(corrected.corrected, corrected.query, corrected.loose or corrected.query)
        if groups := find(sought):
            return Results(groups, corrected.also, corrected.corrected)
    if sought.loose != sought.query and (groups := find(replace(sought, query=sought.loose))):
        return Results(groups, corrected.also, corrected.corrected, is_loose=True)
    return Results(near=queries.near_words(question))


def _rows(area: LocalArea, viewer: Any) -> dict[str, QuerySet]:
    """Return the rows of each kind that the viewer may see."""
    partners = Partnership.objects.visible_to(viewer).current().filter(area=area)
    here = partners.values("pk")
    services = Service.objects.visible_to(viewer).current().filter(partnership__in=here)
    people = Representative.objects.visible_to(viewer).current().filter(partnership__in=here)
    places = Location.objects.current().filter(organization__in=partners.values("organization"))
    terms = Term.objects.visible_to(viewer).current().filter(area=area)
    return {
        "partner": partners.select_related("organization"),
        "service": services.select_related("partnership__organization"),
        "person": people.select_related("partnership__organization"),
        "center": Center.objects.visible_to(viewer).current().filter(area=area),
        "place": places.select_related("organization"),
        "term": terms.annotate(wordings=StringAgg("usages__wording", ", ", default=Value(""))),
        "practice": Practice.objects.visible_to(viewer).current().filter(area=area),
    }


def _find(kind: str, rows: QuerySet, sought: Sought, most: int) -> Found:
    """Rank rows with the words in their name first, then in other fields; then rows with a similar name."""
    name = NAMES.get(kind, "name")
    conditions = [(place, said) for place in FIELDS[kind] if (said := place.condition(sought)) is not None]
    nearness = TrigramWordSimilarity(sought.words, name)
    in_name = {f"{name}__icontains": sought.words}
    rank = Case(
        When(**{f"{name}__istartswith": sought.words}, then=Value(4.0)),
        When(**in_name, then=Value(3.0)),
        When(reduce(or_, (condition for _, condition in conditions)), then=_fit(kind, sought)),
        default=nearness,
        output_field=FloatField(),
    )
    why = Case(
        When(**in_name, then=Value(-1)),
        *(When(condition, then=Value(number)) for number, (_, condition) in enumerate(conditions)),
        default=Value(-1),
    )
    if kind == "partner" and sought.query:
        rows = rows.annotate(program_names=matching_programs(sought))
    fitting = rows.annotate(rank=Greatest(rank, nearness)).filter(rank__gte=NEAR)
    shown = fitting.annotate(why=why, total=Window(Count("pk"))).order_by("-rank", Lower(name), "pk")[:most]
    found: list[tuple[Any, Field | None]] = [(row, conditions[row.why][0] if row.why >= 0 else None) for row in shown]
    parts = _parts_of([row.pk for row, place in found if place and place.condition is is_listed], sought)
    hits = [_hit(row, place, parts.get(row.pk) if kind == "service" else None, sought) for row, place in found]
    besides = fitting.exclude(is_active_partner()).count() if kind == "partner" else 0
    return Found(kind, hits, found[0][0].total if found else 0, besides)


def _fit(kind: str, sought: Sought) -> Any:
    """Return the rank of rows that have the words outside of their name: better for services that say more of them."""
    if kind != "service" or not sought.query:
        return Value(2.0)
    template = "1 + ts_rank(%(expressions)s::tsquery)"
    said = F("listing__search"), Value(sought.query)
    return Func(*said, template=template, arg_joiner=", ", output_field=FloatField())


def _parts_of(ids: list[int], sought: Sought) -> Mapping[int, tuple[str, str]]:
    """Return the part of each service that has the words, and a piece of its text with the words marked."""
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT service_id, part, said FROM directory_reasons(%s, %s::tsquery, %s::tsquery, %s)",
            [ids, sought.query, sought.loose, MARKED],
        )
        return {pk: (part, said) for pk, part, said in cursor.fetchall()}


def _hit(row: Any, place: Field | None, part: tuple[str, str] | None, sought: Sought) -> Hit:
    """Return a result with the reason for it."""
    if part:
        code, said = part
        if code in LABELS:
            return Hit(row, PARTS[code], join_words(getattr(row, LABELS[code])))
        return Hit(row, PARTS[code], mark_words(said.replace(" ;", ";"))) if code in PARTS else Hit(row)
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
