"""Forms of agreements: begin one, edit its facts, share and copy it."""

from typing import Any

from django import forms
from django.db.models.functions import Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agreements.drafting.agreements import FACTS
from agreements.models import Agreement
from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.model_fields import model_fields
from onestop.files.fields import StoredFileField
from partners.models import LocalArea, Partnership

Kind = Agreement.Kind
ONLY_OF = {"is_interim": Kind.IFA, "extends_to": Kind.AMENDMENT}  # facts of one kind
FACTS_AT_FIRST = tuple(name for name in FACTS if name != "note")
DATE_HELP = {
    "effective_on": _("For example, 07/01/2027."),
    "expires_on": _("The last day in force. For example, 06/30/2030."),
}


class AgreementForm(ConflictForm):
    """Number, title, dates and note of a draft, and the further areas of a regional MOU."""

    def __init__(self, *args: Any, area: LocalArea, kind: str, **kwargs: Any) -> None:
        names = [name for name in FACTS if ONLY_OF.get(name, kind) == kind]
        super().__init__(*args, fields=model_fields(Agreement, names, help_texts=HELP), **kwargs)
        others = LocalArea.objects.filter(state=area.state_id, archived_at=None).exclude(pk=area.pk)
        if others.exists():
            self.fields["further_areas"] = forms.ModelMultipleChoiceField(
                others.order_by(Lower("name"), "pk"),
                label=_("Further areas"),
                required=False,
                widget=forms.CheckboxSelectMultiple,
                help_text=_("Of a regional MOU, where a regional plan exists (20 CFR 678.505(b))."),
                show_hidden_initial=True,
            )

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return self.only(FACTS)


HELP = {
    **DATE_HELP,
    "review_on": _("At least once in each 3-year period (20 CFR 678.500(b)(6))."),
    "note": _("Only the staff of the area see it."),
}


class BeginForm(forms.Form):
    """A new agreement: its kind, facts and partners; or one that was signed outside the portal."""

    kind = forms.ChoiceField(
        label=_("Kind of agreement"),
        choices=Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the kind of agreement.")},
    )
    amends = forms.ModelChoiceField(
        Agreement.objects.none(),
        label=_("Amends"),
        required=False,
        empty_label=_("Not an amendment"),
        help_text=_("Only for an amendment."),
    )

    def __init__(self, *args: Any, area: LocalArea, is_signed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= model_fields(Agreement, FACTS_AT_FIRST)
        for name, words in HELP.items():
            if name in self.fields:
                self.fields[name].help_text = words
        executed = Agreement.objects.of(area).filter(status=Agreement.Status.EXECUTED)
        amends: Any = self.fields["amends"]
        amends.queryset = executed.exclude(kind=Kind.AMENDMENT).order_by("-effective_on", "pk")
        partners = Partnership.objects.active().filter(area=area).select_related("organization")
        self.fields["partners"] = _Partners(
            partners.order_by(Lower("organization__name"), "pk"),
            label=_("Partners that are parties"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text=_("The board and the chief elected officials of an MOU are added by themselves."),
        )
        if is_signed:
            self.fields["executed_on"] = forms.DateField(
                label=_("Signed by all on"),
                help_text=_("The day of the last signature."),
                error_messages={"required": _("Enter the day of the last signature.")},
            )
            self.fields["signed_file"] = StoredFileField("agreements.signed_document", required=False)
            self.fields["effective_on"].required = True

    def clean(self) -> dict[str, Any]:
        """Require what the kind needs."""
        values = super().clean() or self.cleaned_data
        kind, partners = values.get("kind"), values.get("partners")
        if kind == Kind.AMENDMENT and not values.get("amends"):
            self.add_error("amends", gettext("Choose the agreement that this one amends."))
        elif kind != Kind.AMENDMENT:
            values["amends"] = None
        if kind == Kind.SINGLE and partners is not None and len(partners) != 1:
            self.add_error("partners", gettext("Choose one partner."))
        return values

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return {name: self.cleaned_data[name] for name in FACTS if name in self.cleaned_data}


class _Partners(forms.ModelMultipleChoiceField):
    """Partners by the names of their organizations."""

    def label_from_instance(self, partnership: Any) -> str:
        return str(partnership.organization.name)


class RenewForm(forms.Form):
    """Number, title and dates of the successor of an agreement."""

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [name for name in FACTS_AT_FIRST if ONLY_OF.get(name, kind) == kind]
        self.fields = {**model_fields(Agreement, names), **self.fields}
        for name, words in HELP.items():
            if name in self.fields:
                self.fields[name].help_text = words

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return {name: self.cleaned_data[name] for name in FACTS if name in self.cleaned_data}


class CopyForm(RenewForm):
    """A copy of an earlier agreement."""

    succeeds = forms.BooleanField(
        label=_("The new agreement succeeds this one"),
        required=False,
        initial=True,
        help_text=_("The portal then shows whether there is a gap between the two."),
    )
