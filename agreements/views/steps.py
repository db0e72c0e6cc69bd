"""The way to signature: approvals of the parties, and the record of negotiations."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agreements.context import form_context, get_agreement, get_negotiation, get_step
from agreements.drafting import approvals, negotiations
from agreements.forms.steps import NegotiationForm, StepForm
from agreements.models import Agreement, ApprovalStep, NegotiationEntry
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, save_edit, say_done
from onestop.editing.versions import version_of
from partners.rules import demand


# ---------------------------------------------------------------- Approvals
@idempotent
def step_add(request: SignedIn, pk: int) -> HttpResponse:
    """Add an approval that a party needs."""
    agreement = get_agreement(request, pk)
    demand(request, "agreements.draft_agreement", agreement)
    form = StepForm(request.POST or None, agreement=agreement)
    if form.is_bound and form.is_valid():
        step = save(form, lambda: approvals.add_step(agreement, facts=form.facts, by=request.user, at=timezone.now()))
        if step:
            say_done(request, _("The approval is added."))
            return _back(agreement, "path")
    context = form_context(agreement, _("Add an approval"), form, submit=_("Add approval"))
    return render(request, "layouts/form.html", context)


def step_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Edit an approval, or record that it was given."""
    step = get_step(request, pk)
    agreement = step.agreement
    demand(request, "agreements.draft_agreement", agreement)
    form = StepForm(request.POST or None, initial=_step_facts(step), version=version_of(step), agreement=agreement)
    done, context = save_edit(
        form,
        lambda: approvals.update_step(step, facts=form.facts, version=form.version, by=request.user, at=timezone.now()),
        step,
        lambda: _step_facts(get_step(request, pk)),
    )
    if done:
        say_done(request, _("Saved."))
        return _back(agreement, "path")
    title = _("Edit %(name)s") % {"name": step.name}
    return render(request, "layouts/edit_form.html", context | form_context(agreement, title, form))


def _step_facts(step: ApprovalStep) -> dict[str, Any]:
    return {name: getattr(step, name) for name in approvals.FACTS if name != "party"} | {"party": step.party_id}


@require_POST
def step_remove(request: SignedIn, pk: int) -> HttpResponse:
    """Remove an approval."""
    step = get_step(request, pk)
    demand(request, "agreements.draft_agreement", step.agreement)
    try:
        approvals.remove_step(step, by=request.user, at=timezone.now())
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        undo = reverse("agreements:step_restore", args=[pk])
        say_done(request, _("“%(approval)s” is removed.") % {"approval": step.name}, undo=undo)
    return _back(step.agreement, "path")


@require_POST
def step_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore a removed approval."""
    step = get_step(request, pk)
    demand(request, "agreements.draft_agreement", step.agreement)
    try:
        approvals.restore_step(step, by=request.user, at=timezone.now())
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        say_done(request, _("“%(approval)s” is restored.") % {"approval": step.name})
    return _back(step.agreement, "path")


# ---------------------------------------------------------------- Negotiations
@idempotent
def negotiation_add(request: SignedIn, pk: int) -> HttpResponse:
    """Record an attempt to reach an agreement."""
    agreement = get_agreement(request, pk)
    demand(request, "agreements.draft_agreement", agreement)
    form = NegotiationForm(request.POST or None, initial={"happened_on": timezone.localdate()}, agreement=agreement)
    if form.is_bound and form.is_valid():
        entry = save(
            form, lambda: negotiations.add_entry(agreement, facts=form.facts, by=request.user, at=timezone.now())
        )
        if entry:
            say_done(request, _("Recorded."))
            return _back(agreement, "negotiations")
    context = form_context(agreement, _("Record a negotiation"), form, submit=_("Record"))
    return render(request, "layouts/form.html", context)


def negotiation_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Edit an entry of the record."""
    entry = get_negotiation(request, pk)
    agreement = entry.agreement
    form = NegotiationForm(
        request.POST or None, initial=_entry_facts(entry), version=version_of(entry), agreement=agreement
    )
    done, context = save_edit(
        form,
        lambda: negotiations.update_entry(
            entry, facts=form.facts, version=form.version, by=request.user, at=timezone.now()
        ),
        entry,
        lambda: _entry_facts(get_negotiation(request, pk)),
    )
    if done:
        say_done(request, _("Saved."))
        return _back(agreement, "negotiations")
    return render(request, "layouts/edit_form.html", context | form_context(agreement, _("Edit a negotiation"), form))


def _entry_facts(entry: NegotiationEntry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in negotiations.FACTS if name != "party"} | {"party": entry.party_id}


@require_POST
def negotiation_remove(request: SignedIn, pk: int) -> HttpResponse:
    """Remove an entry of the record."""
    entry = get_negotiation(request, pk)
    negotiations.remove_entry(entry, by=request.user, at=timezone.now())
    say_done(request, _("The entry is removed."), undo=reverse("agreements:negotiation_restore", args=[pk]))
    return _back(entry.agreement, "negotiations")


@require_POST
def negotiation_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore a removed entry."""
    entry = get_negotiation(request, pk)
    negotiations.restore_entry(entry, by=request.user, at=timezone.now())
    say_done(request, _("The entry is restored."))
    return _back(entry.agreement, "negotiations")


def _back(agreement: Agreement, part: str) -> HttpResponse:
    return redirect(f"{agreement.get_absolute_url()}#{part}")
