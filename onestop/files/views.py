"""The download of a stored file, for whoever sees what it belongs to."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from onestop.files.contents import contents_response
from onestop.files.models import StoredFile
from onestop.files.uses import UnknownFileUse, use_of


@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Download a stored file under the name by which it was uploaded."""
    file = get_object_or_404(StoredFile, pk=pk)
    owner = _owner_of(file, request.user)
    if not file.is_clean:
        messages.warning(request, _why_not(file))
        return redirect(owner)
    try:
        return contents_response(file)
    except FileNotFoundError:
        messages.error(request, _("The file is missing. The operator can restore it from a backup."))
        return redirect(owner)
    except OSError:
        messages.error(request, _("The storage of files does not respond. Try again later."))
        return redirect(owner)


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
