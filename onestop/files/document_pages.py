"""What the pages of documents share: progress, download, and the one that a person already waits for."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from onestop.files.documents import AlreadyWaiting, Document, Maker


def progress_response(request: HttpRequest, maker: Maker[Any], document: Document) -> HttpResponse:
    """Return the progress of a document; the page that asks for it reloads when the work is done."""
    context = {
        "document": document,
        "progress": maker.progress_of(document),
        "interrupted": maker.is_interrupted(document),
        "progress_url": request.path,
    }
    response = render(request, "components/document_progress.html", context)
    if not document.is_at_work:
        response["HX-Refresh"] = "true"
    return response


def file_response(request: HttpRequest, document: Any, name: str) -> HttpResponseBase:
    """Return the PDF of a document as a download; without one, go to the page of the document, which says why."""
    if document.status != Document.Status.READY:
        return redirect(document)
    try:
        file = document.file.open("rb")
    except FileNotFoundError:
        messages.error(request, _("The file is missing. The operator can restore it from a backup."))
        return redirect(document)
    except OSError:
        messages.error(request, _("The storage of files does not respond. Try again later."))
        return redirect(document)
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/pdf")


def show_what_waits(request: HttpRequest, problem: AlreadyWaiting) -> HttpResponse:
    """Go to the document that the person already waits for."""
    messages.info(request, str(problem))
    return redirect(problem.waits_for)
