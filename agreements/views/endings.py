"""Terminate or extend an executed agreement, and let a party leave: as recorded, or by an amendment that all sign."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agreements.context import form_context, get_agreement, get_party
from agreements.drafting import agreements
from agreements.forms.terms import EndingAmendmentForm, EndingForm, ExtensionForm
from agreements.models import Agreement
from agreements.terms import endings
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, say_done, say_refused
from partners.rules import demand


def agreement_terminate(request: SignedIn, pk: int) -> HttpResponse:
    """Record from which day on an agreement is no longer in force."""
    agreement = get_agreement(request, pk)
    demand(request, "agreements.record_terms", agreement)
    form = EndingForm(request.POST or None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        done = save(form, lambda: endings.terminate_agreement(agreement, **given, by=request.user, at=timezone.now()))
        if done:
            undo = reverse("agreements:termination_take_back", args=[pk])
            say_done(request, _("The termination is recorded."), undo=undo)
            return redirect(agreement)
    intro = _("The agreement stays on record. If it expired and needs no successor, enter the day after its last one.")
    title = _("Terminate %(number)s") % {"number": agreement.number}
    by_amendment = reverse("agreements:terminate_by_amendment", args=[pk])
    context = form_context(
        agreement, title, form, intro=intro, submit=_("Record the termination"), by_amendment=by_amendment
    )
    return render(request, "agreements/ending_form.html", context)


@require_POST
def termination_take_back(request: SignedIn, pk: int) -> HttpResponse:
    """Undo a termination that was recorded by mistake."""
    agreement = get_agreement(request, pk)
    demand(request, "agreements.record_terms", agreement)
    try:
        endings.take_back_termination(agreement, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
    else:
        say_done(request, _("The termination is removed."))
    return redirect(agreement)


def party_leave(request: SignedIn, pk: int) -> HttpResponse:
    """Record that a party left an executed agreement."""
    party = get_party(request, pk)
    agreement = party.agreement
    demand(request, "agreements.record_terms", agreement)
    form = EndingForm(request.POST or None)
    form.fields["on"].label = _("First day on which it is no longer a party")
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        if save(form, lambda: endings.record_departure(party, **given, by=request.user, at=timezone.now())):
            undo = reverse("agreements:departure_take_back", args=[pk])
            say_done(request, _("It is recorded that %(party)s left.") % {"party": party}, undo=undo)
            return redirect(f"{agreement.get_absolute_url()}#parties")
    title = _("%(party)s leaves the agreement") % {"party": party}
    by_amendment = reverse("agreements:leave_by_amendment", args=[pk])
    context = form_context(agreement, title, form, submit=_("Record the departure"), by_amendment=by_amendment)
    return render(request, "agreements/ending_form.html", context)


@require_POST
def departure_take_back(request: SignedIn, pk: int) -> HttpResponse:
    """Undo a departure that was recorded by mistake."""
    party = get_party(request, pk)
    demand(request, "agreements.record_terms", party.agreement)
    try:
        endings.take_back_departure(party, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
    else:
        say_done(request, _("%(party)s is a party again.") % {"party": party})
    return redirect(f"{party.agreement.get_absolute_url()}#parties")


@idempotent
def agreement_extend(request: SignedIn, pk: int) -> HttpResponse:
    """Begin an amendment that extends the term of an agreement."""
    agreement = get_agreement(request, pk)
    demand(request, "agreements.draft_agreement", agreement)
    if agreement.executed_on is None or agreement.kind == Agreement.Kind.AMENDMENT:
        messages.error(request, _("Only an executed agreement can be extended."))
        return redirect(agreement)
    number = agreements.next_number(agreement.area, Agreement.Kind.AMENDMENT, timezone.localdate())
    form = ExtensionForm(request.POST or None, agreement=agreement, number=number)
    if form.is_bound and form.is_valid():
        begun = save(
            form,
            lambda: agreements.begin_agreement(
                agreement.area,
                kind=Agreement.Kind.AMENDMENT,
                facts=form.facts,
                amends=agreement,
                by=request.user,
                at=timezone.now(),
            ),
        )
        if begun:
            say_done(request, _("The amendment is begun. The agreement lasts longer once the amendment is executed."))
            return redirect(begun)
    intro = _("An amendment with the same parties. It must be executed before the agreement ends.")
    title = _("Extend %(number)s") % {"number": agreement.number}
    context = form_context(agreement, title, form, intro=intro, submit=_("Begin the amendment"))
    return render(request, "layouts/form.html", context)


@idempotent
def terminate_by_amendment(request: SignedIn, pk: int) -> HttpResponse:
    """Begin an amendment by which all parties end an agreement."""
    agreement = get_agreement(request, pk)
    title = _("End of %(number)s") % {"number": agreement.number}
    return _end_by_amendment(request, agreement, title, terminates=True)


@idempotent
def leave_by_amendment(request: SignedIn, pk: int) -> HttpResponse:
    """Begin an amendment by which a party leaves an agreement."""
    party = get_party(request, pk)
    agreement = get_agreement(request, party.agreement_id)
    title = _("%(party)s leaves %(number)s") % {"party": party, "number": agreement.number}
    return _end_by_amendment(request, agreement, title, departing=party)


def _end_by_amendment(request: SignedIn, agreement: Agreement, title: str, **effect: Any) -> HttpResponse:
    demand(request, "agreements.draft_agreement", agreement)
    if agreement.status != Agreement.Status.EXECUTED or agreement.kind == Agreement.Kind.AMENDMENT:
        messages.error(request, _("Only an executed agreement can be amended."))
        return redirect(agreement)
    number = agreements.next_number(agreement.area, Agreement.Kind.AMENDMENT, timezone.localdate())
    form = EndingAmendmentForm(request.POST or None, number=number, title=title)
    if form.is_bound and form.is_valid():
        begun = save(
            form,
            lambda: agreements.begin_agreement(
                agreement.area,
                kind=Agreement.Kind.AMENDMENT,
                facts=form.facts,
                amends=agreement,
                **effect,
                by=request.user,
                at=timezone.now(),
            ),
        )
        if begun:
            say_done(request, _("The amendment is begun. It has its effect once all have signed it."))
            return redirect(begun)
    intro = _("An amendment with the same parties. What it says is recorded by itself when all have signed.")
    context = form_context(agreement, title, form, intro=intro, submit=_("Begin the amendment"))
    return render(request, "layouts/form.html", context)
