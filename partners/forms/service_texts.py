"""The form of what a service says in another language, and of how long a service is closed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.model_fields import model_fields
from partners.models import ServiceText
from partners.models.service_texts import WORDS
from partners.upkeep.service_texts import Beside, label_of

LONG = ("description", "audience", "eligibility", "documents", "how_to_get_in")


class ServiceTextForm(ConflictForm):
    """The Spanish words of those parts of a service that are written in English; ``confirm`` confirms all of them.

    ``terms`` are the terms in each part that have an agreed Spanish wording.
    """

    def __init__(
        self, *args: Any, beside: list[Beside], terms: dict[str, list[tuple[str, str]]], **kwargs: Any
    ) -> None:
        self.beside = {part.name: part for part in beside}
        self.terms = terms
        names = [name for name in WORDS if name in self.beside]
        labels = {name: _("%(part)s, in Spanish") % {"part": label_of(name)} for name in names}
        fields = model_fields(ServiceText, names, labels=labels)
        for name, field in fields.items():
            field.widget.attrs |= {"lang": ServiceText.Language.SPANISH.value, "spellcheck": "true"}
            if name in LONG:
                field.widget.attrs["rows"] = 4
        fields["confirm"] = forms.BooleanField(
            required=False,
            label=_("The Spanish text says the same as the English"),
            help_text=_(
                "Select this only if you have read every part. The Spanish text then counts as confirmed today."
            ),
        )
        super().__init__(*args, fields=fields, **kwargs)

    @property
    def parts(self) -> list[tuple[Beside, forms.BoundField, list[tuple[str, str]]]]:
        """Each part in English, with the field of its Spanish words and its terms."""
        return [(part, self[name], self.terms.get(name, [])) for name, part in self.beside.items()]

    @property
    def facts(self) -> dict[str, Any]:
        """The Spanish words, without the confirmation."""
        return self.only(WORDS)


class PauseForm(forms.Form):
    """Until when, or why, a service is closed."""

    note = forms.CharField(
        required=False,
        max_length=200,
        label=_("Until when, or why"),
        help_text=_("Example: “Until March 3” or “No instructor yet”. Everyone sees it while the service is closed."),
    )
