"""Read and sign an agreement, signed in as the holder of an office; decline, delegate; list what waits."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.context import agreement_breadcrumbs
from agreements.forms.signing import DeclineForm, DelegateForm, SignForm
from agreements.models import Agreement, SignatureRequest
from agreements.models.signers import signer_of
from agreements.signing import delegations, inbox, signatures
from agreements.signing_context import get_signature_request, is_signed_by_now, sign_context, trace_of
from onestop.accounts.requests import SignedIn
from onestop.editing.saving import save, say_done
from onestop.files.document_pages import file_response


def to_sign(request: SignedIn) -> HttpResponse:
    """List what waits for the signature of the person, and what they have signed."""
    now = timezone.now()
    context = {
        "title": _("To sign"),
        "waiting": inbox.waiting_for(request.user, at=now),
        "signed": inbox.signed_by(request.user),
    }
    return render(request, "agreements/to_sign.html", context)


def sign(request: SignedIn, pk: int) -> HttpResponse:
    """Show the frozen text with the form to sign at its end; others who see the agreement only read it."""
    asked = get_signature_request(request, pk)
    may_sign = is_signer(request, asked)
    form = SignForm(request.POST or None, request=asked)
    if may_sign and form.is_bound and form.is_valid():
        given = save(
            form,
            lambda: signatures.sign_signed_in(
                asked, name=form.cleaned_data["name"], trace=trace_of(request), by=request.user, at=timezone.now()
            ),
        )
        if given or is_signed_by_now(asked):
            say_done(request, _("Thank you. Your signature is recorded."))
            return redirect(asked)
    is_open = asked.status == SignatureRequest.Status.OPEN
    context = sign_context(asked, form) | {"may_sign": may_sign and is_open, "is_signer": may_sign}
    if Agreement.objects.visible_to(request.user).filter(pk=asked.agreement_id).exists():
        context["crumbs"] = agreement_breadcrumbs(asked.agreement)
    return render(request, "agreements/sign.html", context)


def decline(request: SignedIn, pk: int) -> HttpResponse:
    """Decline to sign, with the reason."""
    asked = get_own_request(request, pk)
    form = DeclineForm(request.POST or None)
    if form.is_bound and form.is_valid():
        reason = form.cleaned_data["reason"]
        done = save(form, lambda: signatures.decline(asked, reason=reason, by=request.user, at=timezone.now()))
        if done:
            say_done(request, _("You declined to sign. The One-Stop staff are told."))
            return redirect(asked)
    context = _form(asked, _("Decline to sign"), form, _("Decline to sign"))
    return render(request, "layouts/form.html", context)


def delegate(request: SignedIn, pk: int) -> HttpResponse:
    """Name another person who signs."""
    asked = get_own_request(request, pk)
    form = DelegateForm(request.POST or None)
    if form.is_bound and form.is_valid():
        done = save(
            form,
            lambda: delegations.delegate(asked, **form.cleaned_data, by=request.user, at=timezone.now()),
        )
        if done:
            say_done(request, _("The One-Stop staff are asked to confirm it. Until then, you can still sign."))
            return redirect(asked)
    return render(request, "layouts/form.html", _form(asked, _("Let someone else sign"), form, _("Send to the staff")))


def text_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Download the frozen text as a PDF."""
    asked = get_signature_request(request, pk)
    return file_response(request, asked.sending.document, f"{asked.agreement.number}.pdf")


def executed_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Download the executed agreement as a signer."""
    asked = get_signature_request(request, pk)
    sealed = getattr(asked.sending, "sealed", None)
    if sealed is None:
        raise Http404
    return file_response(request, sealed, f"{asked.agreement.number}-executed.pdf")


def get_own_request(request: SignedIn, pk: int) -> SignatureRequest:
    """Return a request that waits for the signature of the person; otherwise 404."""
    asked = get_signature_request(request, pk)
    if not is_signer(request, asked) or asked.status != SignatureRequest.Status.OPEN:
        raise Http404
    return asked


def is_signer(request: HttpRequest, asked: SignatureRequest) -> bool:
    """Return whether the person signs as this office today."""
    signer = signer_of(asked, at=timezone.now())
    return signer is not None and signer.has(user=request.user)


def _form(asked: SignatureRequest, title: str, form: Any, submit: str) -> dict[str, Any]:
    intro = _("%(agreement)s: you sign as %(capacity)s.") % {
        "agreement": asked.agreement, "capacity": asked,
    }  # fmt: skip
    crumbs = [(_("To sign"), ""), (asked.agreement.number, asked.get_absolute_url())]
    urls = {"cancel_url": asked.get_absolute_url(), "crumbs": crumbs[1:]}
    return {"title": title, "form": form, "intro": intro, "submit": submit, **urls}
