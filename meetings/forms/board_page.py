"""The form of the public page of a board."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from meetings.board_page.editing import FACTS
from meetings.models import BoardPage
from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.model_fields import model_fields
from onestop.files.fields import StoredFileField

HELP = {
    "accommodation_email": _("The page is published only with an email address or a phone number."),
    "shows_members": _("Names, whom they represent, positions and terms. Never email addresses."),
}


class BoardPageForm(ConflictForm):
    """What the page says, its by-laws, and whom to ask for accommodation."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        fields = model_fields(BoardPage, [name for name in FACTS if name != "bylaws"], help_texts=HELP)
        fields["bylaws"] = StoredFileField("meetings.bylaws", required=False, label=_("By-laws"))
        super().__init__(*args, fields=fields, **kwargs)
        self.order_fields(FACTS)

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return self.only(FACTS)
