"""The parties of an agreement: add, edit, remove, restore."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agreements.context import form_context, get_agreement, get_party
from agreements.drafting import parties
from agreements.forms.parties import PartyForm
from agreements.models import Party
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, save_edit, say_done
from onestop.editing.versions import version_of
from partners.rules import demand


@idempotent
def party_add(request: SignedIn, pk: int) -> HttpResponse:
    """Add a party."""
    agreement = get_agreement(request, pk)
    demand(request, "agreements.draft_agreement", agreement)
    form = PartyForm(request.POST or None, initial={"kind": Party.Kind.PARTNER}, agreement=agreement)
    if form.is_bound and form.is_valid():
        party = save(form, lambda: parties.add_party(agreement, facts=form.facts, by=request.user, at=timezone.now()))
        if party:
            say_done(request, _("%(party)s is a party.") % {"party": party})
            return redirect(f"{agreement.get_absolute_url()}#parties")
    context = form_context(agreement, _("Add a party"), form, submit=_("Add party"))
    return render(request, "layouts/form.html", context)


def party_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Edit a party."""
    party = get_party(request, pk)
    agreement = party.agreement
    demand(request, "agreements.draft_agreement", agreement)
    form = PartyForm(request.POST or None, initial=_facts(party), version=version_of(party), agreement=agreement)
    done, context = save_edit(
        form,
        lambda: parties.update_party(party, facts=form.facts, version=form.version, by=request.user, at=timezone.now()),
        party,
        lambda: _facts(get_party(request, pk)),
    )
    if done:
        say_done(request, _("Saved."))
        return redirect(f"{agreement.get_absolute_url()}#parties")
    title = _("Edit %(name)s") % {"name": party}
    return render(request, "layouts/edit_form.html", context | form_context(agreement, title, form))


def _facts(party: Party) -> dict[str, Any]:
    return {
        "kind": party.kind,
        "partnership": party.partnership_id,
        "name": party.name,
        "office": party.office_id,
        "presence": party.presence,
        "effective_on": party.effective_on,
    }


@require_POST
def party_remove(request: SignedIn, pk: int) -> HttpResponse:
    """Remove a party."""
    party = get_party(request, pk)
    demand(request, "agreements.draft_agreement", party.agreement)
    try:
        parties.remove_party(party, by=request.user, at=timezone.now())
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        undo = reverse("agreements:party_restore", args=[pk])
        say_done(request, _("%(party)s is no longer a party.") % {"party": party}, undo=undo)
    return redirect(f"{party.agreement.get_absolute_url()}#parties")


@require_POST
def party_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore a removed party."""
    party = get_party(request, pk)
    demand(request, "agreements.draft_agreement", party.agreement)
    try:
        parties.restore_party(party, by=request.user, at=timezone.now())
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        say_done(request, _("%(party)s is a party again.") % {"party": party})
    return redirect(f"{party.agreement.get_absolute_url()}#parties")
