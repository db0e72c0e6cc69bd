"""Forms of representatives."""

from typing import Any

from django import forms
from django.db.models.functions import Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onestop.accounts.models import User
from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.model_fields import model_fields
from onestop.ui.form_fields import explain_choices
from partners.models import Partnership, Representative
from partners.people.representatives import FACTS, accounts_of

HELP = {
    "job_title": _("For example, “District manager”."),
    "email": _("For invitations and questions."),
    "phone": _("For example, (555) 010-0142."),
    "is_signatory": _("Can sign agreements for the organization. We send agreements to them for signature."),
}
LABELS = {"job_title": _("Title"), "is_signatory": _("Signatory"), "kind": _("Role")}


class AccountField(forms.ModelChoiceField):
    """A person who has an account."""

    def label_from_instance(self, user: Any) -> str:
        """Return the name and the email, since two people can have the same name."""
        return f"{user.name} ({user.email})"


class RepresentativeForm(ConflictForm):
    """The details and the role of a representative."""

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
            label=_("Account"),
            empty_label=_("No account"),
            help_text=_("If this person can sign in, choose the account."),
        )
        super().__init__(*args, fields=fields, **kwargs)
        self.fields["kind"].help_text = _about_main(main, person)
        explain_choices(
            self.fields["kind"],
            {
                "main": gettext("First contact: gets invitations, answers questions and votes."),
                "alternate": gettext("Contact when the main representative is away."),
            },
        )

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return self.cleaned_data


class LeavingForm(forms.Form):
    """The successor of a main representative who has left."""

    successor = forms.ModelChoiceField(
        Representative.objects.none(),
        required=False,
        label=_("Who becomes the main representative?"),
        empty_label=_("Decide later"),
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, others: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = others  # type: ignore[attr-defined]


def facts_of(person: Representative) -> dict[str, Any]:
    """Return the initial values of a representative's form."""
    return {name: getattr(person, name) for name in (*FACTS, "kind")}


def _accounts(partnership: Partnership, person: Representative | None) -> Any:
    known = accounts_of(partnership)
    if person and person.user_id:
        # The linked account stays a choice, even if its seat has ended.
        known = known | User.objects.filter(pk=person.user_id)
    return known.order_by(Lower("name"), "pk")


def _about_main(main: Representative | None, person: Representative | None) -> str:
    if main is None:
        return gettext("There is no main representative now.")
    if person and main.pk == person.pk:
        return gettext("If you choose “Alternate”, there is no main representative until you choose one.")
    words = gettext(
        "%(name)s is the main representative now. If you choose “Main representative”, %(name)s becomes an alternate."
    )
    return words % {"name": main.name}
