"""To-do items of the partner network: of staff in their area, of a partner's people in their organization.

Each function costs a fixed number of queries; long lists are one item with their length.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse

from onestop.notices.models import Notice
from onestop.notices.todo import todo_of_outbox
from onestop.ui.todo import TodoItem
from partners.coverage.matrix import coverage_of
from partners.models import LocalArea, Proposal
from partners.seats import seats_of
from partners.todo import coverage, people, upkeep
from partners.todo.upkeep import services_to_confirm

__all__ = ["services_to_confirm", "todo_of_partner", "todo_of_staff"]


def todo_of_staff(area: LocalArea, *, at: datetime) -> Iterator[TodoItem]:
    """Yield the to-do items of the One-Stop staff of an area."""
    today = at.astimezone(area.zone).date()
    yield from upkeep.unconfirmed_services(area, at)
    yield from upkeep.changes_to_decide(Proposal.objects.filter(service__partnership__area=area), area)
    yield from people.expired_invitations(area, at)
    yield from upkeep.open_imports(area)
    yield from coverage.missing_in(coverage_of(area, today=today))
    yield from people.without_a_voice(area)
    yield from upkeep.terms_to_approve(area)
    yield from upkeep.centers_to_review(area, today)
    yield from todo_of_outbox(Notice.objects.in_scope(area), reverse("partners:notice_list", args=[area.slug]), at=at)
    yield from people.not_reached(area)


def todo_of_partner(user: Any, area: LocalArea) -> Iterator[TodoItem]:
    """Yield the to-do items of a manager in an area, besides services to confirm."""
    seats = seats_of(user)
    if area.pk not in seats.staff_area_ids and not seats.everything:  # staff have these among the items of the area
        theirs = Proposal.objects.filter(
            service__partnership__area=area,
            service__partnership__in=seats.managed_partnership_ids,
        )
        yield from upkeep.changes_to_decide(theirs, area)
    yield from people.of_own(user, area)
