"""Proposals to change an organization with several areas: add, detail, approve, decline, withdraw."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import conflict_context, save, say_done
from onestop.editing.versions import ChangedMeanwhile, version_of
from partners.context.breadcrumbs import organization_breadcrumbs
from partners.context.lookups import enter_area_of, get_organization
from partners.forms.organizations import OrganizationProposalForm, facts_of
from partners.forms.upkeep import DecisionForm
from partners.models import OrganizationProposal
from partners.network import organization_proposals
from partners.network.partnerships import ORGANIZATION_FACTS
from partners.rules import demand, may
from partners.tables.proposals import status_chip
from partners.upkeep.proposals import CannotDecide, differences_of


@idempotent
def organization_propose(request: SignedIn, pk: int) -> HttpResponse:
    """Propose a change to an organization; redirect those who may edit it to its form."""
    organization = get_organization(request, pk)
    if may(request.user, "partners.edit_organization", organization):
        return redirect("partners:organization_edit", pk=pk)
    demand(request, "partners.propose_organization_change", organization)
    form = OrganizationProposalForm(
        request.POST or None, initial=facts_of(organization), version=version_of(organization)
    )
    context: dict[str, Any] = {}
    if form.is_bound and form.is_valid():
        try:
            proposal = save(
                form,
                lambda: organization_proposals.propose_change(
                    organization,
                    facts=form.facts,
                    note=form.cleaned_data["note"],
                    version=form.version,
                    by=request.user,
                    at=timezone.now(),
                ),
            )
        except ChangedMeanwhile:
            saved = facts_of(get_organization(request, pk))
            proposal, context = None, conflict_context(form, organization, (), saved)
        if proposal:
            say_done(request, _("Proposal submitted. You will get an email with the decision."))
            return redirect("partners:organization_proposal", pk=proposal.pk)
    context |= {
        "title": _("Propose a change to %(organization)s") % {"organization": organization.name},
        "crumbs": organization_breadcrumbs(organization),
        "here": _("Propose a change"),
        "form": form,
        "intro": _(
            "%(organization)s is a partner in several areas. Its organization-wide managers or the state decide on "
            "your proposal."
        )
        % {"organization": organization.name},
        "submit": _("Submit proposal"),
        "cancel_url": reverse("partners:organization_detail", args=[pk]),
    }
    return render(request, "editing/conflict_form.html", context)


def organization_proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a proposal as differences, with the decision form for those who may decide."""
    return _show(request, _find(request, pk), DecisionForm())


@require_POST
def organization_proposal_accept(request: SignedIn, pk: int) -> HttpResponse:
    """Apply the selected changes of a proposal to its organization."""
    proposal = _find(request, pk)
    demand(request, "partners.decide_organization_proposal", proposal.organization)
    form = DecisionForm(request.POST)
    form.is_valid()
    try:
        organization_proposals.accept_proposal(
            proposal,
            take=request.POST.getlist("take"),
            seen={name: request.POST.get(f"seen-{name}", "") for name in proposal.after},
            answer=form.cleaned_data.get("answer", ""),
            by=request.user,
            at=timezone.now(),
        )
    except Refused as problem:
        messages.error(request, str(problem))
        return redirect("partners:organization_proposal", pk=pk)
    names = {"organization": proposal.organization.name, "proposer": proposal.proposer_name}
    say_done(request, _("%(organization)s is updated. %(proposer)s will be notified.") % names)
    return redirect("partners:organization_detail", pk=proposal.organization_id)


@require_POST
def organization_proposal_decline(request: SignedIn, pk: int) -> HttpResponse:
    """Decline a proposal with a reason, which is sent to the proposer."""
    proposal = _find(request, pk)
    demand(request, "partners.decide_organization_proposal", proposal.organization)
    form = DecisionForm(request.POST)
    try:
        answer = form.cleaned_data["answer"] if form.is_valid() else ""
        organization_proposals.decline_proposal(proposal, answer=answer, by=request.user, at=timezone.now())
    except CannotDecide as problem:
        if problem.field and not form.errors:
            problem.show_in(form)
        if form.errors:
            return _show(request, proposal, form)
        messages.error(request, str(problem))
    else:
        names = {"organization": proposal.organization.name, "proposer": proposal.proposer_name}
        say_done(request, _("Declined. %(organization)s was not changed. %(proposer)s will be notified.") % names)
    return redirect("partners:organization_proposal", pk=pk)


@require_POST
def organization_proposal_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    """Withdraw one's own proposal."""
    proposal = _find(request, pk)
    demand(request, "partners.withdraw_proposal", proposal)
    try:
        organization_proposals.withdraw_proposal(proposal, by=request.user, at=timezone.now())
    except CannotDecide as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("Your proposal is withdrawn."))
    return redirect("partners:organization_proposal", pk=pk)


# ---------------------------------------------------------------- Shared
def _find(request: HttpRequest, pk: int) -> OrganizationProposal:
    rows = OrganizationProposal.objects.visible_to(request.user)
    proposal = get_object_or_404(rows.select_related("organization__state", "proposed_by", "decided_by"), pk=pk)
    enter_area_of(request, proposal.organization)
    return proposal


def _show(request: HttpRequest, proposal: OrganizationProposal, form: DecisionForm) -> HttpResponse:
    del form.fields["confirm"]
    organization, is_open = proposal.organization, proposal.status == OrganizationProposal.Status.OPEN
    differences = differences_of(proposal, ORGANIZATION_FACTS)
    context = {
        "title": _("Proposed change to %(organization)s") % {"organization": organization.name},
        "crumbs": organization_breadcrumbs(organization),
        "proposal": proposal,
        "organization": organization,
        "status": status_chip(proposal),
        "differences": [(one, one.standing == "fits") for one in differences],
        "conflicts": sum(one.conflicts for one in differences),
        "taken": organization_proposals.labels_of(proposal.taken),
        "form": form,
        "may_decide": is_open and may(request.user, "partners.decide_organization_proposal", organization),
        "may_withdraw": is_open and may(request.user, "partners.withdraw_proposal", proposal),
    }
    return render(request, "partners/network/organization_proposal.html", context)
