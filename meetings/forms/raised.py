"""Forms of raised issues: raise and correct one, and each step on its way."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from meetings.forms.questions import add_personal_data_check
from meetings.models import RaisedEntry, RaisedIssue
from meetings.raised.issues import FACTS, goals_of
from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.long_texts import LongTextField
from onestop.editing.model_fields import model_fields
from partners.models import LocalArea, Partnership

Kind = RaisedEntry.Kind
LABELS = {"title": _("Issue"), "text": _("What is in the way, and what would help")}
HELP = {
    "title": _("In a few words: “Two systems for one person”."),
    "text": _("What partners cannot change themselves, and what you tried. Leave out personal data of customers."),
}
TEXTS = {
    Kind.SENT: (_("Note to the state"), _("Examples, or what you expect. The issue itself is sent with it."), False),
    Kind.NOTE: (_("Note"), _("Whoever raised the issue, the staff, and the state if it was sent there read it."), True),
    Kind.FEDERAL: (_("Where it was sent, and when an answer may come"), "", False),
    Kind.ANSWER: (_("Answer"), _("Whoever raised the issue and the staff are told."), True),
    Kind.CLOSED: (_("Reason"), _("How it was solved, or why it needs no answer any more."), True),
    Kind.REOPENED: (_("Reason"), _("What the answer leaves open, or what has changed."), True),
}


class IssueForm(ConflictForm):
    """Raise an issue, or correct one: then without who raises it."""

    def __init__(
        self,
        *args: Any,
        area: LocalArea,
        user: Any,
        raisers: Sequence[Partnership] = (),
        by_staff: bool = False,
        is_new: bool = True,
        **kwargs: Any,
    ) -> None:
        fields = model_fields(RaisedIssue, ("title", "text"), labels=LABELS, help_texts=HELP)
        fields["goal"] = forms.ModelChoiceField(
            goals_of(area).visible_to(user).select_related("plan").order_by("plan__first_on", "position", "pk"),
            required=False, label=_("Goal that it holds up"), empty_label=_("No goal"),
        )  # fmt: skip
        if is_new and (by_staff or len(raisers) > 1):
            rows = Partnership.objects.filter(pk__in=[each.pk for each in raisers]).select_related("organization")
            fields["partnership"] = forms.ModelChoiceField(
                rows.order_by(Lower("organization__name"), "pk"), required=not by_staff, label=_("Raised by"),
                empty_label=_("One-Stop staff") if by_staff else _("Choose your organization"),
            )  # fmt: skip
        super().__init__(*args, fields=fields, **kwargs)
        if "partnership" in self.fields:
            self.order_fields(["partnership"])
        self.only_raiser = raisers[0] if len(raisers) == 1 and not by_staff else None
        add_personal_data_check(self, ("title", "text"))

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts of the issue."""
        return self.only(FACTS)

    @property
    def raiser(self) -> Partnership | None:
        """The partner for which it is raised."""
        return self.cleaned_data.get("partnership") or self.only_raiser

    @property
    def vouched(self) -> bool:
        """Whether it was confirmed that the texts identify nobody."""
        return bool(self.cleaned_data.get("fine"))


class StepForm(forms.Form):
    """A text for one step: a note, an answer, a reason."""

    text = LongTextField(max_length=3000, widget=forms.Textarea(attrs={"rows": "5"}))

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["text"]
        field.label, field.help_text, field.required = TEXTS[Kind(kind)]
        add_personal_data_check(self, ("text",))

    @property
    def said(self) -> dict[str, Any]:
        """The text, and whether it was confirmed that it identifies nobody."""
        return {"text": self.cleaned_data["text"], "vouched": bool(self.cleaned_data.get("fine"))}
