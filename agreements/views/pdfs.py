"""PDFs of agreements: request, page with progress, try again, download; the report of an impasse."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agreements.context import agreement_breadcrumbs, form_context, get_agreement, get_pdf
from agreements.forms.pdfs import ImpasseForm
from agreements.models import AgreementPdf
from agreements.papers import pdfs
from onestop.accounts.requests import SignedIn
from onestop.editing.idempotency import idempotent
from onestop.editing.refusals import Refused
from onestop.files.document_pages import file_response, progress_response, show_what_waits
from onestop.files.documents import AlreadyWaiting
from partners.rules import demand, may


@require_POST
@idempotent
def pdf_ask(request: SignedIn, pk: int) -> HttpResponse:
    """Request a PDF of the text as it is now."""
    agreement = get_agreement(request, pk)
    try:
        return redirect(pdfs.ask_for_text(agreement, by=request.user, at=timezone.now()))
    except AlreadyWaiting as problem:
        return show_what_waits(request, problem)


@idempotent
def impasse_report(request: SignedIn, pk: int) -> HttpResponse:
    """Request the report of an impasse."""
    agreement = get_agreement(request, pk)
    demand(request, "agreements.draft_agreement", agreement)
    form = ImpasseForm(request.POST or None, agreement=agreement)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            made = pdfs.ask_for_report(
                agreement,
                parties=list(given["parties"]),
                about=given["about"],
                issues=given["issues"],
                request=given["request"],
                by=request.user,
                at=timezone.now(),
            )
        except AlreadyWaiting as problem:
            return show_what_waits(request, problem)
        except Refused as problem:
            problem.show_in(form)
        else:
            return redirect(made)
    intro = _(
        "The board reports an impasse to the Governor, the State board and the State agency of the program. "
        "The report contains the record of negotiations."
    )
    title = _("Report an impasse")
    context = form_context(agreement, title, form, intro=intro, submit=_("Create the report"))
    return render(request, "layouts/form.html", context)


def pdf_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far a PDF is, and the link to it when it is ready."""
    made = get_pdf(request, pk)
    context = {
        "title": f"{made}, {made.agreement.number}",
        "crumbs": agreement_breadcrumbs(made.agreement),
        "here": str(made),
        "agreement": made.agreement,
        "made": made,
        "progress": pdfs.MAKER.progress_of(made),
        "interrupted": pdfs.MAKER.is_interrupted(made),
        "may_retry": made.kind != AgreementPdf.Kind.IMPASSE
        or may(request.user, "agreements.draft_agreement", made.agreement),
    }
    return render(request, "agreements/pdf_detail.html", context)


def pdf_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the progress; reload the page when the work is done."""
    return progress_response(request, pdfs.MAKER, get_pdf(request, pk))


@require_POST
def pdf_again(request: SignedIn, pk: int) -> HttpResponse:
    """Try once more what could not be made."""
    made = get_pdf(request, pk)
    if made.kind == AgreementPdf.Kind.IMPASSE:
        demand(request, "agreements.draft_agreement", made.agreement)
    try:
        pdfs.try_again(made, by=request.user, at=timezone.now())
    except AlreadyWaiting as problem:
        return show_what_waits(request, problem)
    except Refused as problem:
        messages.error(request, str(problem))
    return redirect(made)


def pdf_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Download a PDF under a descriptive name."""
    made = get_pdf(request, pk)
    return file_response(request, made, _file_name(made))


def _file_name(made: AgreementPdf) -> str:
    """Return "riverbend-mou-27-01-text-2026-11-24.pdf"."""
    day = made.asked_at.astimezone(made.agreement.area.zone).date()
    words = (made.agreement.area.slug, made.agreement.number, made.about or made.kind, day.isoformat())
    return f"{slugify('-'.join(words))}.pdf"
