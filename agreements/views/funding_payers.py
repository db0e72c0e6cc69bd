"""Partners that pay by a budget: add many at once, edit, remove, restore."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from agreements.forms.funding_payers import AddPayersForm, PayerForm, amount_field
from agreements.funding import payers as verbs
from agreements.funding_context import get_budget, get_payer, move_part, setup_form, setup_url
from agreements.models import Payer
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.saving import save, save_edit, say_done
from onestop.editing.versions import version_of
from partners.rules import demand

KEEP = "agreements.keep_budget"
PAYERS = "payers"


@idempotent
def payer_add(request: SignedIn, pk: int) -> HttpResponse:
    """Add partners that pay, many at once."""
    budget = get_budget(request, pk)
    demand(request, KEEP, budget.agreement)
    form = AddPayersForm(request.POST or None, budget=budget)
    if form.is_bound and form.is_valid():
        chosen = list(form.cleaned_data["partnerships"])
        added = save(
            form, lambda: verbs.add_payers(budget, partnerships=chosen, by=request.user, at=timezone.now())
        )  # fmt: skip
        if added:
            words = ngettext("%(n)s partner is added.", "%(n)s partners are added.", len(added))
            say_done(request, words % {"n": len(added)})
            return redirect(setup_url(budget, PAYERS))
    intro = ""
    if not form.fields["partnerships"].queryset.exists():  # type: ignore[attr-defined]
        intro = _("Every partner that is a party of the agreement pays already. Add further parties to the agreement.")
    context = setup_form(budget, _("Add partners that pay"), form, PAYERS, submit=_("Add partners"), intro=intro)
    return render(request, "layouts/form.html", context)


def payer_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Edit when and where a partner pays, or what was negotiated with it."""
    payer = get_payer(request, pk)
    demand(request, KEEP, payer.agreement)
    is_native = bool(verbs.carries_native_american_program([payer]))
    form = PayerForm(
        request.POST or None,
        initial=_facts(payer),
        version=version_of(payer, verbs.LINKS),
        payer=payer,
        asks_amounts=payer.is_negotiated or is_native,
    )
    done, context = save_edit(
        form,
        lambda: verbs.update_payer(
            payer,
            facts=form.facts,
            centers=list(form.cleaned_data["centers"]),
            amounts=form.amounts,
            version=form.version,
            by=request.user,
            at=timezone.now(),
        ),
        payer,
        lambda: _facts(get_payer(request, pk)),
        verbs.LINKS,
    )
    if done:
        say_done(request, _("Saved."))
        return redirect(setup_url(payer.budget, PAYERS))
    context |= setup_form(payer.budget, _("Edit %(partner)s") % {"partner": payer}, form, PAYERS)
    return render(request, "agreements/funding/payer_form.html", context | {"is_native": is_native})


def _facts(payer: Payer) -> dict[str, Any]:
    facts: dict[str, Any] = {name: getattr(payer, name) for name in verbs.FACTS}
    facts["centers"] = list(payer.centers.values_list("center", flat=True))
    amounts = {amount_field(pool): amount for pool, amount in payer.negotiated.values_list("pool", "amount")}
    return facts | amounts


@require_POST
def payer_remove(request: SignedIn, pk: int) -> HttpResponse:
    """Remove a partner from a budget."""
    payer = get_payer(request, pk)
    undo = reverse("agreements:payer_restore", args=[pk])
    return move_part(
        request,
        payer.budget,
        lambda: verbs.remove_payer(payer, by=request.user, at=timezone.now()),
        _("The partner is removed."),
        PAYERS,
        undo,
    )


@require_POST
def payer_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Restore a removed partner."""
    payer = get_payer(request, pk)
    return move_part(
        request,
        payer.budget,
        lambda: verbs.restore_payer(payer, by=request.user, at=timezone.now()),
        _("The partner is restored."),
        PAYERS,
    )
