"""What stored files are used for in agreements."""

from django.utils.translation import gettext_lazy as _

from agreements.models import Agreement, Contribution, Evidence, Signature
from onestop.files import kinds
from onestop.files.models import StoredFile
from onestop.files.uses import FileUse, register_uses

PDF = (StoredFile.Kind.PDF,)
LABEL = _("Signed document")
EVIDENCE = _("Evidence")

CONTRIBUTION = _("Evidence of a contribution")

SCAN = _("Scan of a signed page")

register_uses(
    FileUse(
        "agreements.signed_document", LABEL, owner=Agreement, field="signed_file", kinds=PDF, most_bytes=50_000_000
    ),
    FileUse("agreements.scan", SCAN, owner=Signature, field="scan", kinds=kinds.SCANS, most_bytes=20_000_000),
    FileUse("agreements.evidence", EVIDENCE, owner=Evidence, field="file"),
    FileUse("agreements.contribution", CONTRIBUTION, owner=Contribution, field="file"),
)
