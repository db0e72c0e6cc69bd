"""Find the services, partners and practices of an area whose texts use a term."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from partners.glossary.term_matcher import Entry, occurs_in
from partners.models import LocalArea, Partnership, Practice, Service

MOST = 10  # of each kind; the rest is only counted
OF_SERVICES = ("name", "description", "audience", "eligibility", "documents", "how_to_get_in")
OF_PARTNERS = ("organization__description", "notes")
OF_PRACTICES = ("title", "situation", "did", "result", "would_change")


@dataclass(frozen=True)
class Mentions:
    """The rows of one kind that use a term."""

    kind: str
    rows: Sequence[Any]
    number: int


def mentions_of(entry: Entry, area: LocalArea, viewer: Any) -> list[Mentions]:
    """Return the rows that use a term and that the viewer may see, grouped by kind."""
    services = (
        Service.objects.visible_to(viewer).current().filter(partnership__area=area, partnership__archived_at=None)
    )
    partners = Partnership.objects.visible_to(viewer).current().filter(area=area)
    practices = Practice.objects.visible_to(viewer).current().filter(area=area)
    found = [
        _found("service", services.select_related("partnership__organization"), entry, OF_SERVICES, "name"),
        _found("partner", partners.select_related("organization"), entry, OF_PARTNERS, "organization__name"),
        _found("practice", practices, entry, OF_PRACTICES, "title"),
    ]
    return [mentions for mentions in found if mentions.number]


def _found(kind: str, rows: QuerySet, entry: Entry, columns: Iterable[str], name: str) -> Mentions:
    spelled = occurs_in(entry.words).items()
    uses_term = reduce(or_, (Q(**{f"{column}__{lookup}": words}) for column in columns for lookup, words in spelled))
    fitting = rows.filter(uses_term).order_by(Lower(name), "pk")
    shown = list(fitting[: MOST + 1])
    return Mentions(kind, shown[:MOST], len(shown) if len(shown) <= MOST else fitting.count())
