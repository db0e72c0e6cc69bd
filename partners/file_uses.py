"""What stored files are used for in the partner network."""

from django.utils.translation import gettext_lazy as _

from onestop.files.uses import FileUse, register_uses
from partners.models import BoardTerm, Tenure

LABEL = _("Appointment letter or resolution")

register_uses(
    FileUse("partners.tenure_proof", LABEL, owner=Tenure, field="proof_file"),
    FileUse("partners.board_term_proof", LABEL, owner=BoardTerm, field="proof_file"),
)
