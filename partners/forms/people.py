"""Forms about people: inviting, accepting, giving a seat, handing over."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.db.models import QuerySet
from django.db.models.functions import Lower

from onestop.accounts.forms.sign_in import NEW_PASSWORD_HELP
from onestop.accounts.models import User
from onestop.accounts.passwords import PASSWORD_MAX_LENGTH
from onestop.editing.long_texts import LongTextField
from onestop.ui.form_fields import explain_choices
from partners.models import LocalArea, Organization, Partnership, Role
from partners.models.people import ORGANIZATION_ROLES, STATE_ROLES, Place
from partners.people.invitations import WHAT_A_ROLE_IS
from partners.people.turnover import Kind, OpenItem

PASSWORD, CODE = "password", "code"
EACH, SAME, NOBODY = "each", "same", "nobody"
WHOLE = "whole"


class SeatForm(forms.Form):
    """A role, and the place in which it is held: an area, one of its partners, or a whole organization.

    ``partnerships`` are those for which a manager or representative can be named; with ``whole``, an organization, its
    seats in all areas too. Where only one place is possible, nobody is asked which.
    """

    role = forms.ChoiceField(widget=forms.RadioSelect, label="Role")
    partner = forms.ChoiceField(required=False, label="Partner")

    def __init__(
        self,
        *args: Any,
        roles: Sequence[Role],
        home: LocalArea | Organization,
        partnerships: QuerySet[Partnership],
        whole: Organization | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.home = home
        rows = partnerships.select_related("organization", "area")
        by_area = isinstance(home, LocalArea)
        order = Lower("organization__name") if by_area else Lower("area__name")
        self.places: dict[str, Partnership | Organization] = {str(row.pk): row for row in rows.order_by(order, "pk")}
        labels = {
            key: row.organization.name if by_area else f"In {row.area.name}"
            for key, row in self.places.items()
            if isinstance(row, Partnership)
        }
        if whole is not None:
            self.places[WHOLE] = whole
            labels[WHOLE] = "The whole organization, in all its areas"
        if not by_area and len(self.places) == 1:
            del self.fields["partner"]
        else:
            self._ask_for_partner(labels, by_area=by_area)
        self.fields["role"].choices = [(role.value, role.label) for role in roles]  # type: ignore[attr-defined]
        explain_choices(
            self.fields["role"], {role: f"They {WHAT_A_ROLE_IS[role]}.".replace("your", "their") for role in roles}
        )

    def _ask_for_partner(self, labels: dict[str, str], *, by_area: bool) -> None:
        field: Any = self.fields["partner"]
        field.choices = [("", "Choose one"), *labels.items()]
        if by_area:
            field.help_text = "For partner managers and representatives: the partner for which they work."
        else:
            field.label, field.required = "Where", True
            field.help_text = "A seat is for one area, unless it is for the whole organization."
            field.error_messages["required"] = "Choose where they will work."

    def clean(self) -> dict[str, Any]:
        """Ask for the partner where the role needs one."""
        data = super().clean() or {}
        named = data.get("partner") or "partner" not in self.fields or "partner" in self.errors
        if data.get("role") in ORGANIZATION_ROLES and not named:
            self.add_error("partner", "Choose the partner for which they work.")
        return data

    @property
    def place(self) -> Place:
        """The place that the role and the partner mean."""
        if self.cleaned_data["role"] in ORGANIZATION_ROLES:
            return self.places[self.cleaned_data.get("partner") or next(iter(self.places))]
        assert isinstance(self.home, LocalArea)
        return self.home.state if self.cleaned_data["role"] in STATE_ROLES else self.home


class InvitationForm(SeatForm):
    """Whom to invite, as what."""

    email = forms.EmailField(
        max_length=254, label="E-mail", help_text="Their own work address; the link in the mail is for them alone."
    )
    name = forms.CharField(max_length=150, label="Full name")
    message = LongTextField(
        max_length=1000,
        required=False,
        label="A few words from you",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="They stand in the mail, above the link.",
    )
    field_order = ("email", "name", "role", "partner", "message")


class AcceptForm(forms.Form):
    """Who a new person is, and how they will sign in."""

    name = forms.CharField(
        max_length=150, label="Your full name", widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    way = forms.ChoiceField(
        choices=[(PASSWORD, "With a password"), (CODE, "With a code by e-mail, no password")],
        widget=forms.RadioSelect,
        initial=PASSWORD,
        label="How do you want to sign in?",
    )
    password = forms.CharField(
        strip=False,
        max_length=PASSWORD_MAX_LENGTH,
        label="Password",
        help_text=NEW_PASSWORD_HELP,
        error_messages={"required": "Choose a password, or choose a code by e-mail instead."},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=True),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email
        self.fields["password"].required = self.data.get("way") != CODE
        explain_choices(
            self.fields["way"],
            {PASSWORD: "Choose it below.", CODE: f"Each time we send a code to {email}. Leave the password empty."},
        )

    def clean(self) -> dict[str, Any]:
        """Ask for a good password, if there is to be one."""
        data = super().clean() or {}
        if data.get("way") == PASSWORD and data.get("password"):
            self._judge(data["password"], data.get("name", ""))
        return data

    def _judge(self, password: str, name: str) -> None:
        try:
            validate_password(password, User(email=self.email, name=name))
        except forms.ValidationError as problem:
            self.add_error("password", problem)

    @property
    def chosen_password(self) -> str | None:
        """The password, or none."""
        return self.cleaned_data["password"] if self.cleaned_data["way"] == PASSWORD else None


class HandoverForm(forms.Form):
    """Who takes over each open thing; one name at the top does for all that it can."""

    def __init__(self, *args: Any, found: Iterable[tuple[Kind, list[OpenItem]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.things = [thing for _, things in found for thing in things]
        heirs = {heir.pk: heir for thing in self.things for heir in thing.heirs}
        names = sorted(((pk, heir.name) for pk, heir in heirs.items()), key=lambda name: (name[1].lower(), name[0]))
        if len(self.things) > 1 and names:
            self.fields["all"] = forms.ChoiceField(
                choices=[(EACH, "I choose one by one"), *names], label="Who takes over everything they can?"
            )
        for thing in self.things:
            self.fields[thing.key] = self._field(thing)

    def _field(self, thing: OpenItem) -> forms.ChoiceField:
        choices: list[tuple[Any, str]] = [(heir.pk, heir.name) for heir in thing.heirs]
        if not thing.is_required:
            choices.insert(0, (NOBODY, "Nobody"))
        if "all" in self.fields:
            choices.insert(0, (SAME, "As chosen above"))
        elif thing.is_required:
            choices.insert(0, ("", "Choose who"))
        return forms.ChoiceField(
            choices=choices,
            label=thing.title,
            help_text=thing.otherwise if thing.is_required else f"With nobody: {thing.otherwise}",
            error_messages={"required": thing.otherwise},
        )

    def clean(self) -> dict[str, Any]:
        """Refuse to leave without anybody what needs somebody."""
        data = super().clean() or {}
        for thing in self.things:
            if thing.is_required and self._heir(thing, data) is None and thing.key not in self.errors:
                self.add_error(thing.key, thing.otherwise)
        return data

    def _heir(self, thing: OpenItem, data: dict[str, Any]) -> User | None:
        chosen = data.get(thing.key, NOBODY)
        able = {str(heir.pk): heir for heir in thing.heirs}
        return able.get(data.get("all", NOBODY) if chosen == SAME else chosen)

    @property
    def chosen(self) -> dict[str, User | None]:
        """The heir of each thing."""
        return {thing.key: self._heir(thing, self.cleaned_data) for thing in self.things}
