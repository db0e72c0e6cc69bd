"""Forms of the board: its seats, terms, offices and who holds them."""

from typing import Any

from django import forms
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onestop.accounts.models import User
from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.model_fields import model_fields
from onestop.files.fields import StoredFileField
from partners.board import offices, seats, terms
from partners.board.holding import FACTS as HELD
from partners.forms.representatives import AccountField
from partners.models import BoardSeat, BoardTerm, LocalArea, Membership, Office, Organization, Tenure

PERSON_HELP = {
    "name": _("Leave it blank if you choose an account."),
    "email": _("For people without an account. Signature requests are sent to it."),
    "from_on": _("For example, 07/01/2026."),
    "until_on": _("Leave it blank if there is no end yet."),
    "ended_on": _("Only if the person left before the last day."),
    "reason": _("Example: moved away, changed jobs."),
}


class SeatForm(ConflictForm):
    """A seat of the board."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, fields=model_fields(BoardSeat, seats.FACTS), **kwargs)

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return self.only(seats.FACTS)


class OfficeForm(ConflictForm):
    """An office of an area or of an organization."""

    def __init__(self, *args: Any, place: LocalArea | Organization, **kwargs: Any) -> None:
        super().__init__(*args, fields=model_fields(Office, offices.FACTS), **kwargs)
        fitting = Office.OF_AREAS if isinstance(place, LocalArea) else Office.OF_ORGANIZATIONS
        self.fields["kind"] = forms.ChoiceField(
            label=_("Kind"), choices=[("", "---------"), *((kind.value, kind.label) for kind in fitting)]
        )
        self.fields["kind"].show_hidden_initial = True
        if not isinstance(place, LocalArea):
            del self.fields["jurisdiction"]
        self.order_fields(offices.FACTS)

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return self.only(offices.FACTS)


class HeldForm(ConflictForm):
    """A person's time in a seat or an office; a new one has no early end."""

    model: Any
    own: tuple[str, ...] = ()
    proof: str

    def __init__(self, *args: Any, accounts: Any, is_new: bool, **kwargs: Any) -> None:
        names = ("name", "email", *self.own, "from_on", "until_on")
        names = names if is_new else (*names, "ended_on", "reason")
        fields = model_fields(self.model, names, help_texts=PERSON_HELP)
        fields["name"].required = False
        fields["user"] = AccountField(
            accounts,
            required=False,
            label=_("Account"),
            empty_label=_("No account"),
            help_text=_("If this person can sign in, choose the account. Their name and email come from it."),
        )
        fields["proof_file"] = StoredFileField(self.proof, required=False)
        super().__init__(*args, fields=fields, **kwargs)
        self.order_fields(["user", "name", "email", *self.own, "proof_file", *names])

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return self.only((*HELD, *self.own))

    def clean(self) -> dict[str, Any]:
        """Require a name or an account."""
        values = super().clean() or self.cleaned_data
        if not values.get("name") and not values.get("user") and "name" not in self.errors:
            self.add_error("name", gettext("Enter the name, or choose an account."))
        return values


class TermForm(HeldForm):
    """A term on the board."""

    model = BoardTerm
    own = terms.OWN
    proof = "partners.board_term_proof"


class TenureForm(HeldForm):
    """A person's time in an office."""

    model = Tenure
    own = offices.OWN
    proof = "partners.tenure_proof"


def held_facts(held: BoardTerm | Tenure, own: tuple[str, ...]) -> dict[str, Any]:
    """Return the initial values of the form of somebody's time."""
    return {name: getattr(held, name) for name in (*HELD, *own)}


def accounts_in(place: LocalArea | Organization, *also: int | None) -> Any:
    """Return the active accounts of an area's people or an organization's, and some more."""
    if isinstance(place, LocalArea):
        own = Q(area=place) | Q(partnership__area=place, partnership__archived_at=None)
    else:
        own = Q(organization=place) | Q(partnership__organization=place, partnership__archived_at=None)
    held = Membership.objects.current().filter(own).values("user")
    people = User.objects.filter(Q(pk__in=held, is_active=True) | Q(pk__in=[pk for pk in also if pk]))
    return people.order_by(Lower("name"), "pk")
