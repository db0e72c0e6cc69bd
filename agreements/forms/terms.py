"""Forms of the term of an executed agreement: terminate, a party leaves, a review, an extension."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agreements.drafting.facts import years_after
from agreements.models import Agreement, Review
from onestop.editing.model_fields import model_fields
from onestop.ui.presentation import shortday


class EndingForm(forms.Form):
    """From which day on an agreement or a party is bound no longer, and why."""

    on = forms.DateField(
        label=_("First day on which it is no longer in force"),
        help_text=_("For example, 07/01/2027. It can be a day to come."),
        error_messages={"required": _("Enter the day.")},
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=300, error_messages={"required": _("Enter the reason.")},
        help_text=_("Everyone who sees the agreement sees it."),
    )  # fmt: skip


class ReviewForm(forms.Form):
    """A review of an agreement: when, who took part, what was found, and when the next one is due."""

    on = forms.DateField(
        label=_("Reviewed on"), error_messages={"required": _("Enter the day of the review.")},
        help_text=_("For example, 11/02/2026."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= model_fields(Review, ("who", "note", "substantial_changes", "next_on"), help_texts=REVIEW_HELP)
        self.fields["who"].error_messages["required"] = _("Enter who took part.")
        self.fields["next_on"].required = False

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts, as the verb takes them."""
        return dict(self.cleaned_data)


REVIEW_HELP = {
    "who": _("In one sentence, such as: the board's MOU committee with all partners."),
    "note": _("What was found, and what is to be changed. Everyone who sees the agreement sees it."),
    "next_on": _("Within three years. Blank: three years after this review."),
}


class ExtensionForm(forms.Form):
    """An amendment that extends an agreement: its number and title, and the new last day."""

    def __init__(self, data: Any, *, agreement: Agreement, number: str) -> None:
        ends = agreement.ends_on
        named = {"title": gettext("Extension of %(number)s") % {"number": agreement.number}}
        days = {"effective_on": ends + timedelta(days=1), "extends_to": years_after(ends, 1)} if ends else {}
        super().__init__(data, initial={"number": number, **named, **days})
        self.fields = model_fields(Agreement, ("number", "title", "effective_on", "extends_to"))
        self.fields["extends_to"].label = _("New last day")
        self.fields["extends_to"].required = True
        self.fields["extends_to"].help_text = gettext("The agreement now ends on %(day)s.") % {"day": shortday(ends)}
        self.fields["effective_on"].required = True
        self.fields["effective_on"].help_text = gettext("On the day after the agreement ends, or earlier.")

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts; the amendment lasts as long as the agreement then does."""
        return self.cleaned_data | {"expires_on": self.cleaned_data["extends_to"]}


class EndingAmendmentForm(forms.Form):
    """An amendment that ends an agreement, or by which a party leaves: its number, title and effective date."""

    def __init__(self, data: Any, *, number: str, title: str) -> None:
        super().__init__(data, initial={"number": number, "title": title})
        self.fields = model_fields(Agreement, ("number", "title", "effective_on"))
        self.fields["effective_on"].required = True
        self.fields["effective_on"].help_text = _("The first day on which it is no longer in force. All sign before.")
        self.fields["effective_on"].error_messages["required"] = _("Enter the day.")

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts; the amendment itself lasts for one day."""
        return self.cleaned_data | {"expires_on": self.cleaned_data["effective_on"]}
