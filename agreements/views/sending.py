"""What the staff do with an agreement that is signed: send, take back, ask again, confirm who signs, record a scan."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agreements.context import form_context, get_agreement, get_party
from agreements.drafting import parties
from agreements.forms.signing import CoSignerForm, ScanForm, SendForm, VoidForm
from agreements.models import Agreement, FrozenDocument, SealedDocument, Sending
from agreements.models.signers import signer_of
from agreements.signing import delegations, freezing, sealing, sending, signatures
from agreements.signing_context import get_delegation, get_signature_request
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.editing.saving import save, say_done, say_refused
from onestop.files.receiving import receive_files, status_of
from onestop.ops.request_limits import takes_files
from partners.rules import demand


def send(request: SignedIn, pk: int) -> HttpResponse:
    """Show what is missing and who would sign; freeze the text and ask them."""
    agreement = get_agreement(request, pk)
    demand(request, "agreements.send_agreement", agreement)
    now = timezone.now()
    form = SendForm(request.POST or None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        sent = save(
            form,
            lambda: sending.send_for_signature(
                agreement, message=given["message"], sign_by=given["sign_by"], by=request.user, at=now
            ),
        )
        if sent:
            say_done(request, _("The text is frozen. Those who sign are asked as soon as its PDF is made."))
            return _back(agreement)
    title = _("Send for signature")
    ready = sending.readiness_of(agreement, today=now.astimezone(agreement.area.zone).date())
    context = form_context(agreement, title, form, ready=ready, submit=title)
    return render(request, "agreements/send.html", context)


def void(request: SignedIn, pk: int) -> HttpResponse:
    """Take an agreement back before all have signed, with the reason."""
    agreement = get_agreement(request, pk)
    demand(request, "agreements.send_agreement", agreement)
    live = get_object_or_404(Sending, agreement=agreement, voided_at=None)
    form = VoidForm(request.POST or None)
    if form.is_bound and form.is_valid():
        reason = form.cleaned_data["reason"]
        done = save(form, lambda: sending.void_sending(live, reason=reason, by=request.user, at=timezone.now()))
        if done:
            say_done(request, _("The agreement is taken back, and is in review again."))
            return _back(agreement)
    intro = _(
        "No signature on this text binds anybody then. Signatures stay on record. You can change the draft and send it "
        "again: all parties sign anew."
    )
    title = _("Take back %(number)s") % {"number": agreement.number}
    return render(
        request, "layouts/form.html", form_context(agreement, title, form, intro=intro, submit=_("Take back"))
    )


@require_POST
def ask_again(request: SignedIn, pk: int) -> HttpResponse:
    """Write once more to whoever is to sign."""
    asked = get_signature_request(request, pk)
    demand(request, "agreements.send_agreement", asked.agreement)
    try:
        link = signatures.ask_again(asked, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
    else:
        say_done(request, _("%(name)s is asked by email.") % {"name": link.name})
    return _back(asked.agreement)


@takes_files
def scan(request: SignedIn, pk: int) -> HttpResponse:
    """Record a signature on paper."""
    asked = get_signature_request(request, pk)
    agreement = asked.agreement
    demand(request, "agreements.send_agreement", agreement)
    now = timezone.now()
    form = ScanForm(request.POST or None, request.FILES or None, initial=_from_office(request, asked))
    receive_files(request, form, at=now)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        signature = save(
            form,
            lambda: signatures.record_scan(
                asked, name=given["name"], signed_on=given["signed_on"], scan=given["scan"], by=request.user, at=now
            ),
        )
        if signature:
            say_done(request, _("The signature of %(name)s is recorded.") % {"name": given["name"]})
            return _back(agreement)
    title = _("Record a signature on paper")
    intro = f"{asked}."
    context = form_context(agreement, title, form, intro=intro, submit=_("Record the signature"))
    return render(request, "layouts/form.html", context, status=status_of(form))


def _from_office(request: SignedIn, asked: Any) -> dict[str, Any]:
    signer = signer_of(asked, at=timezone.now())
    return {"name": signer.name if signer else ""}


@require_POST
def delegation_decide(request: SignedIn, pk: int) -> HttpResponse:
    """Confirm that another person signs, or refuse it."""
    delegation = get_delegation(request, pk)
    demand(request, "agreements.send_agreement", delegation.agreement)
    confirmed = request.POST.get("answer") == "confirm"
    try:
        delegations.decide_delegation(delegation, confirmed=confirmed, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
    else:
        words = _("%(name)s is asked to sign.") if confirmed else _("%(name)s does not sign.")
        say_done(request, words % {"name": delegation.name})
    return _back(delegation.agreement)


# ---------------------------------------------------------------- Documents that failed
@require_POST
def freeze_again(request: SignedIn, pk: int) -> HttpResponse:
    """Make the PDF of the frozen text once more."""
    return _again(request, pk, FrozenDocument, freezing.freeze_again)


@require_POST
def seal_again(request: SignedIn, pk: int) -> HttpResponse:
    """Make the executed file once more."""
    return _again(request, pk, SealedDocument, sealing.seal_again)


def _again(request: SignedIn, pk: int, model: type[Any], verb: Callable[..., None]) -> HttpResponse:
    agreement = get_agreement(request, pk)
    demand(request, "agreements.send_agreement", agreement)
    document = get_object_or_404(model, sending__agreement=agreement, sending__voided_at=None)
    try:
        verb(document, by=request.user, at=timezone.now())
    except Refused as problem:
        messages.error(request, str(problem))
    return _back(agreement)


# ---------------------------------------------------------------- Further signatories
@idempotent
def co_signer_add(request: SignedIn, pk: int) -> HttpResponse:
    """Let a further office sign for a party."""
    party = get_party(request, pk)
    demand(request, "agreements.draft_agreement", party.agreement)
    form = CoSignerForm(request.POST or None, party=party)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        added = save(
            form,
            lambda: parties.add_co_signer(
                party, office=given["office"], turn=given["turn"], by=request.user, at=timezone.now()
            ),
        )
        if added:
            say_done(request, _("%(office)s also signs for %(party)s.") % {"office": given["office"], "party": party})
            return redirect(f"{party.agreement.get_absolute_url()}#parties")
    title = _("Add a signatory for %(party)s") % {"party": party}
    context = form_context(party.agreement, title, form, submit=_("Add signatory"))
    return render(request, "layouts/form.html", context)


@require_POST
def co_signer_remove(request: SignedIn, pk: int, further: int) -> HttpResponse:
    """Let an office no longer sign for a party."""
    party = get_party(request, pk)
    demand(request, "agreements.draft_agreement", party.agreement)
    row = get_object_or_404(party.co_signers.select_related("party__agreement", "office"), pk=further)
    try:
        parties.remove_co_signer(row, by=request.user, at=timezone.now())
    except Refused as problem:
        say_refused(request, problem)
    else:
        say_done(request, _("%(office)s no longer signs for %(party)s.") % {"office": row.office, "party": party})
    return redirect(f"{party.agreement.get_absolute_url()}#parties")


def _back(agreement: Agreement) -> HttpResponse:
    return redirect(f"{reverse('agreements:agreement_detail', args=[agreement.pk])}#signatures")
