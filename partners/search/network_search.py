"""Find partners, services, people, places, terms and practices of an area by words, with typing errors."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Case, FloatField, Q, QuerySet, Value, When
from django.db.models.functions import Greatest, Lower
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from partners.models import Center, LocalArea, Location, Partnership, Practice, Representative, Service, Term
from partners.models.active import is_active_partner

MOST = 10  # of each kind; the list pages show the rest
NEAR = 0.55  # words at least this similar may be a typing error
LONGEST = 100


# Each kind of result with its heading and the URL name of its list.
KINDS = {
    "partner": (_("Partners"), "partnership_list"),
    "service": (_("Services"), "service_list"),
    "person": (_("Representatives"), "representative_list"),
    "center": (_("Centers"), "center_list"),
    "place": (_("Locations"), "location_list"),
    "term": (_("Glossary terms"), "term_list"),
    "practice": (_("Practices"), "practice_list"),
}


@dataclass(frozen=True)
class Found:
    """The results of one kind."""

    kind: str
    rows: Sequence[Any]
    number: int
    besides: int = 0  # prospective, paused and former partners, which do not count as partners

    @property
    def counted(self) -> int:
        """Return how many results count: all, but of partners only the active ones."""
        return self.number - self.besides

    @property
    def heading(self) -> str | Promise:
        """Return the heading above the results."""
        return KINDS[self.kind][0]

    @property
    def list_name(self) -> str:
        """Return the URL name of the full list."""
        return f"partners:{KINDS[self.kind][1]}"


def find_in_area(area: LocalArea, words: str, viewer: Any) -> list[Found]:
    """Return the rows of an area that match the words and that the viewer may see, grouped by kind."""
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
    terms = terms.annotate(wordings=StringAgg("usages__wording", " ", default=Value("")))
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
        _found("term", terms, words, "name", "abbreviation", "agreed_abbreviation", "wordings"),
        _found("practice", practices, words, "title", "situation", "did"),
    ]
    return [group for group in found if group.rows]


def _found(kind: str, rows: QuerySet, words: str, name: str, *more: str) -> Found:
    """Rank rows that contain the words first, the name before other columns; then rows with a similar name."""
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
    besides = fitting.exclude(is_active_partner()).count() if kind == "partner" else 0
    return Found(kind, shown[:MOST], len(shown) if len(shown) <= MOST else fitting.count(), besides)
