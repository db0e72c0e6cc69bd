"""Files of a form that was sent: stored at once, so that nobody has to choose them again if the form has an error."""

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import OperationalError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onestop.accounts.models import EmailedLink
from onestop.editing.refusals import Refused
from onestop.files.fields import REMOVE, UPLOAD, Reference, StoredFileField
from onestop.files.models import size_in_words
from onestop.files.storing import store_file
from onestop.files.uploads import FULL
from onestop.ops.outages import DISK_FULL, disk_is_full
from onestop.ops.request_numbers import whole_number

NOT_STORED = gettext_lazy(
    "The file could not be stored, because the storage of files does not respond. Try again later."
)


def receive_files(request: HttpRequest, form: forms.Form, *, link: EmailedLink | None = None, at: datetime) -> None:
    """Store the accepted uploads of a form that was sent, in place of which it refers to them from then on.

    Call it before ``form.is_valid()``: the values of its file fields are stored files after that. On the page of an
    emailed ``link``, files are those of its recipient's account, if they have one, signed in or not.
    """
    if not form.is_bound:
        return
    by: Any = request.user if request.user.is_authenticated else None
    if link is not None:
        by = link.account if link.account and link.account.is_active else None
    form.full_clean()
    form.data, form.files = form.data.copy(), form.files.copy()  # type: ignore[attr-defined]
    for name, field in form.fields.items():
        if isinstance(field, StoredFileField):
            _receive(request, form, name, field, by, at)


def status_of(form: forms.Form) -> int:
    """Return the status of the page that shows a form: 503 if a file could not be stored."""
    return 503 if any(form.has_error(name, FULL) for name in form.fields) else 200


def _receive(request: HttpRequest, form: forms.Form, name: str, field: StoredFileField, by: Any, at: datetime) -> None:
    data: Any = form.data
    html_name = form.add_prefix(name)
    was_uploaded = bool(form.files.pop(f"{html_name}{UPLOAD}", None))
    if data.pop(f"{html_name}{REMOVE}", None) and not was_uploaded:
        data[html_name] = ""
    if not was_uploaded and _was_skipped(request):
        form.add_error(name, _too_big(field))
    upload = form.cleaned_data.get(name)
    if isinstance(upload, UploadedFile):
        try:
            stored = store_file(upload, field.use, upload.inspected, by=by, at=at)  # type: ignore[attr-defined]
        except Refused as problem:
            form.add_error(name, str(problem))
        except (OSError, OperationalError) as problem:
            form.add_error(name, not_stored(problem))
        else:
            form.cleaned_data[name], data[html_name] = stored, str(Reference(stored))


def not_stored(problem: Exception) -> ValidationError:
    """Return the error of a file for which the storage or the disk has no room; other errors are raised again."""
    if isinstance(problem, OperationalError) and not disk_is_full(problem):
        raise problem
    return ValidationError(str(DISK_FULL if disk_is_full(problem) else NOT_STORED), code=FULL)


def _was_skipped(request: HttpRequest) -> bool:
    """Return whether the request was so large that its files were not read (``onestop.files.uploads``)."""
    return (whole_number(request.META.get("CONTENT_LENGTH")) or 0) > settings.UPLOAD_MAX_MB * 1_000_000


def _too_big(field: StoredFileField) -> str:
    return _("The file is too large. The limit is %(limit)s.") % {"limit": size_in_words(field.use.most_bytes)}
