"""The download of a stored file, for whoever sees what it belongs to."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from onestop.files.kinds import MEDIA_TYPES
from onestop.files.models import StoredFile
from onestop.files.uses import UnknownFileUse, use_of

# Whatever a browser does with a file in spite of its headers: it runs nothing, loads nothing, and is of no origin.
SANDBOX = "default-src 'none'; sandbox"


@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Download a stored file under the name by which it was uploaded."""
    file = get_object_or_404(StoredFile, pk=pk)
    owner = _owner_of(file, request.user)
    if not file.is_clean:
        messages.warning(request, _why_not(file))
        return redirect(owner)
    try:
        contents = file.file.open("rb")
    except FileNotFoundError:
        messages.error(request, _("The file is missing. The operator can restore it from a backup."))
        return redirect(owner)
    except OSError:
        messages.error(request, _("The storage of files does not respond. Try again later."))
        return redirect(owner)
    response = FileResponse(contents, as_attachment=True, filename=file.name, content_type=MEDIA_TYPES[file.kind])
    response["Content-Length"] = str(file.size)
    patch_cache_control(response, private=True, no_store=True)
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _owner_of(file: StoredFile, user: Any) -> Any:
    """Return what a file belongs to, if the user may see it; otherwise 404."""
    try:
        owner = use_of(file.use).owner_for(file, user)
    except UnknownFileUse:
        owner = None
    if owner is None:
        raise Http404("No such file.")
    return owner


def _why_not(file: StoredFile) -> str:
    if file.is_refused:
        return _("“%(name)s” was refused: %(reason)s") % {"name": file.name, "reason": file.message}
    waiting = _("“%(name)s” is waiting for the virus scan. You can download it after that.") % {"name": file.name}
    return f"{waiting} {file.message}".strip()
