"""To-do items of the partner network: of staff in their area, of a partner's people in their organization.

A function returns its items, or a ``SmallQuery`` that makes them: first pages read those together, in one query,
whatever the number of items. Long lists are one item with their length.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse

from onestop.notices.models import name_of
from onestop.notices.todo import todo_of_outbox
from onestop.ui.small_queries import SmallQuery, read_together
from onestop.ui.todo import TodoItem
from partners.models import LocalArea
from partners.network.summary import AreaNetwork, network_of
from partners.seats import seats_of
from partners.todo import coverage as gaps
from partners.todo import people, upkeep
from partners.todo.upkeep import services_to_confirm

__all__ = ["TodoPart", "services_to_confirm", "todo_of_partner", "todo_of_staff", "todo_parts_of_staff"]

TodoPart = SmallQuery[Iterable[TodoItem]] | Iterable[TodoItem]


def todo_of_staff(area: LocalArea, *, at: datetime) -> list[TodoItem]:
    """Return the to-do items of the One-Stop staff of an area."""
    network = network_of(area, today=at.astimezone(area.zone).date())
    return [item for items in read_together(todo_parts_of_staff(network, at=at)) for item in items]


def todo_parts_of_staff(network: AreaNetwork, *, at: datetime) -> list[TodoPart]:
    """Return what makes the to-do items of the One-Stop staff of an area, given its network today."""
    coverage = network.coverage
    area = coverage.area
    today = at.astimezone(area.zone).date()
    return [
        upkeep.unconfirmed_services(area, at),
        upkeep.changes_to_decide(area),
        people.expired_invitations(area, at),
        upkeep.open_imports(area),
        gaps.missing_in(coverage),
        people.without_a_voice(area, network.partners),
        upkeep.terms_to_approve(area),
        upkeep.centers_to_review(coverage.centers, today),
        *todo_of_outbox(name_of(area), reverse("partners:notice_list", args=[area.slug]), at=at),
        people.not_reached(area),
    ]


def todo_of_partner(user: Any, area: LocalArea) -> list[TodoPart]:
    """Return what makes the to-do items of a manager in an area, besides services to confirm."""
    seats = seats_of(user)
    if area.pk in seats.staff_area_ids or seats.everything:  # staff have these among the items of the area
        return [people.of_own(user, area)]
    return [upkeep.changes_to_decide(area, seats.managed_partnership_ids), people.of_own(user, area)]
