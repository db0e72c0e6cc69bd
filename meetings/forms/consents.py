"""Forms of consent to a goal, and of an objection that the staff record."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from meetings.forms.plans import PartnersField
from meetings.forms.questions import add_personal_data_check
from meetings.models import GoalConsent, SharedPlan
from onestop.editing.model_fields import model_fields
from partners.models import Partnership

Answer = GoalConsent.Answer
ANSWERS = ((Answer.CONSENTS, _("We consent")), (Answer.OBJECTS, _("We object")))
LABELS = {"part": _("Your own part"), "measure": _("Your own measure"), "reason": _("Reason for an objection")}
HELP = {
    "part": _("What your organization will do for it: “Evening classes in two centers”."),
    "measure": _("What you count yourselves: “20 people a quarter”."),
    "reason": _("Only for an objection. Everybody who sees the goal reads it."),
}


class ConsentForm(forms.Form):
    """A manager consents to a goal with the partner's own part and measure, or objects with a reason."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, plan: SharedPlan, partners: QuerySet[Partnership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = list(partners[:2])
        self.only_partner = found[0] if len(found) == 1 else None
        if not self.only_partner:
            self.fields["partnership"] = PartnersField(
                partners, plan=plan, label=_("For the partner"), empty_label=_("Choose your organization")
            )
        self.fields["answer"] = forms.ChoiceField(
            label=_("Answer"), choices=ANSWERS, widget=forms.RadioSelect,
            error_messages={"required": _("Choose whether your organization consents or objects.")},
        )  # fmt: skip
        self.fields |= model_fields(GoalConsent, ("part", "measure", "reason"), labels=LABELS, help_texts=HELP)
        add_personal_data_check(self, ("part", "measure", "reason"))

    def clean(self) -> dict[str, Any]:
        """Require a reason of an objection."""
        values = super().clean() or self.cleaned_data
        if values.get("answer") == Answer.OBJECTS and not values.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Say why your organization objects. The reason stays with the goal."))
        return values

    def has_read(self, version: int) -> None:
        """Say that the page shows a version, which the next answer is for."""
        self.data = {**self.data.dict(), "version": str(version)}  # type: ignore[attr-defined]

    @property
    def partnership(self) -> Partnership:
        """The partner that answers."""
        found: Partnership = self.only_partner or self.cleaned_data["partnership"]
        return found


class ObjectionForm(forms.Form):
    """An objection of a partner that the staff record: who said it, and why."""

    def __init__(self, *args: Any, plan: SharedPlan, partners: QuerySet[Partnership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partnership"] = PartnersField(
            partners, plan=plan, label=_("Partner"), empty_label=_("Choose a partner")
        )
        fields = model_fields(
            GoalConsent, ("name", "reason"), labels={"name": _("Who said it")},
            help_texts={"reason": _("In their words, as far as you can.")},
        )  # fmt: skip
        fields["reason"].required = True
        self.fields |= fields
        add_personal_data_check(self, ("reason",))
