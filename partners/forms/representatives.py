"""Forms for the people who speak for partners."""

from typing import Any

from django import forms
from django.db.models.functions import Lower

from onestop.accounts.models import User
from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.model_fields import model_fields
from onestop.ui.form_fields import explain_choices
from partners.models import Partnership, Representative
from partners.people.representatives import FACTS, accounts_of

HELP = {
    "job_title": "Such as “District manager”.",
    "email": "Invitations and questions go there.",
    "phone": "A number that reaches them, such as (555) 010-0142.",
    "is_signatory": "They may bind the organization: agreements go to them for signature.",
}
LABELS = {"job_title": "Title", "is_signatory": "May sign agreements", "kind": "Speaks as"}


class AccountField(forms.ModelChoiceField):
    """One of the people who have an account."""

    def label_from_instance(self, user: Any) -> str:
        """Return the name, and what tells two of the same name apart."""
        return f"{user.name} ({user.email})"


class RepresentativeForm(ConflictForm):
    """What is known of a person who speaks for a partner."""

    def __init__(
        self, *args: Any, partnership: Partnership, main: Representative | None, person: Any = None, **kwargs: Any
    ) -> None:
        fields = model_fields(
            Representative,
            ("name", "job_title", "email", "phone", "kind", "is_signatory"),
            labels=LABELS,
            help_texts=HELP,
            widgets={"kind": forms.RadioSelect},
        )
        fields["kind"].initial = None
        fields["user"] = AccountField(
            _accounts(partnership, person),
            required=False,
            label="Account",
            empty_label="No account",
            help_text="People of the organization who can sign in. Linking says: this is the same person.",
        )
        super().__init__(*args, fields=fields, **kwargs)
        self.fields["kind"].help_text = _about_main(main, person)
        explain_choices(
            self.fields["kind"],
            {"main": "Asked first: gets invitations, answers, votes.", "alternate": "Asked when the main one is away."},
        )

    @property
    def facts(self) -> dict[str, Any]:
        """What was written."""
        return self.cleaned_data


class LeavingForm(forms.Form):
    """Who takes over from a main representative who has left."""

    successor = forms.ModelChoiceField(
        Representative.objects.none(),
        required=False,
        label="Who is the main representative from now on?",
        empty_label="Nobody yet: leave it open",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, others: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = others  # type: ignore[attr-defined]


def facts_of(person: Representative) -> dict[str, Any]:
    """Return what a form for a representative shows at first."""
    return {name: getattr(person, name) for name in (*FACTS, "kind")}


def _accounts(partnership: Partnership, person: Representative | None) -> Any:
    known = accounts_of(partnership)
    if person and person.user_id:
        # Whoever is linked stays on offer, also when their seat has ended meanwhile.
        known = known | User.objects.filter(pk=person.user_id)
    return known.order_by(Lower("name"), "pk")


def _about_main(main: Representative | None, person: Representative | None) -> str:
    if main is None:
        return "Nobody is the main representative now."
    if person and main.pk == person.pk:
        return "As an alternate they leave nobody as main, until you choose somebody."
    return f"{main.name} is the main representative now, and becomes alternate if you choose “Main representative”."
