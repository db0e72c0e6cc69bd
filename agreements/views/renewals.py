"""Renew an agreement: its plan, counted backwards from its last day, and the start of its successor."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.context import form_context, get_agreement
from agreements.drafting.agreements import next_number
from agreements.forms.agreements import RenewForm
from agreements.renewal import starting
from agreements.renewal.plans import plan_of
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.saving import save, say_done
from partners.rules import demand


@idempotent
def renew(request: SignedIn, pk: int) -> HttpResponse:
    """Show the plan, and start the renewal: a copy that succeeds the agreement, with its approvals planned."""
    agreement = get_agreement(request, pk)
    demand(request, "agreements.begin_agreement", agreement)
    now = timezone.now()
    today = now.astimezone(agreement.area.zone).date()
    initial: dict[str, Any] = {"number": next_number(agreement.area, agreement.kind, today), "title": agreement.title}
    initial |= starting.dates_after(agreement)
    form = RenewForm(request.POST or None, initial=initial, kind=agreement.kind)
    if form.is_bound and form.is_valid():
        begun = save(form, lambda: starting.start_renewal(agreement, facts=form.facts, by=request.user, at=now))
        if begun:
            say_done(request, _("The renewal is started. Only the staff of the area see the draft until you share it."))
            return redirect(begun)
    title = _("Renew %(number)s") % {"number": agreement.number}
    context = form_context(agreement, title, form, submit=_("Start the renewal"))
    return render(request, "agreements/renew.html", context | {"plan": plan_of(agreement, today=today)})
