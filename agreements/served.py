"""Agreements as what the work of a meeting may serve. Importing this module registers them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from agreements.models import Agreement
from partners.models import LocalArea
from partners.network.served_things import Served, ServedKind, register_served

MOST = 100
ENDED = (Agreement.Status.WITHDRAWN, Agreement.Status.SUPERSEDED, Agreement.Status.TERMINATED)


def _choices(area: LocalArea, user: Any) -> Sequence[tuple[int, str]]:
    rows = Agreement.objects.visible_to(user).filter(area=area).exclude(status__in=ENDED)
    return [(agreement.pk, str(agreement)) for agreement in rows.order_by("-effective_on", "number")[:MOST]]


def _read(pks: Collection[int], user: Any) -> Mapping[int, Served]:
    rows = Agreement.objects.visible_to(user).filter(pk__in=pks)
    return {agreement.pk: Served(str(agreement), agreement.get_absolute_url()) for agreement in rows}


register_served(ServedKind("agreement", _("Agreements"), _choices, _read))
