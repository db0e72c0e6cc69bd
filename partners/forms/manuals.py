"""The form in which an edition of the manual gets its name."""

from typing import Any

from django import forms

from onestop.editing.model_fields import model_fields
from partners.models import ManualEdition


class EditionForm(forms.Form):
    """What stands on the cover of an edition."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(
            model_fields(
                ManualEdition,
                ("title", "note"),
                labels={"title": "Title on the cover", "note": "A word to its readers"},
                help_texts={"note": "Stands on the cover. Leave it out if there is nothing to say."},
            )
        )
