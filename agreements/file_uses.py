"""What stored files are used for in agreements."""

from django.utils.translation import gettext_lazy as _

from agreements.models import (
    ActualCost,
    Agreement,
    BaseCount,
    Contribution,
    DueReport,
    Evidence,
    FundingBudget,
    Signature,
    StatementDispute,
)
from onestop.files import kinds
from onestop.files.models import StoredFile
from onestop.files.uses import FileUse, register_uses

PDF = (StoredFile.Kind.PDF,)
LABEL = _("Signed document")
EVIDENCE = _("Evidence")
COUNTS = _("Evidence of counts")

CONTRIBUTION = _("Evidence of a contribution")

SCAN = _("Scan of a signed page")
REPORT = _("Report of a provider")

register_uses(
    FileUse(
        "agreements.signed_document", LABEL, owner=Agreement, field="signed_file", kinds=PDF, most_bytes=50_000_000
    ),
    FileUse("agreements.scan", SCAN, owner=Signature, field="scan", kinds=kinds.SCANS, most_bytes=20_000_000),
    FileUse("agreements.evidence", EVIDENCE, owner=Evidence, field="file"),
    FileUse("agreements.report", REPORT, owner=DueReport, field="file"),
    FileUse("agreements.counts", COUNTS, owner=BaseCount, field="file"),
    FileUse("agreements.bill", _("Bill"), owner=ActualCost, field="file"),
    FileUse("agreements.dispute", _("Evidence for a dispute"), owner=StatementDispute, field="file"),
    FileUse(
        "agreements.budget_workbook", _("Workbook of cost shares"), owner=FundingBudget, field="workbook",
        kinds=kinds.TABLES, most_bytes=20_000_000,
    ),
    FileUse("agreements.contribution", CONTRIBUTION, owner=Contribution, field="file"),
)  # fmt: skip
