"""Proposals to plans: add, answer, withdraw."""

from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from meetings.context.plans import get_plan, get_proposal, plan_form_context
from meetings.forms.plans import ProposalAnswerForm, ProposalForm
from meetings.forms.strategies import partners_of_plan
from meetings.models import PlanProposal, SharedPlan
from meetings.plans import proposals
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, say_done, say_refused
from onestop.ops.request_numbers import whole_number
from partners.models import Partnership
from partners.rules import demand, may
from partners.seats import seats_of


@idempotent
def proposal_add(request: SignedIn, pk: int) -> HttpResponse:
    """Propose a goal, a change of one, or a change of the plan."""
    plan = get_plan(request, pk)
    demand(request, "meetings.propose_to_plan", plan)
    keeps = may(request.user, "meetings.keep_plan", plan)
    form = ProposalForm(
        request.POST or None,
        plan=plan,
        speakers=_speakers(request, plan, keeps=keeps),
        keeps=keeps,
        initial=_chosen(request, plan),
    )
    if form.is_bound and form.is_valid():
        facts, partner = form.facts, form.partnership
        done = save(
            form,
            lambda: proposals.add_proposal(plan, facts=facts, partnership=partner, by=request.user, at=timezone.now()),
        )
        if done:
            say_done(request, _("Your proposal is sent. Those who keep the plan answer it, and you are told."))
            return redirect(f"{plan.get_absolute_url()}#proposals")
    context = plan_form_context(plan, _("Propose a change"), form, submit=_("Send the proposal"))
    return render(request, "layouts/form.html", context)


def _chosen(request: SignedIn, plan: SharedPlan) -> dict[str, Any]:
    """Return the goal that the address names, if it is one of the plan."""
    goal = whole_number(request.GET.get("goal", ""))
    if goal and plan.goals.current().filter(pk=goal).exists():
        return {"kind": PlanProposal.Kind.CHANGE, "goal": goal}
    return {}


def _speakers(request: SignedIn, plan: SharedPlan, *, keeps: bool) -> QuerySet[Partnership]:
    """Return the partners for which a person can propose: their own, for those who keep the plan all."""
    if keeps:
        return partners_of_plan(plan)
    here = {"area": plan.area_id} if plan.area_id else {"area__state": plan.state_id}
    rows = Partnership.objects.current().filter(pk__in=seats_of(request.user).partnership_ids, **here)
    return rows.select_related("organization", "area").order_by(Lower("organization__name"), "pk")


def proposal_answer(request: SignedIn, pk: int) -> HttpResponse:
    """Take up a proposal, or decline it with a reason."""
    proposal = get_proposal(request, pk)
    plan = proposal.plan
    demand(request, "meetings.keep_plan", plan)
    form = ProposalAnswerForm(request.POST or None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        done = save(
            form,
            lambda: proposals.answer_proposal(
                proposal, status=given["status"], answer=given["answer"], by=request.user, at=timezone.now()
            ),
        )
        if done:
            say_done(request, _("Answered. Whoever proposed it is told."))
            return redirect(f"{plan.get_absolute_url()}#proposals")
    context = plan_form_context(plan, _("Answer the proposal"), form, submit=_("Send the answer"), proposal=proposal)
    return render(request, "meetings/plans/proposal_answer.html", context)


@require_POST
def proposal_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    """Withdraw a proposal that nobody has answered."""
    proposal = get_proposal(request, pk)
    demand(request, "meetings.withdraw_plan_proposal", proposal)
    try:
        proposals.withdraw_proposal(proposal, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
    else:
        say_done(request, _("The proposal is withdrawn."))
    return redirect(f"{proposal.plan.get_absolute_url()}#proposals")
