"""Proposals to change an organization with several areas: add, detail, approve, decline, withdraw."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onestop.accounts.requests import SignedIn
from onestop.comments.context import comments_context
from onestop.editing.idempotency import idempotent
from onestop.editing.saving import conflict_context, save, say_done
from onestop.editing.versions import ChangedMeanwhile, version_of
from partners.context.breadcrumbs import organization_breadcrumbs
from partners.context.lookups import enter_area_of, get_organization
from partners.context.proposals import accepted, declined, proposal_context, withdrawn
from partners.forms.organizations import OrganizationProposalForm, facts_of
from partners.forms.upkeep import DecisionForm
from partners.models import OrganizationProposal
from partners.network import organization_proposals
from partners.rules import demand, may


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
            "%(organization)s is a partner in several areas. Its organization-wide managers or the state will decide."
        )
        % {"organization": organization.name},
        "submit": _("Submit proposal"),
        "cancel_url": reverse("partners:organization_detail", args=[pk]),
    }
    return render(request, "editing/conflict_form.html", context)


def organization_proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a proposal as differences, with the decision form for those who may decide."""
    return _show(request, _find(request, pk), _form())


@require_POST
def organization_proposal_accept(request: SignedIn, pk: int) -> HttpResponse:
    """Apply the selected changes of a proposal to its organization."""
    proposal = _find(request, pk)
    demand(request, "partners.decide_organization_proposal", proposal.organization)
    if not accepted(request, proposal, _form(request.POST), organization_proposals.accept_proposal):
        return redirect("partners:organization_proposal", pk=pk)
    names = {"organization": proposal.organization.name, "proposer": proposal.proposer_name}
    say_done(request, _("%(organization)s is updated. %(proposer)s will be notified.") % names)
    return redirect("partners:organization_detail", pk=proposal.organization_id)


@require_POST
def organization_proposal_decline(request: SignedIn, pk: int) -> HttpResponse:
    """Decline a proposal with a reason, which is sent to the proposer."""
    proposal = _find(request, pk)
    demand(request, "partners.decide_organization_proposal", proposal.organization)
    form = _form(request.POST)
    if declined(request, proposal, form, organization_proposals.decline_proposal):
        names = {"organization": proposal.organization.name, "proposer": proposal.proposer_name}
        say_done(request, _("Declined. %(organization)s was not changed. %(proposer)s will be notified.") % names)
    elif form.errors:
        return _show(request, proposal, form)
    return redirect("partners:organization_proposal", pk=pk)


@require_POST
def organization_proposal_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    """Withdraw one's own proposal."""
    proposal = _find(request, pk)
    demand(request, "partners.withdraw_proposal", proposal)
    if withdrawn(request, proposal, organization_proposals.withdraw_proposal):
        say_done(request, _("Your proposal is withdrawn."))
    return redirect("partners:organization_proposal", pk=pk)


# ---------------------------------------------------------------- Shared
def _find(request: HttpRequest, pk: int) -> OrganizationProposal:
    rows = OrganizationProposal.objects.visible_to(request.user)
    proposal = get_object_or_404(rows.select_related("organization__state", "proposed_by", "decided_by"), pk=pk)
    enter_area_of(request, proposal.organization)
    return proposal


def _form(data: Any = None) -> DecisionForm:
    """Return the form of a decision; an organization has nothing else to confirm."""
    form = DecisionForm(data)
    del form.fields["confirm"]
    return form


def _show(request: HttpRequest, proposal: OrganizationProposal, form: DecisionForm) -> HttpResponse:
    organization, kind = proposal.organization, organization_proposals.KIND
    context = proposal_context(request, kind, proposal, form, decides="partners.decide_organization_proposal") | {
        "title": _("Proposed change to %(organization)s") % {"organization": organization.name},
        "crumbs": organization_breadcrumbs(organization),
        "organization": organization,
        **comments_context(request, proposal, at=timezone.now()),
    }
    return render(request, "partners/network/organization_proposal.html", context)
