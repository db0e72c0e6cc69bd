"""Forms of the text of an agreement: clauses, elements and versions."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agreements.drafting.clauses import FACTS
from agreements.drafting.merge_fields import FIELDS
from agreements.models import Agreement, Clause
from agreements.models.clauses import LONGEST_CLAUSE
from agreements.requirements import clause_elements_of
from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.long_texts import LongTextField
from onestop.editing.model_fields import model_fields
from onestop.editing.rich_texts import RichTextField
from onestop.ui.rich_text import unknown_fields


class ClauseForm(ConflictForm):
    """A clause: its title, its text with merge fields, and the elements that it answers."""

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        fields = model_fields(Clause, ("title", "text"), field_classes={"text": RichTextField})
        super().__init__(*args, fields=fields, **kwargs)
        text: Any = self.fields["text"]
        text.widget.merge_fields = dict(FIELDS)
        text.widget.attrs["rows"] = 14
        elements = [(each.code, f"{each.title} ({each.law})") for each in clause_elements_of(agreement.kind)]
        if elements:
            self.fields["elements"] = forms.MultipleChoiceField(
                choices=elements,
                label=_("Required elements that it answers"),
                required=False,
                widget=forms.CheckboxSelectMultiple,
                show_hidden_initial=True,
            )

    def clean_text(self) -> str:
        """Refuse merge fields that do not exist: they would be sent as they are typed."""
        return known_fields_only(self.cleaned_data["text"])

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return self.only(FACTS)


def known_fields_only(text: str) -> str:
    """Return a text in which every merge field is known.

    :raises ValidationError: if one is not.
    """
    if unknown := unknown_fields(text, FIELDS):
        names = ", ".join(f"{{{{{name}}}}}" for name in unknown)
        raise forms.ValidationError(gettext("There is no field %(names)s.") % {"names": names})
    return text


class ElementForm(forms.Form):
    """Where an element is met in a signed document, or why it is not in the agreement."""

    page = forms.IntegerField(label=_("Page of the signed document"), required=False, min_value=1, max_value=20_000)
    exception = LongTextField(
        label=_("Why it is not in the agreement"),
        required=False,
        max_length=1000,
        help_text=_("Everyone who sees the agreement reads the reason, your name and the day."),
        error_messages={"required": _("Enter the reason.")},
    )

    def __init__(self, *args: Any, has_document: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_document:
            del self.fields["page"]
            self.fields["exception"].required = True

    def clean(self) -> dict[str, Any]:
        """Require one of the two."""
        values = super().clean() or self.cleaned_data
        if "page" in self.fields and not self.errors and bool(values.get("page")) == bool(values.get("exception")):
            self.add_error("page", gettext("Enter the page, or why it is not in the agreement."))
        return values


class VersionForm(forms.Form):
    """A note on what changed since the last version."""

    note = forms.CharField(
        label=_("What changed"), required=False, max_length=300, help_text=_("Shown in the list of versions.")
    )


class SuggestionForm(forms.Form):
    """Another wording for a clause, with the reason."""

    text = RichTextField(label=_("Suggested wording"), max_length=LONGEST_CLAUSE)
    note = forms.CharField(
        label=_("Why"),
        max_length=500,
        help_text=_("For example: one business day is hard for us in July."),
        error_messages={"required": _("Say why you suggest it.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        text: Any = self.fields["text"]
        text.widget.merge_fields = dict(FIELDS)
        text.widget.attrs["rows"] = 14

    def clean_text(self) -> str:
        """Refuse merge fields that do not exist."""
        return known_fields_only(self.cleaned_data["text"])


class DeclineForm(forms.Form):
    """Why a suggested wording is not taken."""

    answer = forms.CharField(
        label=_("Reason"),
        max_length=500,
        help_text=_("Sent to the person who suggested the wording."),
        error_messages={"required": _("Enter the reason.")},
    )
