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
from partners.network.shared_work import SharedKind, SharedThing, Stay, register_shared


def _read_centers(area: LocalArea, first: date, last: date) -> Iterator[SharedThing]:
    """Yield the centers of an area with the partners that had hours there, in person; one query."""
    rows = Presence.objects.in_use().in_person().holding(first, last).filter(center__area=area)
    names: dict[int, str] = {}
    stays: dict[int, dict[int, list[Stay]]] = defaultdict(lambda: defaultdict(list))
    columns = ("center", "center__name", "partnership", "begins_on", "ends_on")
    for pk, name, partnership, begins_on, ends_on in rows.order_by().values_list(*columns):
        names[pk] = name
        stays[pk][partnership].append((begins_on, ends_on))
    for pk, name in names.items():
        found = [stay for known in stays[pk].values() for stay in known]
        first_on = min(begins_on or date.min for begins_on, _ends_on in found)
        last_on = max(ends_on or date.max for _begins_on, ends_on in found)
        yield SharedThing(
            "center", pk, name, reverse("partners:center_detail", args=[pk]), frozenset(stays[pk]), first_on,
            None if last_on == date.max else last_on, stays[pk],
        )  # fmt: skip


def _read_practices(area: LocalArea, first: date, last: date) -> Iterator[SharedThing]:
    """Yield practices with the partners that shared, tried or adopted them; three queries.

    A practice that somebody adopted ties from then on; another one only in its month.
    """
    rows = Practice.objects.current().filter(area=area, happened_on__lte=last)
    partners: dict[int, set[int]] = defaultdict(set)
    tried = PracticePartner.objects.filter(practice__in=rows.values("pk"))
    for pk, partnership in tried.order_by().values_list("practice", "partnership"):
        partners[pk].add(partnership)
    adopted: dict[int, dict[int, date]] = defaultdict(dict)
    since = Adoption.objects.filter(practice__in=rows.values("pk"), adopted_on__lte=last)
    for pk, partnership, adopted_on in since.order_by().values_list("practice", "partnership", "adopted_on"):
        adopted[pk][partnership] = adopted_on
    for pk, title, told_by, happened_on in rows.values_list("pk", "title", "told_by", "happened_on"):
        end = happened_on.replace(day=monthrange(happened_on.year, happened_on.month)[1])
        month: Stay = (happened_on, end)
        lasts: list[Stay] = [(min(adopted[pk].values()), None)] if adopted[pk] else []
        partners[pk] |= {told_by} if told_by else set()
        stays: dict[int, list[Stay]] = {each: [month, *lasts] for each in partners[pk]}
        for each, adopted_on in adopted[pk].items():
            stays[each] = [*([month] if each in partners[pk] else []), (adopted_on, None)]
        if lasts or end >= first:
            url = reverse("partners:practice_detail", args=[pk])
            yield SharedThing("practice", pk, title, url, frozenset(stays), happened_on, None if lasts else end, stays)


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
