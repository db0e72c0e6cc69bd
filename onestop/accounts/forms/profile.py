"""Forms of the profile and of saved views."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from onestop.accounts.models import SavedView, User
from onestop.ui.markup import format_html


class ProfileForm(forms.ModelForm):
    """Name, phone, job title, theme and language."""

    class Meta:
        model = User
        fields = ["name", "phone", "job_title", "theme", "language"]
        labels = {"name": _("Full name"), "theme": _("Theme"), "language": _("Language of emails")}
        help_texts = {
            "name": _("The name your partners know."),
            "phone": _("People in your network can see it."),
            "language": _("The emails that the portal sends you. Its pages for your work are in English."),
        }
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "phone": forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}),
            "job_title": forms.TextInput(attrs={"autocomplete": "organization-title"}),
            "theme": forms.RadioSelect,
            "language": forms.RadioSelect,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(code, format_html('<span lang="{}">{}</span>', code, name)) for code, name in User.Language.choices]
        self.fields["language"].choices = choices  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        """Return the name without extra spaces."""
        return " ".join(self.cleaned_data["name"].split())


class ViewNameForm(forms.ModelForm):
    """The name of a saved view."""

    class Meta:
        model = SavedView
        fields = ["title"]
        labels = {"title": _("Name of the view")}
