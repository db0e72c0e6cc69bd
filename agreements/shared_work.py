"""Agreements as what partners do together. Importing this module registers them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agreements.models import Agreement, Party
from partners.models import LocalArea
from partners.network.shared_work import SharedKind, SharedThing, Stay, register_shared

DAY = timedelta(days=1)


def _read(area: LocalArea, first: date, last: date) -> Iterator[SharedThing]:
    """Yield the agreements in force on some of these days, with the partners that were parties; two queries.

    An amendment is no agreement of its own here: its parties are those of what it amends.
    """
    parties = Party.objects.current().filter(
        Q(left_on=None) | Q(left_on__gt=first), Q(effective_on=None) | Q(effective_on__lte=last),
        partnership__area=area,
    )  # fmt: skip
    stays: dict[int, dict[int, list[Stay]]] = defaultdict(lambda: defaultdict(list))
    columns = ("agreement", "partnership", "effective_on", "left_on")
    for pk, partnership, effective_on, left_on in parties.order_by().values_list(*columns):
        stays[pk][partnership].append((effective_on, left_on - DAY if left_on else None))
    rows = Agreement.objects.executed().exclude(kind=Agreement.Kind.AMENDMENT).filter(effective_on__lte=last)
    for agreement in rows.filter(pk__in=[pk for pk, found in stays.items() if len(found) > 1]).with_terms():
        if agreement.effective_on and (agreement.ends_on is None or agreement.ends_on >= first):
            yield SharedThing(
                kind="agreement",
                key=agreement.pk,
                name=str(agreement),
                url=agreement.get_absolute_url(),
                partnerships=frozenset(stays[agreement.pk]),
                first_on=agreement.effective_on,
                last_on=agreement.ends_on,
                stays=stays[agreement.pk],
            )


def _visible(pks: Collection[int], user: Any) -> Iterable[int]:
    return Agreement.objects.visible_to(user).filter(pk__in=pks).values_list("pk", flat=True)


register_shared(
    SharedKind("agreement", _("Agreements"), _("agreement"), _("agreements"), read=_read, visible=_visible, position=1)
)
