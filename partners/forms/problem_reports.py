"""The form by which a visitor of the public directory reports a problem with a service."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onestop.editing.long_texts import LongTextField
from onestop.editing.model_fields import model_fields
from partners.forms.services import LABELS
from partners.models import Service
from partners.upkeep.proposals import REPORTED

GONE, OTHER = "gone", "other"
LONGEST = 300  # characters of a correct value


def _problems() -> dict[str, str]:
    """Return what may be wrong, in the language of the page."""
    fields = {name: LABELS.get(name) or Service._meta.get_field(name).verbose_name for name in REPORTED}  # type: ignore[union-attr]
    said = {name: capfirst(str(label)) for name, label in fields.items()}
    return {**said, GONE: _("This service is no longer offered"), OTHER: _("Something else")}


class ProblemForm(forms.Form):
    """What is wrong with a service, what would be correct, and perhaps who says so."""

    what = forms.ChoiceField(
        label=gettext_lazy("What is wrong?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Select what is wrong.")},
    )
    value = forms.CharField(
        label=gettext_lazy("What should it say?"),
        max_length=LONGEST,
        required=False,
        help_text=gettext_lazy("Example: the correct phone number. Leave it blank if you do not know."),
    )
    note = LongTextField(
        label=gettext_lazy("Tell us more"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Do not write about your health, your case or other people."),
    )
    name = forms.CharField(label=gettext_lazy("Your name"), max_length=150, required=False)
    email = forms.EmailField(
        label=gettext_lazy("Your email"),
        max_length=254,
        required=False,
        help_text=gettext_lazy("Only if you want to know what was done."),
    )
    # People do not see this field; programs that fill in every field do.
    subject = forms.CharField(
        max_length=1000,
        required=False,
        widget=forms.TextInput(attrs={"tabindex": -1, "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        what: Any = self.fields["what"]
        what.choices = list(_problems().items())

    @property
    def is_by_program(self) -> bool:
        """Whether the field that people do not see was filled in."""
        return bool(self.cleaned_data.get("subject"))

    @property
    def facts(self) -> dict[str, Any]:
        """The correct value of the field, if the visitor gave one."""
        what, value = self.cleaned_data["what"], self.cleaned_data["value"]
        return {what: value} if what in REPORTED and value else {}

    @property
    def reason(self) -> str:
        """What is wrong, in words for whoever decides, who reads English also if the visitor does not."""
        with translation.override(settings.LANGUAGE_CODE):
            label = _problems()[self.cleaned_data["what"]]
        return "\n".join(text for text in (str(label), self.cleaned_data["note"]) if text)

    def clean(self) -> dict[str, Any]:
        """Check a correct value as the service's own form would, and ask for words where there is none."""
        cleaned = super().clean() or self.cleaned_data
        what, value, note = (cleaned.get(name) for name in ("what", "value", "note"))
        if what in REPORTED and value:
            self._check_value(str(what), str(value))
        elif what in REPORTED and not note:
            self.add_error("value", _("Enter what it should say, or tell us more below."))
        elif what == OTHER and not note:
            self.add_error("note", _("Tell us what is wrong."))
        return cleaned

    def _check_value(self, what: str, value: str) -> None:
        [field] = model_fields(Service, [what], labels=LABELS).values()
        try:
            self.cleaned_data["value"] = field.clean(value)
        except forms.ValidationError as problem:
            self.add_error("value", problem)
