"""Read and sign by a personal link, without an account. Opening a page changes nothing; sending a form does."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST, require_safe

from agreements.forms.signing import DeclineForm, DelegateForm, SignForm
from agreements.models import SignatureRequest, SigningLink
from agreements.signing import delegations, signatures
from agreements.signing_context import is_signed_by_now, sign_context, trace_of
from onestop.accounts import emailed_links
from onestop.accounts.views.link_pages import LinkPage, author_of
from onestop.editing.refusals import Refused
from onestop.files.document_pages import file_response
from onestop.notices import codes
from onestop.notices.models import name_of
from partners.people import contacts

PURPOSE = "agreements.sign"
SIGNED = str(SignatureRequest.Status.SIGNED)


@never_cache
@ensure_csrf_cookie  # htmx takes its token from the cookie before a form of the page requests it
@login_not_required
def sign_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show the frozen text with the form to sign at its end."""
    link, refusal = PAGE.open(request, token, also=[SIGNED])
    if link is None:
        return refusal
    asked = link.request
    if asked.status == SIGNED:
        context = sign_context(asked, None) | _about(link) | {"asked": link, "token": token}
        return render(request, "agreements/link/signed.html", context)
    form = SignForm(request.POST or None, request=asked, with_code=True)
    if form.is_bound and form.is_valid():

        def verb(given: Mapping[str, Any]) -> None:
            signatures.sign_by_link(
                link, name=given["name"], trace=trace_of(request), by=author_of(link), at=timezone.now()
            )

        if _checked(form, link, verb) or is_signed_by_now(asked):
            messages.success(request, _("Thank you. Your signature is recorded."))
            return redirect("agreements:sign_by_link", token=token)
    context = sign_context(asked, form) | _about(link) | {"asked": link, "token": token, "masked": masked(link.email)}
    return render(request, "agreements/link/sign.html", context)


@require_POST
@login_not_required
def link_opened(request: HttpRequest, token: str) -> HttpResponse:
    """Record that a person has opened the page; a mail scanner that only fetches it does not get here."""
    link, refusal = PAGE.open(request, token)
    if link is None:
        return refusal
    emailed_links.note_opened(link, by=author_of(link), at=timezone.now())
    return HttpResponse(status=204)


@require_POST
@login_not_required
def link_code(request: HttpRequest, token: str) -> HttpResponse:
    """Mail a code to the address of the link, and go back to the form."""
    link, refusal = PAGE.open(request, token)
    if link is None:
        return refusal
    agreement = link.agreement
    try:
        codes.send_code(
            link.email,
            purpose=PURPOSE,
            target=name_of(link.request),
            what_for=_("to sign “%(title)s”") % {"title": agreement.title},
            at=timezone.now(),
            zone=agreement.area.zone,
        )
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("We sent a code to %(address)s. Enter it below.") % {"address": masked(link.email)})
    page = request.POST.get("page")
    name = page if page in PAGES_WITH_CODE else "agreements:sign_by_link"
    return redirect(f"{redirect(name, token=token).url}#sign")


PAGES_WITH_CODE = {"agreements:link_decline", "agreements:link_delegate"}


@never_cache
@login_not_required
def link_decline(request: HttpRequest, token: str) -> HttpResponse:
    """Decline to sign, with the reason."""
    return _page(request, token, DeclineForm, _declined, _("Decline to sign"), _("You declined to sign."))


def _declined(link: SigningLink, given: Mapping[str, Any]) -> None:
    signatures.decline_by_link(link, reason=given["reason"], by=author_of(link), at=timezone.now())


@never_cache
@login_not_required
def link_delegate(request: HttpRequest, token: str) -> HttpResponse:
    """Name another person who signs."""
    done = _("The One-Stop staff are asked to confirm it. Until then, you can still sign.")
    return _page(request, token, DelegateForm, _delegated, _("Let someone else sign"), done)


def _delegated(link: SigningLink, given: Mapping[str, Any]) -> None:
    names = {name: given[name] for name in ("name", "email", "authority")}
    delegations.delegate_by_link(link, **names, by=author_of(link), at=timezone.now())


@require_safe
@never_cache
@login_not_required
def link_text(request: HttpRequest, token: str) -> HttpResponseBase:
    """Download the frozen text as a PDF."""
    link, refusal = PAGE.open(request, token, also=[SIGNED])
    if link is None:
        return refusal
    return file_response(request, link.request.sending.document, f"{link.agreement.number}.pdf")


@require_safe
@never_cache
@login_not_required
def link_executed(request: HttpRequest, token: str) -> HttpResponseBase:
    """Download the executed agreement, for whoever has signed it by the link."""
    link, refusal = PAGE.open(request, token, also=[SIGNED])
    if link is None:
        return refusal
    sealed = getattr(link.request.sending, "sealed", None)
    if sealed is None or sealed.status != "ready":
        raise Http404
    return file_response(request, sealed, f"{link.agreement.number}-executed.pdf")


# ---------------------------------------------------------------- Shared
def _about(link: SigningLink) -> dict[str, Any]:
    return {"contact": contacts.contact_in(link.agreement.area), "agreement": link.agreement}


PAGE = LinkPage(
    SigningLink,
    about=_about,
    zone=lambda link: link.agreement.area.zone,
    over="agreements/link/over.html",
)


def _checked(form: Any, link: SigningLink, verb: Callable[[Mapping[str, Any]], None]) -> bool:
    """Use the code up, and act; whatever is wrong is said in the form. Return whether it is done."""
    given = form.cleaned_data
    target = name_of(link.request)
    try:
        codes.check_code(link.email, purpose=PURPOSE, target=target, typed=given["code"], at=timezone.now())
        verb(given)
    except Refused as problem:
        problem.show_in(form)
        return False
    return True


def _page(
    request: HttpRequest,
    token: str,
    form_class: Any,
    verb: Callable[[SigningLink, Mapping[str, Any]], None],
    title: str,
    done: str,
) -> HttpResponse:
    """Answer a page with one form that ends with the code."""
    link, refusal = PAGE.open(request, token)
    if link is None:
        return refusal
    form = form_class(request.POST or None, with_code=True)
    if form.is_bound and form.is_valid() and _checked(form, link, lambda given: verb(link, given)):
        messages.success(request, done)
        return redirect("agreements:sign_by_link", token=token)
    context = {
        "title": title,
        "form": form,
        "asked": link,
        "request_to_sign": link.request,
        "token": token,
        "page": f"agreements:{request.resolver_match.url_name}" if request.resolver_match else "",
        "address": masked(link.email),
        **_about(link),
    }
    return render(request, "agreements/link/form.html", context)


def masked(address: str) -> str:
    """Return an address of which only the first letter and the domain are shown: "m…@millpond.example"."""
    local, _at, domain = address.partition("@")
    return f"{local[:1]}…@{domain}"
