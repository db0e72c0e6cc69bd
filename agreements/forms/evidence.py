"""The form of evidence for a promise."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from agreements.models import Evidence, Promise
from agreements.responsibilities.evidence import COUNTED, FACTS
from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.model_fields import model_fields
from onestop.files.fields import StoredFileField

HELP = {
    "happened_on": _("The day, or the last day of a period."),
    "text": _("For example: monthly report of intakes, or seen at the desk. No names of customers."),
}
NUMBERS = {
    Promise.Kind.HOURS: (_("Hours in a week"), _("Only if you counted them.")),
    Promise.Kind.PERSONS: (_("Persons served"), _("They are added up by program year, by the date above.")),
}


class EvidenceForm(ConflictForm):
    """A date, a sentence, the number of a promise of hours or persons, and a file."""

    def __init__(self, *args: Any, promise: Promise, **kwargs: Any) -> None:
        names = ("happened_on", "text", "quantity") if promise.kind in COUNTED else ("happened_on", "text")
        fields = model_fields(Evidence, names, help_texts=HELP)
        if promise.kind in COUNTED:
            fields["quantity"].label, fields["quantity"].help_text = NUMBERS[Promise.Kind(promise.kind)]
        fields["file"] = StoredFileField("agreements.evidence", required=False, label=_("File"))
        super().__init__(*args, fields=fields, **kwargs)
        self.order_fields(FACTS)

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return self.only(FACTS)
