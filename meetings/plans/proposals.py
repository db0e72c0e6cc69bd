"""Proposals to plans: what partners want in a plan or changed in a goal, and what became of it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from meetings.goals.consents import plan_mail
from meetings.goals.locking import today_in
from meetings.models import PlanProposal, SharedPlan
from meetings.plans.locking import demand_under_way, lock_plan
from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.history.tracking import recorded
from onestop.notices.messages import Message
from onestop.notices.notify import notify_many
from onestop.ui.sentences import retold as _
from partners.models import Membership, Partnership, Role
from partners.notices.audiences import people_of_partners, together

PROPOSED, ANSWERED = "meetings.plan_proposed", "meetings.plan_proposal_answered"
FACTS = ("kind", "goal", "text", "reason")
Kind, Status = PlanProposal.Kind, PlanProposal.Status


class CannotPropose(Refused):
    """A proposal cannot be made or answered like this."""


@recorded
def add_proposal(
    plan: SharedPlan, *, facts: Mapping[str, Any], partnership: Partnership | None = None, by: User, at: datetime
) -> PlanProposal:
    """Propose a goal, a change of one, or a change of the plan; those who keep the plan are told.

    :raises CannotPropose: if the plan takes no proposals, or a change names no goal of the plan.
    :raises CannotChangePlan: if the plan has ended or is archived.
    """
    plan = lock_plan(plan)
    demand_under_way(plan)
    proposal = PlanProposal(
        plan=plan, partnership=partnership, name=by.name, by=by, at=at,
        **{name: facts[name] for name in FACTS if name in facts},
    )  # fmt: skip
    _demand_fitting(proposal, at)
    proposal.save()
    words = _("%(who)s proposes for “%(plan)s”: %(kind)s.")
    who = f"{by.name}, {partnership.organization.name}" if partnership else by.name
    says = words % {"who": who, "plan": plan.name, "kind": proposal.get_kind_display()}
    _tell(PROPOSED, proposal, _keepers(plan), says=says, quote=proposal.text, button=_("Answer the proposal"), at=at)
    return proposal


@recorded
def answer_proposal(proposal: PlanProposal, *, status: str, answer: str, by: User, at: datetime) -> PlanProposal:
    """Take up a proposal, or decline it with a reason; whoever proposed it is told.

    :raises CannotPropose: if it is answered or withdrawn already, or declined without a reason.
    """
    proposal = lock_proposal(proposal)
    _demand_open(proposal)
    if status not in (Status.TAKEN, Status.DECLINED):
        raise CannotPropose(_("Choose an answer."), field="status")
    if status == Status.DECLINED and not answer.strip():
        raise CannotPropose(_("Say why, so that the partner can go on with it."), field="answer")
    _close(proposal, status, answer.strip(), by, at)
    words = _("Your proposal for “%(plan)s” is taken up.")
    if status == Status.DECLINED:
        words = _("Your proposal for “%(plan)s” is not taken up.")
    people = [proposal.by] if proposal.by and proposal.by.is_active else []
    if proposal.partnership:
        people = together(people, people_of_partners([proposal.partnership])[proposal.partnership.pk])
    says = words % {"plan": proposal.plan.name}
    _tell(ANSWERED, proposal, people, says=says, quote=proposal.answer, button=_("View the plan"), at=at, by=by)
    return proposal


@recorded
def withdraw_proposal(proposal: PlanProposal, *, by: User, at: datetime) -> PlanProposal:
    """Withdraw a proposal that nobody has answered.

    :raises CannotPropose: if somebody has.
    """
    proposal = lock_proposal(proposal)
    if proposal.status == Status.WITHDRAWN:
        return proposal
    _demand_open(proposal)
    _close(proposal, Status.WITHDRAWN, "", by, at)
    return proposal


def lock_proposal(proposal: PlanProposal) -> PlanProposal:
    """Lock a proposal and return it as it is now, in the running transaction."""
    # Lock: of two who answer at once, the second sees the first answer.
    rows = PlanProposal.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("plan__area__state", "plan__state", "by", "partnership__organization").get(
        pk=proposal.pk
    )


def _close(proposal: PlanProposal, status: str, answer: str, by: User, at: datetime) -> None:
    proposal.status, proposal.answer = status, answer
    proposal.answered_by, proposal.answered_at = by, at
    proposal.save(update_fields=["status", "answer", "answered_by", "answered_at"])


def _demand_open(proposal: PlanProposal) -> None:
    if proposal.status != Status.OPEN:
        raise CannotPropose(_("This proposal is answered or withdrawn already."))


def _demand_fitting(proposal: PlanProposal, at: datetime) -> None:
    plan, goal = proposal.plan, proposal.goal
    if proposal.kind == Kind.CHANGE and goal is None:
        raise CannotPropose(_("Choose the goal that should change."), field="goal")
    if goal and (goal.plan_id != plan.pk or goal.is_archived):
        raise CannotPropose(_("This goal is not part of the plan any more."), field="goal")
    if plan.status == SharedPlan.Status.OPEN and plan.proposals_until:
        today = today_in(plan, at)
        if today > plan.proposals_until:
            raise CannotPropose(_("The time for proposals is over. Leave a comment, or call those who keep the plan."))
    if plan.status != SharedPlan.Status.OPEN and proposal.kind == Kind.PLAN:
        raise CannotPropose(_("The vision and the principles change with the next plan."), field="kind")


def _keepers(plan: SharedPlan) -> Collection[User]:
    """Return the staff of the area of a plan, or the administrators of its state."""
    where = {"role": Role.STAFF, "area": plan.area_id} if plan.area_id else {"role": Role.STATE, "state": plan.state_id}
    seats = Membership.objects.current().filter(user__is_active=True, **where).select_related("user")
    return [seat.user for seat in seats.order_by("since", "pk")]


def _tell(
    kind: str,
    proposal: PlanProposal,
    people: Collection[User],
    *,
    says: str,
    quote: str,
    button: str,
    at: datetime,
    by: User | None = None,
) -> None:
    plan = proposal.plan
    place = plan.area or plan.state
    assert place
    why = _("You keep this plan.") if kind == PROPOSED else _("You or your organization proposed it.")
    causer = by or proposal.by
    notify_many(
        [
            Message(
                kind=kind,
                key=f"{kind}:{proposal.pk}:{person.pk}",
                to=person,
                about=[plan, place],
                context=plan_mail(plan, person, says=says, quote=quote, button=button),
                why=why,
                path=f"{plan.get_absolute_url()}#proposals",
                zone=plan.area.zone if plan.area else None,
                scope=place,
            )
            for person in people
            if causer is None or person.pk != causer.pk
        ],
        at=at,
    )
