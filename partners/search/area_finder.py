"""Find a local area by its state, a ZIP code, a city or its name: for people who look for help near them.

An area is where its centers and its partners' own locations are: there is no list of all ZIP codes and cities in it.
"""

import re
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import Lower

from partners.models import Center, LocalArea, Location, State
from partners.models.places import LocalAreaQuerySet

FEW = 12  # so many areas are listed at once; of more, people choose
SHOWN = 30
ZIP_CODE = re.compile(r"(\d{5})(-\d{4})?", re.ASCII)
LONGEST = 100


@dataclass(frozen=True)
class Found:
    """The areas found, whether there are more than are shown, and whether they are only in the same mail region."""

    areas: list[LocalArea]
    is_cut: bool = False
    is_nearby: bool = False


def states_with_areas() -> list[State]:
    """Return the states by name with the number of their areas as ``number``; one query."""
    counted = State.objects.annotate(number=Count("areas", filter=Q(areas__archived_at=None)))
    return list(counted.filter(number__gt=0).order_by("name"))


def all_areas() -> list[LocalArea]:
    """Return all areas, by state and name."""
    return list(_by_name(LocalArea.objects.current()))


def areas_of(code: str) -> Found:
    """Return the areas of the state with this two-letter code."""
    return Found(list(_by_name(LocalArea.objects.current().filter(state__code=code.upper()))))


def areas_near(where: str) -> Found:
    """Return the areas at a ZIP code, else those with the same first three digits; or those of a city, state or name.

    At most two queries.
    """
    areas, where = LocalArea.objects.current(), " ".join(where.split())[:LONGEST]
    if zip_code := ZIP_CODE.fullmatch(where):
        exactly = _found(areas.filter(_has_a_place(postal_code__startswith=zip_code[1])))
        if exactly.areas:
            return exactly
        return _found(areas.filter(_has_a_place(postal_code__startswith=zip_code[1][:3])), is_nearby=True)
    state = Q(state__name__iexact=where) | Q(state__code=where.upper())
    return _found(areas.filter(state | Q(name__icontains=where) | _has_a_place(city__iexact=where)))


def _has_a_place(**condition: str) -> Q:
    centers = Center.objects.current().filter(area=OuterRef("pk"), **condition)
    offices = Location.objects.current().filter(partnership__area=OuterRef("pk"), **condition)
    return Q(Exists(centers)) | Q(Exists(offices))


def _found(areas: LocalAreaQuerySet, *, is_nearby: bool = False) -> Found:
    rows = list(_by_name(areas)[: SHOWN + 1])
    return Found(rows[:SHOWN], is_cut=len(rows) > SHOWN, is_nearby=is_nearby)


def _by_name(areas: LocalAreaQuerySet) -> LocalAreaQuerySet:
    return areas.select_related("state").order_by("state__name", Lower("name"), "pk")
