"""What stored files are used for in agreements."""

from django.utils.translation import gettext_lazy as _

from agreements.models import Agreement
from onestop.files.models import StoredFile
from onestop.files.uses import FileUse, register_uses

PDF = (StoredFile.Kind.PDF,)
LABEL = _("Signed document")

register_uses(
    FileUse("agreements.signed_document", LABEL, owner=Agreement, field="signed_file", kinds=PDF, most_bytes=50_000_000)
)
