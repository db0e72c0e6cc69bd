"""What stored files are used for in meetings."""

from django.utils.translation import gettext_lazy as _

from meetings.models import AgendaPaper, BoardPage, GoalUpdate, TrainingMaterial
from onestop.files import kinds
from onestop.files.models import StoredFile
from onestop.files.uses import FileUse, register_uses

PAPER_KINDS = (*kinds.SCANS, StoredFile.Kind.DOCX, StoredFile.Kind.XLSX)
PDF = (StoredFile.Kind.PDF,)
PAPER = _("Paper for a meeting")
BYLAWS = _("By-laws")
MATERIAL = _("Material for a training")
EVIDENCE = _("Evidence of a report on a goal")

register_uses(
    FileUse("meetings.paper", PAPER, owner=AgendaPaper, field="file", kinds=PAPER_KINDS, most_bytes=30_000_000),
    FileUse("meetings.bylaws", BYLAWS, owner=BoardPage, field="bylaws", kinds=PDF, most_bytes=20_000_000),
    FileUse(
        "meetings.training_material", MATERIAL, owner=TrainingMaterial, field="file", kinds=PAPER_KINDS,
        most_bytes=30_000_000,
    ),
    FileUse("meetings.goal_evidence", EVIDENCE, owner=GoalUpdate, field="file", kinds=PAPER_KINDS),
)  # fmt: skip
