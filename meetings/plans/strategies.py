"""Strategies of goals: who does what, and from which money; and their recommended actions."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from meetings.actions.actions import add_action
from meetings.models import ActionItem, Goal, Group, PlanAction, Strategy, StrategyPartner
from meetings.plans.locking import CannotChangePlan, demand_under_way, lock_plan
from onestop.accounts.models import User
from onestop.editing.versions import apply_facts, demand_version
from onestop.history.tracking import recorded
from partners.models import Partnership

FACTS = ("name", "text", "funding", "status")
LINKS = ("partner_links",)
ACTION_FACTS = ("text", "partnership", "need", "due_on", "status", "outcome")


# ---------------------------------------------------------------- Strategies
@recorded
def add_strategy(
    goal: Goal, *, facts: Mapping[str, Any], partners: Collection[Partnership] = (), by: User | None, at: datetime
) -> Strategy:
    """Add a strategy to a goal, with the partners that carry it out.

    :raises CannotChangePlan: if the plan has ended, or the goal is archived.
    """
    demand_under_way(lock_plan(goal.plan))
    goal.refresh_from_db(fields=["archived_at"])
    if goal.is_archived:
        raise CannotChangePlan(_("This goal is archived. Restore it first."))
    last = goal.strategies.aggregate(last=Max("position"))["last"] or 0
    known = {name: facts[name] for name in FACTS if name in facts}
    strategy = Strategy.objects.create(goal=goal, position=last + 1, **known)
    _set_partners(strategy, partners)
    return strategy


@recorded
def update_strategy(
    strategy: Strategy,
    *,
    facts: Mapping[str, Any],
    partners: Collection[Partnership] | None = None,
    version: str = "",
    by: User | None,
    at: datetime,
) -> Strategy:
    """Edit a strategy: what is done, by whom, paid from what, and how it goes.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotChangePlan: if the plan has ended, or the strategy is archived.
    """
    strategy = lock_strategy(strategy)
    demand_version(strategy, LINKS, version)
    _demand_current(strategy)
    if changed := apply_facts(strategy, {name: facts[name] for name in FACTS if name in facts}):
        strategy.save(update_fields=changed)
    if partners is not None:
        _set_partners(strategy, partners)
    return strategy


@recorded
def archive_strategy(strategy: Strategy, *, by: User | None, at: datetime) -> None:
    """Archive a strategy with its actions.

    :raises CannotChangePlan: if the plan has ended.
    """
    strategy = lock_strategy(strategy)
    demand_under_way(strategy.goal.plan)
    if not strategy.is_archived:
        strategy.archived_at = at
        strategy.save(update_fields=["archived_at"])


@recorded
def restore_strategy(strategy: Strategy, *, by: User | None, at: datetime) -> None:
    """Restore an archived strategy.

    :raises CannotChangePlan: if the plan has ended.
    """
    strategy = lock_strategy(strategy)
    demand_under_way(strategy.goal.plan)
    if strategy.is_archived:
        strategy.archived_at = None
        strategy.save(update_fields=["archived_at"])


def lock_strategy(strategy: Strategy) -> Strategy:
    """Lock the plan of a strategy, and return the strategy as it is now, in the running transaction."""
    plan = lock_plan(strategy.goal.plan)
    found = Strategy.objects.select_related("goal").get(pk=strategy.pk)
    found.goal.plan = plan
    return found


def _demand_current(strategy: Strategy) -> None:
    demand_under_way(strategy.goal.plan)
    if strategy.is_archived:
        raise CannotChangePlan(_("This strategy is archived. Restore it first."))


def _set_partners(strategy: Strategy, partners: Collection[Partnership]) -> None:
    wanted = {partner.pk for partner in partners}
    known = set(strategy.partner_links.values_list("partnership", flat=True))
    strategy.partner_links.filter(partnership__in=known - wanted).delete()
    StrategyPartner.objects.bulk_create(
        StrategyPartner(strategy=strategy, partnership_id=pk) for pk in sorted(wanted - known)
    )


# ---------------------------------------------------------------- Recommended actions
@recorded
def add_plan_action(strategy: Strategy, *, facts: Mapping[str, Any], by: User | None, at: datetime) -> PlanAction:
    """Add a recommended action to a strategy; it may close a hole of the resource map.

    :raises CannotChangePlan: if the plan has ended, or the strategy is archived.
    """
    strategy = lock_strategy(strategy)
    _demand_current(strategy)
    action = PlanAction(strategy=strategy, **{name: facts[name] for name in ACTION_FACTS if name in facts})
    _demand_outcome(action)
    action.save()
    return action


@recorded
def update_plan_action(
    action: PlanAction, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> PlanAction:
    """Edit a recommended action: what, by whom, by when, and what became of it.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotChangePlan: if the plan has ended, it is archived, or it is dropped without a reason.
    """
    action = lock_plan_action(action)
    demand_version(action, (), version)
    _demand_current(action.strategy)
    if action.is_archived:
        raise CannotChangePlan(_("This action is archived. Restore it first."))
    changed = apply_facts(action, {name: facts[name] for name in ACTION_FACTS if name in facts})
    _demand_outcome(action)
    if changed:
        action.save(update_fields=changed)
    return action


@recorded
def assign_plan_action(
    action: PlanAction,
    *,
    group: Group,
    partnership: Partnership | None,
    due_on: date,
    by: User | None,
    at: datetime,
) -> ActionItem:
    """Make an action item of a group from a recommended action, which then follows it; who gets it is told.

    :raises CannotChangePlan: if it is an action item already, is not open, or the plan has ended.
    :raises CannotChangeAction: if nobody is named, the day has passed, or the group is archived.
    """
    action = lock_plan_action(action)
    _demand_current(action.strategy)
    if action.action_item_id:
        raise CannotChangePlan(_("This is an action item already."))
    if action.is_archived or action.status != PlanAction.Status.OPEN:
        raise CannotChangePlan(_("This action is not open any more."))
    facts = {
        "text": action.text, "partnership": partnership, "due_on": due_on, "serves": f"goal:{action.strategy.goal_id}",
    }  # fmt: skip
    item: ActionItem = add_action(group, facts=facts, by=by, at=at)
    action.action_item, action.due_on = item, due_on
    action.partnership = partnership or action.partnership
    action.save(update_fields=["action_item", "due_on", "partnership"])
    return item


@recorded
def archive_plan_action(action: PlanAction, *, by: User | None, at: datetime) -> None:
    """Archive a recommended action; its action item, if there is one, stays.

    :raises CannotChangePlan: if the plan has ended.
    """
    action = lock_plan_action(action)
    demand_under_way(action.strategy.goal.plan)
    if not action.is_archived:
        action.archived_at = at
        action.save(update_fields=["archived_at"])


@recorded
def restore_plan_action(action: PlanAction, *, by: User | None, at: datetime) -> None:
    """Restore an archived recommended action.

    :raises CannotChangePlan: if the plan has ended.
    """
    action = lock_plan_action(action)
    demand_under_way(action.strategy.goal.plan)
    if action.is_archived:
        action.archived_at = None
        action.save(update_fields=["archived_at"])


def lock_plan_action(action: PlanAction) -> PlanAction:
    """Lock the plan of a recommended action, and return the action as it is now, in the running transaction."""
    plan = lock_plan(action.strategy.goal.plan)
    found = PlanAction.objects.select_related("strategy__goal").get(pk=action.pk)
    found.strategy.goal.plan = plan
    return found


def _demand_outcome(action: PlanAction) -> None:
    if action.status == PlanAction.Status.DROPPED and not action.outcome:
        raise CannotChangePlan(_("Say why it is dropped."), field="outcome")
