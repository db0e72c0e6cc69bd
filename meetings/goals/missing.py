"""Consents to goals that are missing, and since when each partner is asked for them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from meetings.goals.consents import ANSWERABLE
from meetings.goals.locking import zones_of
from meetings.models import Goal, GoalConsent, GoalPartner, SharedPlan
from partners.models import Partnership


@dataclass(frozen=True)
class Missing:
    """The goals of a plan that a partner carries, was asked for on one day, and has not answered as they are now."""

    plan: SharedPlan
    partnership: Partnership
    goals: list[Goal]
    asked_at: datetime
    asked_on: date  # where the plan is


def missing_consents(at: datetime) -> Iterator[Missing]:
    """Yield the missing consents to goals that partners pursue, or are to pursue; two queries, however many.

    A plan that has ended, or whose last day has passed, needs none.
    """
    rows = list(_unanswered().order_by("goal__plan", "partnership", "goal__position", "pk"))
    zones = zones_of({row.goal.plan for row in rows})
    found: dict[tuple[int, int, date], list[Any]] = {}
    for row in rows:
        plan, asked = row.goal.plan, [each for each in (row.opened_at, row.carried_at, row.stated_at) if each]
        zone = zones[plan.pk]
        if asked and at.astimezone(zone).date() <= plan.last_on:
            row.asked_at = max(asked)
            key = (plan.pk, row.partnership_id, row.asked_at.astimezone(zone).date())
            found.setdefault(key, []).append(row)
    for (_plan, _partner, day), same in found.items():
        first = same[0]
        yield Missing(
            first.goal.plan, first.partnership, [row.goal for row in same], min(row.asked_at for row in same), day
        )


def _unanswered() -> QuerySet[Any, Any]:
    """Return who carries goals and has not answered them, with the times from which the history knows that.

    ``opened_at`` is when the plan was opened, ``carried_at`` when the partner began to carry the goal, ``stated_at``
    when the goal got its version.
    """
    answers = GoalConsent.objects.filter(
        goal=OuterRef("goal"), partnership=OuterRef("partnership"), version=OuterRef("goal__version")
    )
    plans, links, goals = _events(SharedPlan), _events(GoalPartner), _events(Goal)
    drafts = plans.filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__gt=OuterRef("pgh_id"), status="draft")
    opened = plans.filter(~Exists(drafts), pgh_obj_id=OuterRef("goal__plan")).exclude(status="draft")
    carried = links.filter(pgh_obj_id=OuterRef("pk"), pgh_label="insert")
    stated = goals.filter(pgh_obj_id=OuterRef("goal"), version=OuterRef("goal__version"))
    here = Q(goal__plan__area=None) | Q(goal__plan__area__archived_at=None)
    rows: QuerySet[Any, Any] = GoalPartner.objects.filter(
        ~Exists(answers), here, partnership__archived_at=None, goal__archived_at=None,
        goal__phase=Goal.Phase.PURSUED, goal__plan__archived_at=None, goal__plan__status__in=ANSWERABLE,
    )  # fmt: skip
    return rows.annotate(opened_at=_first(opened), carried_at=_first(carried), stated_at=_first(stated)).select_related(
        "goal__plan__area__state", "goal__plan__state", "partnership__organization"
    )


def _events(model: Any) -> QuerySet[Any, Any]:
    events: QuerySet[Any, Any] = model.pgh_event_model.objects.all()
    return events


def _first(events: QuerySet[Any, Any]) -> Subquery:
    return Subquery(events.order_by("pgh_id").values("pgh_created_at")[:1])
