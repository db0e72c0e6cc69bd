"""Forms of reports: what the provider sends, and what the purchaser answers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.models import DueReport
from onestop.editing.model_fields import model_fields
from onestop.files.fields import StoredFileField


class ReportForm(forms.Form):
    """A report as a text, a file, or both."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        help_texts = {"text": _("Write it here, or attach a file. Use the reference of the authorization, no names.")}
        self.fields |= model_fields(DueReport, ("text",), help_texts=help_texts)
        self.fields["file"] = StoredFileField("agreements.report", required=False, label=_("File"))

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return {"text": self.cleaned_data.get("text", ""), "file": self.cleaned_data.get("file")}


class AnswerForm(forms.Form):
    """What the purchaser answers. It must be given where a reason is needed."""

    answer = forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, label: Any, required: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"].label = label
        self.fields["answer"].required = required
