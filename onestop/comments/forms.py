"""The form of a comment."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from onestop.accounts.models import User
from onestop.comments.models import LONGEST


class CommentForm(forms.Form):
    """The text, and whom to tell."""

    text = forms.CharField(
        label=_("Comment"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Write @ and a full name to notify a person, or select people below."),
        error_messages={"required": _("Write a comment.")},
    )
    mention = forms.ModelMultipleChoiceField(
        label=_("Notify"),
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Select people who can see this page.")},
    )

    def __init__(self, *args: Any, people: QuerySet[User] | None = None, **kwargs: Any) -> None:
        """Offer the people who see the thing; a correction tells only those newly named in the text."""
        super().__init__(*args, **kwargs)
        if people is None:
            del self.fields["mention"]
            self.fields["text"].help_text = _("Write @ and a full name to notify a person.")
        else:
            choices: Any = self.fields["mention"]
            choices.queryset = people.order_by("name", "pk")

    @property
    def mentioned(self) -> list[int]:
        """The ids of the selected people."""
        return [person.pk for person in self.cleaned_data.get("mention", ())]
