"""What a person says about themselves; the name of a kept view."""

from django import forms

from onestop.accounts.models import SavedView, User


class ProfileForm(forms.ModelForm):
    """Name, phone, job title, and how the portal should look."""

    class Meta:
        model = User
        fields = ["name", "phone", "job_title", "theme"]
        labels = {"name": "Full name", "theme": "Light or dark"}
        help_texts = {
            "name": "As your partners know you.",
            "phone": "Seen by the people of your network.",
        }
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "phone": forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}),
            "job_title": forms.TextInput(attrs={"autocomplete": "organization-title"}),
            "theme": forms.RadioSelect,
        }

    def clean_name(self) -> str:
        """Return the name without stray spaces."""
        return " ".join(self.cleaned_data["name"].split())


class ViewNameForm(forms.ModelForm):
    """Another name for a kept view."""

    class Meta:
        model = SavedView
        fields = ["title"]
        labels = {"title": "Name of this view"}
