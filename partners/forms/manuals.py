"""The form for issuing an edition of the manual."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from onestop.editing.model_fields import model_fields
from partners.models import ManualEdition


class EditionForm(forms.Form):
    """The title and the note on the cover of an edition."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(
            model_fields(
                ManualEdition,
                ("title", "note"),
                labels={"title": _("Title on the cover"), "note": _("Note to readers")},
                help_texts={"note": _("The note appears on the cover.")},
            )
        )
