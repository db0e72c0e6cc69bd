"""Proposals to change a service: list, add, detail, approve, decline, withdraw."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onestop.accounts.requests import SignedIn
from onestop.comments.context import comments_context
from onestop.editing.idempotency import idempotent
from onestop.editing.saving import conflict_context, save, say_done
from onestop.editing.versions import ChangedMeanwhile, version_of
from onestop.ui.lists import list_page
from partners.context.breadcrumbs import service_breadcrumbs
from partners.context.lookups import get_proposal, get_service
from partners.context.notice_log import notice_log
from partners.context.proposals import accepted, declined, proposal_context, withdrawn
from partners.filters.proposals import ProposalFilters
from partners.forms.upkeep import DecisionForm, ProposalForm
from partners.models import Proposal
from partners.network.current_area import enter_area
from partners.rules import demand, may
from partners.tables.proposals import ProposalTable
from partners.upkeep import services
from partners.upkeep.proposals import KIND, accept_proposal, decline_proposal, propose_change, withdraw_proposal


def proposal_list(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Show the proposals of an area that the person may see."""
    area = enter_area(request, slug)
    seen = Proposal.objects.visible_to(request.user).filter(service__partnership__area=area)
    return list_page(
        request,
        key=f"proposals:{area.slug}",
        title=_("Proposed changes"),
        queryset=seen.select_related("service__partnership__organization").order_by("-proposed_at"),
        filters=ProposalFilters,
        table=ProposalTable,
        template="partners/upkeep/proposal_list.html",
        context={"area": area, "waiting": seen.open().count()},
        area=area,
    )


@idempotent
def proposal_add(request: SignedIn, pk: int) -> HttpResponse:
    """Propose a change to a service; redirect those who may edit it to its form."""
    service = get_service(request, pk)
    if may(request.user, "partners.edit_service", service):
        return redirect("partners:service_edit", pk=pk)
    demand(request, "partners.propose_change", service)
    form = ProposalForm(
        request.POST or None,
        initial=services.facts_of(service),
        version=version_of(service, services.SERVICE_LINKS),
        partnership=service.partnership,
    )
    context: dict[str, Any] = {}
    if form.is_bound and form.is_valid():
        try:
            proposal = save(
                form,
                lambda: propose_change(
                    service,
                    facts=form.facts,
                    note=form.cleaned_data["note"],
                    version=form.version,
                    by=request.user,
                    at=timezone.now(),
                ),
            )
        except ChangedMeanwhile:
            saved = services.facts_of(get_service(request, pk))
            proposal, context = None, conflict_context(form, service, services.SERVICE_LINKS, saved)
        if proposal:
            say_done(request, _("Proposal submitted. You will get an email with the decision."))
            return redirect("partners:proposal_detail", pk=proposal.pk)
    context |= {
        "title": _("Propose a change to %(service)s") % {"service": service.name},
        "crumbs": service_breadcrumbs(service),
        "here": _("Propose a change"),
        "service": service,
        "partnership": service.partnership,
        "form": form,
        "cancel_url": reverse("partners:service_detail", args=[pk]),
    }
    return render(request, "partners/upkeep/proposal_form.html", context)


def proposal_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a proposal as differences, with the decision form for those who may decide."""
    return _show(request, get_proposal(request, pk), DecisionForm())


@require_POST
def proposal_accept(request: SignedIn, pk: int) -> HttpResponse:
    """Apply the selected changes of a proposal to its service."""
    proposal = get_proposal(request, pk)
    demand(request, "partners.decide_proposal", proposal.service)
    form = DecisionForm(request.POST)
    confirm = "confirm" in request.POST
    if not accepted(request, proposal, form, accept_proposal, confirm=confirm):
        return redirect("partners:proposal_detail", pk=pk)
    names = {"service": proposal.service.name, "proposer": proposal.proposer_name}
    if confirm:
        say_done(request, _("%(service)s is updated and confirmed. %(proposer)s will be notified.") % names)
    else:
        say_done(request, _("%(service)s is updated. %(proposer)s will be notified.") % names)
    return redirect("partners:service_detail", pk=proposal.service_id)


@require_POST
def proposal_decline(request: SignedIn, pk: int) -> HttpResponse:
    """Decline a proposal with a reason, which is sent to the proposer."""
    proposal = get_proposal(request, pk)
    demand(request, "partners.decide_proposal", proposal.service)
    form = DecisionForm(request.POST)
    if declined(request, proposal, form, decline_proposal):
        names = {"service": proposal.service.name, "proposer": proposal.proposer_name}
        say_done(request, _("Declined. %(service)s was not changed. %(proposer)s will be notified.") % names)
    elif form.errors:
        return _show(request, proposal, form)
    return redirect("partners:proposal_detail", pk=pk)


@require_POST
def proposal_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    """Withdraw one's own proposal."""
    proposal = get_proposal(request, pk)
    demand(request, "partners.withdraw_proposal", proposal)
    if withdrawn(request, proposal, withdraw_proposal):
        say_done(request, _("Your proposal is withdrawn."))
    return redirect("partners:proposal_detail", pk=pk)


# ---------------------------------------------------------------- Shared


def _show(request: HttpRequest, proposal: Proposal, form: DecisionForm) -> HttpResponse:
    area = proposal.service.partnership.area
    context = proposal_context(request, KIND, proposal, form, decides="partners.decide_proposal") | {
        "title": _("Proposed change to %(service)s") % {"service": proposal.service.name},
        "crumbs": [(_("Proposed changes"), reverse("partners:proposal_list", args=[area.slug]))],
        "service": proposal.service,
        **notice_log(request, proposal, area=area),
        **comments_context(request, proposal, at=timezone.now()),
    }
    return render(request, "partners/upkeep/proposal_detail.html", context)
