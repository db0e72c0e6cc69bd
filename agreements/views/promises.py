"""What each party undertakes: add, edit, remove, restore."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agreements.context import form_context, get_agreement, get_promise
from agreements.drafting import promises
from agreements.forms.promises import PromiseForm
from agreements.models import Promise
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, save_edit, say_done
from onestop.editing.versions import version_of
from onestop.ops.request_numbers import whole_number
from partners.rules import demand


@idempotent
def promise_add(request: SignedIn, pk: int) -> HttpResponse:
    """Record a promise."""
    agreement = get_agreement(request, pk)
    demand(request, "agreements.draft_agreement", agreement)
    initial = {"kind": Promise.Kind.SERVICE, "clause": whole_number(request.GET.get("clause"))}
    form = PromiseForm(request.POST or None, initial=initial, agreement=agreement)
    if form.is_bound and form.is_valid():
        promise = save(
            form, lambda: promises.add_promise(agreement, facts=form.facts, by=request.user, at=timezone.now())
        )
        if promise:
            say_done(request, _("The promise is recorded."))
            return redirect(f"{agreement.get_absolute_url()}#promises")
    context = form_context(agreement, _("Add a promise"), form, submit=_("Add promise"))
    return render(request, "layouts/form.html", context)


def promise_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Edit a promise."""
    promise = get_promise(request, pk)
    agreement = promise.agreement
    demand(request, "agreements.draft_agreement", agreement)
    form = PromiseForm(request.POST or None, initial=_facts(promise), version=version_of(promise), agreement=agreement)
    done, context = save_edit(
        form,
        lambda: promises.update_promise(
            promise, facts=form.facts, version=form.version, by=request.user, at=timezone.now()
        ),
        promise,
        lambda: _facts(get_promise(request, pk)),
    )
    if done:
        say_done(request, _("Saved."))
        return redirect(f"{agreement.get_absolute_url()}#promises")
    return render(request, "layouts/edit_form.html", context | form_context(agreement, _("Edit a promise"), form))


def _facts(promise: Promise) -> dict[str, Any]:
    links = {name: getattr(promise, f"{name}_id") for name in ("party", "clause", "service", "center")}
    return {name: getattr(promise, name) for name in ("kind", "quantity", "text")} | links


@require_POST
def promise_remove(request: SignedIn, pk: int) -> HttpResponse:
    """Remove a promise."""
    promise = get_promise(request, pk)
    demand(request, "agreements.draft_agreement", promise.agreement)
    try:
        promises.remove_promise(promise, by=request.user, at=timezone.now())
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        say_done(request, _("The promise is removed."), undo=reverse("agreements:promise_restore", args=[pk]))
    return redirect(f"{promise.agreement.get_absolute_url()}#promises")


@require_POST
def promise_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore a removed promise."""
    promise = get_promise(request, pk)
    demand(request, "agreements.draft_agreement", promise.agreement)
    try:
        promises.restore_promise(promise, by=request.user, at=timezone.now())
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        say_done(request, _("The promise is restored."))
    return redirect(f"{promise.agreement.get_absolute_url()}#promises")
