"""The form of an answer to an invitation."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from meetings.invitations.answers import FACTS
from meetings.models import Answer, Given, How
from onestop.editing.model_fields import model_fields
from onestop.ui.form_fields import ask_only_if

ONLY_IF = {"how": "answer yes", "alternate_name": "answer alternate", "alternate_email": "answer alternate"}
HOWS = ((How.IN_PERSON, _("In person")), (How.ONLINE, _("Online")))


class AnswerForm(forms.Form):
    """Whether somebody comes, how, or who comes instead."""

    answer = forms.ChoiceField(
        label=_("Do you come?"),
        choices=Given.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose an answer.")},
    )
    how = forms.ChoiceField(label=_("How"), choices=HOWS, required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, may_choose_how: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= model_fields(Answer, ("alternate_name", "alternate_email", "comment"))
        self.fields["alternate_name"].help_text = _("Only if someone else comes in your place.")
        self.fields["alternate_email"].help_text = _("We send them the meeting for their calendar.")
        ask_only_if(self, ONLY_IF)
        if not may_choose_how:
            del self.fields["how"]

    def clean(self) -> dict[str, Any]:
        """Require a name for who comes instead."""
        values = super().clean() or self.cleaned_data
        if values.get("answer") == Given.ALTERNATE and not values.get("alternate_name"):
            self.add_error("alternate_name", gettext("Enter who comes in your place."))
        return values

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return {name: self.cleaned_data.get(name, "") for name in FACTS}
