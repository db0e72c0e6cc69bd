"""The form field of a stored file: choose one, keep the current one, or remove it.

What is chosen is stored even if the rest of the form has an error (``onestop.files.receiving``), so that nobody has to
choose it again: the page shows its name, and a hidden input refers to it by a signed id.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.signing import BadSignature, Signer
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from onestop.files import kinds
from onestop.files.inspection import Inspected, NotAccepted, inspect
from onestop.files.models import StoredFile
from onestop.files.uploads import FULL, refuse_if_not_kept
from onestop.files.uses import FileUse, use_of
from onestop.ops.outages import DISK_FULL, disk_is_full

UPLOAD, REMOVE = "-upload", "-remove"  # the names of the other two inputs end like this
UNCHOSEN = "file_gone"


class Reference(str):
    """The signed id of a stored file, as a form carries it, with the file itself."""

    file: StoredFile

    def __new__(cls, file: StoredFile) -> "Reference":
        """Return the reference to a file."""
        reference = super().__new__(cls, _signer().sign(str(file.pk)))
        reference.file = file
        return reference


def file_of(reference: str) -> StoredFile | None:
    """Return the file that a form refers to, or ``None`` if it is no longer stored or we did not sign this."""
    if isinstance(reference, Reference):
        return reference.file
    try:
        return StoredFile.objects.filter(pk=int(_signer().unsign(reference))).first()
    except (BadSignature, ValueError):
        return None


def _signer() -> Signer:
    return Signer(salt="onestop.files.fields")


class StoredFileInput(forms.Widget):
    """The current file with a way to remove it, and the input for another one."""

    needs_multipart_form = True
    input_type = "stored_file"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.use: FileUse | None = None

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Return the chosen file, or else the reference to the one that the form has shown."""
        if upload := files.get(f"{name}{UPLOAD}"):
            return upload
        return "" if data.get(f"{name}{REMOVE}") else data.get(name, "")

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Return whether the form did not have this field."""
        return not any(f"{name}{ending}" in some for ending in ("", UPLOAD) for some in (data, files))

    def format_value(self, value: Any) -> str:
        """Return what the hidden input holds."""
        return value if isinstance(value, str) else ""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Return the inputs."""
        reference = self.format_value(value)
        attrs = self.build_attrs(self.attrs, attrs)
        required = attrs.pop("required", False)
        context = {
            "name": name,
            "reference": reference,
            "file": file_of(reference) if reference else None,
            "upload_name": f"{name}{UPLOAD}",
            "remove_name": f"{name}{REMOVE}",
            "may_remove": not self.is_required,
            "input": forms.FileInput().render(
                f"{name}{UPLOAD}", None, {**attrs, **({"required": True} if required and not reference else {})}
            ),
        }
        return render_to_string("files/_stored_file_input.html", context)


class StoredFileField(forms.Field):
    """A file of one use. Its value is a ``StoredFile`` once ``receive_files`` has stored what was uploaded."""

    widget = StoredFileInput

    def __init__(self, use: str, **options: Any) -> None:
        self.use = use_of(use)
        words = str(options.pop("help_text", ""))
        options.setdefault("label", self.use.label)
        super().__init__(help_text=f"{words} {self.use.accepts}.".strip(), **options)
        self.widget.attrs.setdefault("accept", kinds.accept(self.use.kinds))

    def prepare_value(self, value: Any) -> Any:
        """Return the reference to a file."""
        return Reference(value) if isinstance(value, StoredFile) else value

    def to_python(self, value: Any) -> Any:
        """Return the file that a form refers to, or the upload as it is.

        :raises ValidationError: if the file is no longer stored.
        """
        if value in self.empty_values:
            return None
        if isinstance(value, StoredFile | UploadedFile):
            return value
        if file := file_of(str(value)):
            return file
        raise ValidationError(_("This file is no longer stored. Choose it again."), code=UNCHOSEN)

    def clean(self, value: Any) -> Any:
        """Return the file; an upload is inspected first, and has what was found as ``inspected``.

        :raises ValidationError: if it is not accepted.
        """
        value = super().clean(value)
        if isinstance(value, UploadedFile):
            value.inspected = self._inspect(value)  # type: ignore[attr-defined]
        return value

    def _inspect(self, upload: UploadedFile) -> Inspected:
        refuse_if_not_kept(upload)
        try:
            return inspect(upload, self.use)
        except NotAccepted as problem:
            raise ValidationError(str(problem), code="not_accepted") from None
        except OSError as problem:  # the inspector gets a copy in the temporary folder
            if not disk_is_full(problem):
                raise
            raise ValidationError(str(DISK_FULL), code=FULL) from problem

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Return whether another file is chosen, or none."""
        if isinstance(data, UploadedFile):
            return True
        before = Reference(initial) if isinstance(initial, StoredFile) else initial or ""
        return str(before) != str(data or "")

    def in_words(self, sent: list[str]) -> str:
        """Return the name of the file that a form refers to."""
        return ", ".join(str(file_of(each) or "") for each in sent if each)
