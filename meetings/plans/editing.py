"""Add and edit plans, open them for proposals, end, archive and restore them. Adopting is in ``adoption``."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from meetings.goals.consents import ask_for_plan
from meetings.goals.copying import copy_goals
from meetings.goals.judging import judge_plan
from meetings.goals.locking import today_in
from meetings.models import Goal, SharedPlan
from meetings.plans.locking import CannotChangePlan, demand_current, lock_plan
from onestop.accounts.models import User
from onestop.editing.versions import apply_facts, demand_version
from onestop.history.tracking import recorded
from partners.models import LocalArea, State

FACTS = ("name", "vision", "principles", "first_on", "last_on")
LINKS = ("goals", "proposals")
Status = SharedPlan.Status


@recorded
def add_plan(
    place: LocalArea | State,
    *,
    facts: Mapping[str, Any],
    copied: Collection[Goal] = (),
    with_strategies: bool = False,
    by: User | None,
    at: datetime,
) -> SharedPlan:
    """Add the draft of a plan of an area or a state, with copies of some goals of the plan before.

    ``with_strategies`` copies what is done about these goals, too.

    :raises CannotChangePlan: if it ends before it begins.
    """
    owner = {"area": place} if isinstance(place, LocalArea) else {"state": place}
    plan = SharedPlan(**owner, **{name: facts[name] for name in FACTS if name in facts})
    _demand_period(plan)
    plan.save()
    if copied:
        copy_goals(plan, copied, with_strategies=with_strategies, by=by, at=at)
    return plan


@recorded
def update_plan(
    plan: SharedPlan, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> SharedPlan:
    """Edit the vision, principles and period of a plan.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotChangePlan: if it is adopted or archived, or ends before it begins.
    """
    plan = lock_plan(plan)
    demand_version(plan, (), version)
    demand_current(plan)
    if not plan.is_editable:
        raise CannotChangePlan(_("This plan is adopted. It stays as it was decided."))
    changed = apply_facts(plan, {name: facts[name] for name in FACTS if name in facts})
    _demand_period(plan)
    if changed:
        plan.save(update_fields=changed)
    return plan


@recorded
def open_plan(plan: SharedPlan, *, proposals_until: date | None, by: User | None, at: datetime) -> SharedPlan:
    """Open a draft: partners read it, propose changes, and are asked for their consent to goals that they carry.

    Opening a plan that is open already moves the last day of proposals, and asks nobody again.

    :raises CannotChangePlan: if it is adopted or archived, or the day has passed.
    """
    plan = lock_plan(plan)
    demand_current(plan)
    if not plan.is_editable:
        raise CannotChangePlan(_("This plan is adopted already."))
    today = today_in(plan, at)
    if proposals_until and proposals_until < today:
        raise CannotChangePlan(_("This day has passed. Enter today or a later day."), field="proposals_until")
    was_draft = plan.status == Status.DRAFT
    plan.status, plan.proposals_until = Status.OPEN, proposals_until
    plan.save(update_fields=["status", "proposals_until"])
    if was_draft:
        ask_for_plan(plan, by=by, at=at)
    return plan


@recorded
def close_plan(plan: SharedPlan, *, by: User | None, at: datetime) -> SharedPlan:
    """Make an open plan a draft again, which partners do not see; their answers and proposals stay.

    :raises CannotChangePlan: if it is adopted or archived.
    """
    plan = lock_plan(plan)
    demand_current(plan)
    if not plan.is_editable:
        raise CannotChangePlan(_("This plan is adopted already."))
    plan.status = Status.DRAFT
    plan.save(update_fields=["status"])
    return plan


@recorded
def end_plan(plan: SharedPlan, *, by: User | None, at: datetime) -> SharedPlan:
    """End an adopted plan: its goals are no longer pursued.

    :raises CannotChangePlan: if it is not adopted, or archived.
    """
    return _move(plan, Status.ADOPTED, Status.ENDED, _("Only an adopted plan can be ended."))


@recorded
def resume_plan(plan: SharedPlan, *, by: User | None, at: datetime) -> SharedPlan:
    """Go on with a plan that was ended; how its goals stand is judged anew.

    :raises CannotChangePlan: if it has not ended, or is archived.
    """
    plan = _move(plan, Status.ENDED, Status.ADOPTED, _("This plan has not ended."))
    judge_plan(plan, by=by, at=at)
    return plan


def _move(plan: SharedPlan, before: str, after: str, otherwise: str) -> SharedPlan:
    plan = lock_plan(plan)
    demand_current(plan)
    if plan.status == after:
        return plan
    if plan.status != before:
        raise CannotChangePlan(otherwise)
    plan.status = after
    plan.save(update_fields=["status"])
    return plan


@recorded
def archive_plan(plan: SharedPlan, *, by: User | None, at: datetime) -> None:
    """Archive a plan.

    :raises CannotChangePlan: if it is adopted and has not ended.
    """
    plan = lock_plan(plan)
    if plan.is_archived:
        return
    if plan.status == Status.ADOPTED:
        raise CannotChangePlan(_("Partners work on this plan. End it first."))
    plan.archived_at = at
    plan.save(update_fields=["archived_at"])


@recorded
def restore_plan(plan: SharedPlan, *, by: User | None, at: datetime) -> None:
    """Restore an archived plan."""
    plan = lock_plan(plan)
    if plan.is_archived:
        plan.archived_at = None
        plan.save(update_fields=["archived_at"])


def _demand_period(plan: SharedPlan) -> None:
    if plan.first_on >= plan.last_on:
        raise CannotChangePlan(_("The last day must be after the first day."), field="last_on")
