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
from onestop.fields import explain_choices
from partners.invitations import WHAT_A_ROLE_IS, Place
from partners.models import LocalArea, Organization, Role
from partners.models.people import ORGANIZATION_ROLES, STATE_ROLES
from partners.turnover import Kind, OpenThing

PASSWORD, CODE = "password", "code"
EACH, SAME, NOBODY = "each", "same", "nobody"


class SeatForm(forms.Form):
    """A role, and the place in which it is held: in an area's form one of its partners, in an organization's itself."""

    role = forms.ChoiceField(widget=forms.RadioSelect, label="Role")
    organization = forms.ModelChoiceField(
        Organization.objects.none(),
        required=False,
        label="Organization",
        help_text="For partner managers and representatives: the organization to which they belong.",
        empty_label="Choose one",
    )

    def __init__(
        self,
        *args: Any,
        roles: Sequence[Role],
        home: LocalArea | Organization,
        partners: QuerySet | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.home = home
        self.fields["role"].choices = [(role.value, role.label) for role in roles]  # type: ignore[attr-defined]
        explain_choices(
            self.fields["role"], {role: f"They {WHAT_A_ROLE_IS[role]}.".replace("your", "their") for role in roles}
        )
        if partners is None:
            del self.fields["organization"]
        else:
            self.fields["organization"].queryset = partners.order_by(Lower("name"), "pk")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for the organization where the role needs one."""
        data = super().clean() or {}
        if data.get("role") in ORGANIZATION_ROLES and "organization" in self.fields and not data.get("organization"):
            self.add_error("organization", "Say to which organization they belong.")
        return data

    @property
    def place(self) -> Place:
        """The place that the role and the organization mean."""
        if self.cleaned_data["role"] in ORGANIZATION_ROLES:
            return self.cleaned_data.get("organization") or self.home
        assert isinstance(self.home, LocalArea)
        return self.home.state if self.cleaned_data["role"] in STATE_ROLES else self.home


class InvitationForm(SeatForm):
    """Whom to invite, as what."""

    email = forms.EmailField(
        max_length=254, label="E-mail", help_text="Their own work address; the link in the mail is for them alone."
    )
    name = forms.CharField(max_length=150, label="Full name")
    message = forms.CharField(
        max_length=1000,
        required=False,
        label="A few words from you",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="They stand in the mail, above the link.",
    )
    field_order = ("email", "name", "role", "organization", "message")


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

    def __init__(self, *args: Any, found: Iterable[tuple[Kind, list[OpenThing]]], **kwargs: Any) -> None:
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

    def _field(self, thing: OpenThing) -> forms.ChoiceField:
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

    def _heir(self, thing: OpenThing, data: dict[str, Any]) -> User | None:
        chosen = data.get(thing.key, NOBODY)
        able = {str(heir.pk): heir for heir in thing.heirs}
        return able.get(data.get("all", NOBODY) if chosen == SAME else chosen)

    @property
    def chosen(self) -> dict[str, User | None]:
        """The heir of each thing."""
        return {thing.key: self._heir(thing, self.cleaned_data) for thing in self.things}
