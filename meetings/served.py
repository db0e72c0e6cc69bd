"""Shared goals as what agenda items and action items may serve. Importing this module registers them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from meetings.goals.reading import KIND
from meetings.models import Goal
from partners.models import LocalArea
from partners.network.served_things import Served, ServedKind, register_served

MOST = 100


def _choices(area: LocalArea, user: Any) -> Sequence[tuple[int, str]]:
    rows = Goal.objects.visible_to(user).pursued().filter(plan__area=area)
    return list(rows.order_by("-plan__first_on", "position", "pk").values_list("pk", "name")[:MOST])


def _read(pks: Collection[int], user: Any) -> Mapping[int, Served]:
    rows = Goal.objects.visible_to(user).filter(pk__in=pks)
    return {goal.pk: Served(goal.name, goal.get_absolute_url()) for goal in rows}


register_served(ServedKind(KIND, _("Shared goals"), _choices, _read))
