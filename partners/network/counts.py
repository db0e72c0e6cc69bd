"""The counts of an area in words, as the headings of lists say them.

Only active partners, their services and their representatives count. What a list shows besides is counted apart: "22
partners and 1 prospective partner in Riverbend". ``archived`` says whether the list shows archived rows too.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet, Value
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from onestop.ui.sentences import join_words
from onestop.ui.written_queries import written_once
from partners.models import LocalArea, Partnership, Representative, Service
from partners.models.active import is_active_partner
from partners.models.people import SIGNS_NOW
from partners.models.services import is_stale

Status = Partnership.Status
OTHER_PARTNERS = {
    Status.PROSPECTIVE: ngettext_lazy("%(number)d prospective partner", "%(number)d prospective partners", "number"),
    Status.PAUSED: ngettext_lazy("%(number)d paused partner", "%(number)d paused partners", "number"),
    Status.ENDED: ngettext_lazy("%(number)d former partner", "%(number)d former partners", "number"),
}
ARCHIVED_PARTNERS = ngettext_lazy("%(number)d archived partner", "%(number)d archived partners", "number")


@dataclass(frozen=True)
class PartnerCounts:
    """The current partnerships of an area by status, and archived ones."""

    by_status: dict[str, int]
    archived: int

    @property
    def listed(self) -> int:
        """The number of partnerships that the list shows without filters."""
        return sum(self.by_status.values())

    def in_words(self, area: LocalArea, *, archived: bool = False) -> str:
        """Return the number of partners, and of the others that the list shows."""
        number = self.by_status.get(Status.ACTIVE, 0)
        counted = [ngettext("%(number)d partner", "%(number)d partners", number) % {"number": number}]
        others = [(words, self.by_status.get(status, 0)) for status, words in OTHER_PARTNERS.items()]
        counted += [words % {"number": number} for words, number in others if number]
        if archived and self.archived:
            counted.append(ARCHIVED_PARTNERS % {"number": self.archived})
        return _("%(partners)s in %(area)s.") % {"partners": join_words(counted), "area": area.name}


def count_partners(area: LocalArea) -> PartnerCounts:
    """Return the counts of the partnerships of an area; one query."""
    rows = _count_partners(area.pk).rows()
    return PartnerCounts({row["status"]: row["now"] for row in rows}, sum(row["gone"] for row in rows))


@written_once
def _count_partners(area: int) -> QuerySet[Any, Any]:
    is_current = Q(archived_at=None)
    of_status = Partnership.objects.filter(area=area).order_by().values("status")
    return of_status.annotate(now=Count("pk", filter=is_current), gone=Count("pk", filter=~is_current))


@dataclass(frozen=True)
class ServiceCounts:
    """The services of an area: of its partners, how many of those are not confirmed, of others, and archived ones."""

    number: int
    stale: int
    others: int
    archived: int

    @property
    def listed(self) -> int:
        """The number of services that the list shows without filters."""
        return self.number + self.others

    def in_words(self, area: LocalArea, *, archived: bool = False) -> str:
        """Return the number of services of the partners, and of the others that the list shows."""
        words = ngettext("%(number)d service of the partners", "%(number)d services of the partners", self.number)
        counted = [words % {"number": self.number}]
        if self.others:
            words = ngettext(
                "%(number)d service of prospective, paused or former partners",
                "%(number)d services of prospective, paused or former partners",
                self.others,
            )
            counted.append(words % {"number": self.others})
        if archived and self.archived:
            words = ngettext("%(number)d archived service", "%(number)d archived services", self.archived)
            counted.append(words % {"number": self.archived})
        return _("%(services)s in %(area)s.") % {"services": join_words(counted), "area": area.name}


def count_services(area: LocalArea, *, today: date) -> ServiceCounts:
    """Return the counts of the services of an area; one query."""
    return ServiceCounts(**next(iter(_count_services(area.pk, today).rows()), NO_SERVICES))


NO_SERVICES = {"number": 0, "stale": 0, "others": 0, "archived": 0}


@written_once
def _count_services(area: int, today: date) -> QuerySet[Any, Any]:
    counted, current = is_active_partner("partnership") & Q(archived_at=None), Q(archived_at=None)
    listed = Service.objects.filter(partnership__area=area, partnership__archived_at=None)
    return _of_all(
        listed,
        number=Count("pk", filter=counted),
        stale=Count("pk", filter=counted & is_stale(today)),
        others=Count("pk", filter=current & ~is_active_partner("partnership")),
        archived=Count("pk", filter=~current),
    )


def _of_all(rows: QuerySet[Any], **numbers: Count) -> QuerySet[Any, Any]:
    """Return one row of counts, or none if there is nothing to count."""
    return rows.order_by().annotate(of=Value(1)).values("of").annotate(**numbers).values(*numbers)


@dataclass(frozen=True)
class RepresentativeCounts:
    """The representatives in an area: of its partners, how many of those may sign, of others, and former ones."""

    number: int
    signing: int
    others: int
    left: int

    @property
    def listed(self) -> int:
        """The number of representatives that the list shows without filters."""
        return self.number + self.others

    def in_words(self, area: LocalArea, *, archived: bool = False) -> str:
        """Return the number of representatives of the partners, and of the others that the list shows."""
        words = ngettext(
            "%(number)d representative of the partners", "%(number)d representatives of the partners", self.number
        )
        parts = [words % {"number": self.number}]
        if self.others:
            words = ngettext(
                "%(number)d representative of prospective, paused or former partners",
                "%(number)d representatives of prospective, paused or former partners",
                self.others,
            )
            parts.append(words % {"number": self.others})
        if archived and self.left:
            parts.append(ngettext("%(number)d who left", "%(number)d who left", self.left) % {"number": self.left})
        values = {"people": join_words(parts), "area": area.name, "number": self.signing}
        words = ngettext(
            "%(people)s in %(area)s. Of the partners' representatives, %(number)d may sign.",
            "%(people)s in %(area)s. Of the partners' representatives, %(number)d may sign.",
            self.signing,
        )
        return words % values


def count_representatives(area: LocalArea) -> RepresentativeCounts:
    """Return the counts of the representatives in an area; one query."""
    return RepresentativeCounts(**next(iter(_count_people(area.pk).rows()), NO_PEOPLE))


NO_PEOPLE = {"number": 0, "signing": 0, "others": 0, "left": 0}


@written_once
def _count_people(area: int) -> QuerySet[Any, Any]:
    counted, current = is_active_partner("partnership") & Q(archived_at=None), Q(archived_at=None)
    return _of_all(
        Representative.objects.filter(partnership__area=area, partnership__archived_at=None),
        number=Count("pk", filter=counted),
        signing=Count("pk", filter=counted & SIGNS_NOW),
        others=Count("pk", filter=current & ~is_active_partner("partnership")),
        left=Count("pk", filter=~current),
    )
