"""A hole of the resource map becomes a recommended action of the plan."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from meetings.models import Need, PlanAction, SharedPlan, Strategy
from meetings.needs.needs import CannotKeepNeed, demand_current, demand_no_customer, lock_need
from onestop.accounts.models import User
from onestop.history.tracking import recorded
from partners.models import LocalArea, Partnership


def strategies_of(area: LocalArea) -> Any:
    """Return the strategies of an area's plans to which actions can be added."""
    rows = Strategy.objects.current().filter(goal__archived_at=None, goal__plan__area=area)
    return rows.filter(goal__plan__archived_at=None).exclude(goal__plan__status=SharedPlan.Status.ENDED)


@recorded
def recommend_action(
    need: Need,
    strategy: Strategy,
    *,
    text: str,
    partnership: Partnership | None = None,
    due_on: date | None = None,
    by: User | None,
    at: datetime,
) -> PlanAction:
    """Add an action that is to close the hole of a need to a strategy of the plan.

    :raises CannotKeepNeed: if the need was removed, the strategy or partner is of another area or has ended, there is
        no text, or the strategy has the same open action for the need already.
    """
    need = lock_need(need)
    demand_current(need)
    if not strategies_of(need.area).filter(pk=strategy.pk).exists():
        raise CannotKeepNeed(_("Choose a strategy of a plan of this area."), field="strategy")
    if partnership and not Partnership.objects.current().filter(pk=partnership.pk, area=need.area_id).exists():
        raise CannotKeepNeed(_("Choose a partner of this area."), field="partnership")
    if not text.strip():
        raise CannotKeepNeed(_("Enter what is to be done."), field="text")
    demand_no_customer("text", text)
    same = PlanAction.objects.current().filter(need=need, strategy=strategy, text__iexact=text, status="open")
    if same.exists():
        raise CannotKeepNeed(_("The plan has this action already."), field="text")
    return PlanAction.objects.create(strategy=strategy, need=need, text=text, partnership=partnership, due_on=due_on)
