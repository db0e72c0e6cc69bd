"""Finding a partner, a service or a person of an area by words, also if they are not typed quite right."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Case, FloatField, Q, QuerySet, Value, When
from django.db.models.functions import Greatest, Lower

from partners.models import Center, LocalArea, Location, Partnership, Practice, Representative, Service, Term

MOST = 10  # of each kind; the lists show the rest
NEAR = 0.55  # words nearer than this may be a slip of the finger
LONGEST = 100


# Each kind of thing under its heading, and the list that shows all of it.
KINDS = {
    "partner": ("Partners", "partnership_list"),
    "service": ("Services", "service_list"),
    "person": ("People who speak for partners", "representative_list"),
    "center": ("Centers", "center_list"),
    "place": ("Locations", "location_list"),
    "term": ("Words of the glossary", "term_list"),
    "practice": ("Practices", "practice_list"),
}


@dataclass(frozen=True)
class Found:
    """What of one kind fits the words."""

    kind: str
    rows: Sequence[Any]
    number: int

    @property
    def heading(self) -> str:
        """What such things are called."""
        return KINDS[self.kind][0]

    @property
    def list_name(self) -> str:
        """The address's name of the list of all of them."""
        return f"partners:{KINDS[self.kind][1]}"


def find_in_area(area: LocalArea, words: str, viewer: Any) -> list[Found]:
    """Return what fits the words in an area, of each kind that has something, as far as the viewer sees it."""
    words = " ".join(words.split())[:LONGEST]
    if len(words) < 2:
        return []
    partners = Partnership.objects.visible_to(viewer).current().filter(area=area)
    here = partners.values("pk")
    services = Service.objects.visible_to(viewer).current().filter(partnership__in=here)
    people = Representative.objects.visible_to(viewer).current().filter(partnership__in=here)
    places = Location.objects.current().filter(organization__in=partners.values("organization"))
    centers = Center.objects.visible_to(viewer).current().filter(area=area)
    terms = Term.objects.visible_to(viewer).current().filter(area=area)
    terms = terms.annotate(said=StringAgg("usages__wording", " ", default=Value("")))
    practices = Practice.objects.visible_to(viewer).current().filter(area=area)
    named = partners.select_related("organization")
    services = services.select_related("partnership__organization")
    people = people.select_related("partnership__organization")
    found = [
        _found("partner", named, words, "organization__name", "organization__short_name"),
        _found("service", services, words, "name", "description", "audience"),
        _found("person", people, words, "name", "job_title", "email"),
        _found("center", centers, words, "name", "city", "street"),
        _found("place", places.select_related("organization"), words, "name", "city", "street"),
        _found("term", terms, words, "name", "abbreviation", "agreed_abbreviation", "said"),
        _found("practice", practices, words, "title", "situation", "did"),
    ]
    return [group for group in found if group.rows]


def _found(kind: str, rows: QuerySet, words: str, name: str, *more: str) -> Found:
    """Rows that hold the words go first, by name before anything else; then those whose name is near them."""
    in_more = Q()
    for column in more:
        in_more |= Q(**{f"{column}__icontains": words})
    nearness = TrigramWordSimilarity(words, name)
    rank = Case(
        When(**{f"{name}__istartswith": words}, then=Value(4.0)),
        When(**{f"{name}__icontains": words}, then=Value(3.0)),
        When(in_more, then=Value(2.0)),
        default=nearness,
        output_field=FloatField(),
    )
    fitting = rows.annotate(rank=Greatest(rank, nearness)).filter(rank__gte=NEAR).order_by("-rank", Lower(name), "pk")
    shown = list(fitting[: MOST + 1])
    return Found(kind, shown[:MOST], len(shown) if len(shown) <= MOST else fitting.count())
