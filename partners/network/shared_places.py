"""Centers and practices as what partners do together. Importing this module registers them."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partners.models import Adoption, Center, LocalArea, Practice, Presence
from partners.models.practices import PracticePartner
from partners.network.shared_work import SharedKind, SharedThing, register_shared


def _read_centers(area: LocalArea, first: date, last: date) -> Iterator[SharedThing]:
    """Yield the centers of an area with the partners that had hours there, in person; one query."""
    rows = Presence.objects.in_use().in_person().holding(first, last).filter(center__area=area)
    partners: dict[int, set[int]] = defaultdict(set)
    names: dict[int, str] = {}
    days: dict[int, list[date]] = defaultdict(list)
    ends: dict[int, list[date | None]] = defaultdict(list)
    columns = ("center", "center__name", "partnership", "begins_on", "ends_on")
    for pk, name, partnership, begins_on, ends_on in rows.order_by().values_list(*columns):
        names[pk] = name
        partners[pk].add(partnership)
        days[pk].append(begins_on or first)
        ends[pk].append(ends_on)
    for pk, name in names.items():
        known = [day for day in ends[pk] if day is not None]
        last_on = max(known) if len(known) == len(ends[pk]) else None
        url = reverse("partners:center_detail", args=[pk])
        yield SharedThing("center", pk, name, url, frozenset(partners[pk]), min(days[pk]), last_on)


def _read_practices(area: LocalArea, first: date, last: date) -> Iterator[SharedThing]:
    """Yield practices with the partners that shared, tried or adopted them; three queries.

    A practice that somebody adopted ties from then on; another one only in its month.
    """
    rows = Practice.objects.current().filter(area=area, happened_on__lte=last)
    partners: dict[int, set[int]] = defaultdict(set)
    adopted: set[int] = set()
    tried = PracticePartner.objects.filter(practice__in=rows.values("pk"))
    for pk, partnership in tried.order_by().values_list("practice", "partnership"):
        partners[pk].add(partnership)
    since = Adoption.objects.filter(practice__in=rows.values("pk"), adopted_on__lte=last)
    for pk, partnership in since.order_by().values_list("practice", "partnership"):
        partners[pk].add(partnership)
        adopted.add(pk)
    for pk, title, told_by, happened_on in rows.values_list("pk", "title", "told_by", "happened_on"):
        who = frozenset(partners[pk] | ({told_by} if told_by else set()))
        end = happened_on.replace(day=monthrange(happened_on.year, happened_on.month)[1])
        if pk in adopted or end >= first:
            url = reverse("partners:practice_detail", args=[pk])
            yield SharedThing("practice", pk, title, url, who, happened_on, None if pk in adopted else end)


def _visible_centers(pks: Collection[int], user: Any) -> Iterable[int]:
    return Center.objects.visible_to(user).filter(pk__in=pks).values_list("pk", flat=True)


def _visible_practices(pks: Collection[int], user: Any) -> Iterable[int]:
    return Practice.objects.visible_to(user).filter(pk__in=pks).values_list("pk", flat=True)


register_shared(
    SharedKind(
        "center", _("Shared centers"), _("center"), _("centers"),
        read=_read_centers, visible=_visible_centers, position=6,
    )
)  # fmt: skip
register_shared(
    SharedKind(
        "practice", _("Practices"), _("practice"), _("practices"),
        read=_read_practices, visible=_visible_practices, position=7,
    )
)  # fmt: skip
