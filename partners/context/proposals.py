"""The pages on which somebody decides on a proposal, whatever it is about."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from onestop.accounts.requests import SignedIn
from onestop.editing.refusals import Refused
from onestop.editing.saving import say_refused
from partners.forms.upkeep import DecisionForm
from partners.models import Proposal
from partners.rules import may
from partners.tables.proposals import status_chip
from partners.upkeep.proposed_changes import P, ProposalKind, differences_of

Verb = Callable[..., Any]


def accepted(request: SignedIn, proposal: P, form: DecisionForm, accept: Verb, **more: Any) -> bool:
    """Approve the selected changes of a proposal; return whether it was done, and say why not."""
    form.is_valid()
    return _done(
        request,
        lambda: accept(
            proposal,
            take=request.POST.getlist("take"),
            seen={name: request.POST.get(f"seen-{name}", "") for name in proposal.after},
            answer=form.cleaned_data.get("answer", ""),
            by=request.user,
            at=timezone.now(),
            **more,
        ),
    )


def declined(request: SignedIn, proposal: P, form: DecisionForm, decline: Verb) -> bool:
    """Decline a proposal; return whether it was done. If not, the form or a message says why."""
    try:
        answer = form.cleaned_data["answer"] if form.is_valid() else ""
        decline(proposal, answer=answer, by=request.user, at=timezone.now())
    except Refused as problem:
        if problem.field and not form.errors:
            problem.show_in(form)
        if not form.errors:
            say_refused(request, problem)
        return False
    return True


def withdrawn(request: SignedIn, proposal: P, withdraw: Verb) -> bool:
    """Withdraw a proposal; return whether it was done, and say why not."""
    return _done(request, lambda: withdraw(proposal, by=request.user, at=timezone.now()))


def _done(request: HttpRequest, act: Callable[[], Any]) -> bool:
    try:
        act()
    except Refused as problem:
        say_refused(request, problem)
        return False
    return True


def proposal_context(
    request: HttpRequest, kind: ProposalKind[P], proposal: P, form: DecisionForm, *, decides: str
) -> dict[str, Any]:
    """Return what the page of a proposal shows; ``decides`` is the permission to decide."""
    is_open = proposal.status == Proposal.Status.OPEN
    differences = differences_of(kind, proposal)
    ticked = set(request.POST.getlist("take")) if form.is_bound else {
        one.name for one in differences if one.standing == "fits" or len(differences) == 1 == (one.standing == "same")
    }  # fmt: skip
    return {
        "proposal": proposal,
        "status": status_chip(proposal),
        "differences": [(one, one.name in ticked) for one in differences],
        "conflicts": sum(one.conflicts for one in differences),
        "taken": kind.labels_of(proposal.taken),
        "left": kind.labels_of(set(proposal.after) - set(proposal.taken)) if proposal.taken else [],
        "form": form,
        "may_decide": is_open and may(request.user, decides, proposal.subject),
        "may_withdraw": is_open and may(request.user, "partners.withdraw_proposal", proposal),
    }
