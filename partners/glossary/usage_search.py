"""Find the things of an area whose texts use a term. Each app registers the kinds of things to look in."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from partners.glossary.term_matcher import Entry, occurs_in
from partners.models import LocalArea, Partnership, Practice, Service

MOST = 10  # of each kind; the rest is only counted


@dataclass(frozen=True)
class UsageKind:
    """One kind of things that may use a term.

    ``rows`` returns those of an area that a viewer may see, ``columns`` are their texts, ``name`` is the column by
    which people know them, and ``template`` shows one (``row``).
    """

    code: str
    heading: str | Promise
    rows: Callable[[LocalArea, Any], QuerySet]
    columns: Iterable[str]
    name: str
    template: str


KINDS: dict[str, UsageKind] = {}


def register_usages(*kinds: UsageKind) -> None:
    """Add kinds of things to look in, in the order in which they are shown."""
    KINDS.update({kind.code: kind for kind in kinds})


@dataclass(frozen=True)
class Usages:
    """The rows of one kind that use a term."""

    kind: UsageKind
    rows: Sequence[Any]
    number: int

    @property
    def more(self) -> int:
        """Number of rows that are not shown."""
        return self.number - len(self.rows)


def usages_of(entry: Entry, area: LocalArea, viewer: Any) -> list[Usages]:
    """Return the rows that use a term and that the viewer may see, grouped by kind."""
    found = [_found(kind, kind.rows(area, viewer), entry) for kind in KINDS.values()]
    return [usages for usages in found if usages.number]


def _found(kind: UsageKind, rows: QuerySet, entry: Entry) -> Usages:
    spelled = occurs_in(entry.words).items()
    uses_term = reduce(
        or_, (Q(**{f"{column}__{lookup}": words}) for column in kind.columns for lookup, words in spelled)
    )
    fitting = rows.filter(uses_term).order_by(Lower(kind.name), "pk")
    shown = list(fitting[: MOST + 1])
    return Usages(kind, shown[:MOST], len(shown) if len(shown) <= MOST else fitting.count())


def _services(area: LocalArea, viewer: Any) -> QuerySet:
    rows = Service.objects.visible_to(viewer).current().filter(partnership__area=area, partnership__archived_at=None)
    return rows.select_related("partnership__organization")


def _partners(area: LocalArea, viewer: Any) -> QuerySet:
    return Partnership.objects.visible_to(viewer).current().filter(area=area).select_related("organization")


register_usages(
    UsageKind(
        "service",
        _("Services"),
        _services,
        ("name", "description", "audience", "eligibility", "documents", "how_to_get_in"),
        "name",
        "partners/glossary/usages/_service.html",
    ),
    UsageKind(
        "partner",
        _("Partners"),
        _partners,
        ("organization__description", "notes"),
        "organization__name",
        "partners/glossary/usages/_partner.html",
    ),
    UsageKind(
        "practice",
        _("Practices"),
        lambda area, viewer: Practice.objects.visible_to(viewer).current().filter(area=area),
        ("title", "situation", "did", "result", "would_change"),
        "title",
        "partners/glossary/usages/_practice.html",
    ),
)
