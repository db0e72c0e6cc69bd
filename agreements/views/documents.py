"""Download what was sent and what was executed: frozen text, executed agreement, evidence."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.text import slugify
from django.utils.translation import gettext as _

from agreements.context import get_agreement
from agreements.models import Agreement, FrozenDocument, SealedDocument
from agreements.signing import freezing, packages, sealing
from onestop.files.document_pages import file_response, progress_response


def frozen_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Download the text that was sent for signature."""
    agreement = get_agreement(request, pk)
    return file_response(request, _frozen(agreement), f"{_name(agreement)}-text.pdf")


def frozen_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Return how far the PDF of the frozen text is."""
    return progress_response(request, freezing.MAKER, _frozen(get_agreement(request, pk)))


def sealed_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Download the executed agreement."""
    agreement = get_agreement(request, pk)
    return file_response(request, _sealed(agreement), f"{_name(agreement)}-executed.pdf")


def sealed_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Return how far the executed file is."""
    return progress_response(request, sealing.MAKER, _sealed(get_agreement(request, pk)))


def evidence_package(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Download the executed agreement with all evidence as one ZIP file."""
    agreement = get_agreement(request, pk)
    sealed = _sealed(agreement)
    if sealed.status != SealedDocument.Status.READY:
        return redirect(agreement)
    try:
        package = packages.package_of(sealed)
    except OSError:
        messages.error(request, _("A file is missing. The operator can restore it from a backup."))
        return redirect(agreement)
    name = f"{_name(agreement)}-evidence.zip"
    return FileResponse(package, as_attachment=True, filename=name, content_type="application/zip")


def _frozen(agreement: Agreement) -> FrozenDocument:
    rows = FrozenDocument.objects.filter(sending__agreement=agreement).select_related("sending__agreement__area")
    return _found(rows.order_by("-sending__number").first())


def _sealed(agreement: Agreement) -> SealedDocument:
    rows = SealedDocument.objects.filter(sending__agreement=agreement)
    return _found(rows.select_related("sending__agreement__area__state", "sending__document").first())


def _found(document: Any) -> Any:
    if document is None:
        raise Http404
    return document


def _name(agreement: Agreement) -> str:
    return slugify(f"{agreement.area.slug}-{agreement.number}")
