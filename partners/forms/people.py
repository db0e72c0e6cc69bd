"""Forms of seats, invitations and handovers."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onestop.accounts.forms.sign_in import NEW_PASSWORD_HELP
from onestop.accounts.models import User
from onestop.accounts.passwords import PASSWORD_MAX_LENGTH
from onestop.editing.long_texts import LongTextField
from onestop.ui.form_fields import explain_choices
from partners.models import LocalArea, Organization, Partnership, Role
from partners.models.people import ORGANIZATION_ROLES, STATE_ROLES, Place
from partners.people.turnover import Kind, OpenItem

PASSWORD, CODE = "password", "code"
EACH, SAME, NOBODY = "each", "same", "nobody"
WHOLE = "whole"
ROLE_HELP = {
    Role.STATE: _("Views everything in all areas of the state."),
    Role.STAFF: _("Manages the area's partner network: partners, services and people."),
    Role.MANAGER: _("Keeps the organization's services, people and locations up to date."),
    Role.REPRESENTATIVE: _("Views the network and represents the organization."),
    Role.BOARD: _("Views the network and its progress for the board."),
}


class SeatForm(forms.Form):
    """A role, and the place in which it is held: an area, one of its partners, or a whole organization.

    ``partnerships`` are the choices for managers and representatives; ``whole``, an organization, adds
    its seats in all areas. If only one place is possible, the field is left out.
    """

    role = forms.ChoiceField(widget=forms.RadioSelect, label=_("Role"))
    partner = forms.ChoiceField(required=False, label=_("Partner"))

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
            key: row.organization.name if by_area else gettext("In %(area)s") % {"area": row.area.name}
            for key, row in self.places.items()
            if isinstance(row, Partnership)
        }
        if whole is not None:
            self.places[WHOLE] = whole
            labels[WHOLE] = gettext("The whole organization, in all its areas")
        if not by_area and len(self.places) == 1:
            del self.fields["partner"]
        else:
            self._ask_for_partner(labels, by_area=by_area)
        self.fields["role"].choices = [(role.value, role.label) for role in roles]  # type: ignore[attr-defined]
        explain_choices(self.fields["role"], {role: str(ROLE_HELP[role]) for role in roles})

    def _ask_for_partner(self, labels: dict[str, str], *, by_area: bool) -> None:
        field: Any = self.fields["partner"]
        field.choices = [("", gettext("Choose one")), *labels.items()]
        if by_area:
            field.help_text = gettext("Only for partner managers and representatives: the partner they work for.")
        else:
            field.label, field.required = gettext("Area"), True
            field.help_text = gettext("A seat is for one area, or for the whole organization.")
            field.error_messages["required"] = gettext("Choose the area they will work in.")

    def clean(self) -> dict[str, Any]:
        """Require the partner if the role needs one."""
        data = super().clean() or {}
        named = data.get("partner") or "partner" not in self.fields or "partner" in self.errors
        if data.get("role") in ORGANIZATION_ROLES and not named:
            self.add_error("partner", gettext("Choose the partner they work for."))
        return data

    @property
    def place(self) -> Place:
        """The place of the seat, from the role and the partner."""
        if self.cleaned_data["role"] in ORGANIZATION_ROLES:
            return self.places[self.cleaned_data.get("partner") or next(iter(self.places))]
        assert isinstance(self.home, LocalArea)
        return self.home.state if self.cleaned_data["role"] in STATE_ROLES else self.home


class InvitationForm(SeatForm):
    """The person to invite, the seat and a message."""

    email = forms.EmailField(
        max_length=254,
        label=_("Email"),
        help_text=_("Use their own work address. The link in the email is only for them."),
    )
    name = forms.CharField(max_length=150, label=_("Full name"))
    message = LongTextField(
        max_length=1000,
        required=False,
        label=_("Message"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Shown in the email, above the link."),
    )
    field_order = ("email", "name", "role", "partner", "message")


class AcceptForm(forms.Form):
    """The name of a new person, and the way to sign in."""

    name = forms.CharField(
        max_length=150, label=_("Your full name"), widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    way = forms.ChoiceField(
        choices=[(PASSWORD, _("With a password")), (CODE, _("With a code by email, no password"))],
        widget=forms.RadioSelect,
        initial=PASSWORD,
        label=_("How do you want to sign in?"),
    )
    password = forms.CharField(
        strip=False,
        max_length=PASSWORD_MAX_LENGTH,
        label=_("Password"),
        help_text=NEW_PASSWORD_HELP,
        error_messages={"required": _("Choose a password, or choose a code by email instead.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=True),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email
        self.fields["password"].required = self.data.get("way") != CODE
        explain_choices(
            self.fields["way"],
            {
                PASSWORD: gettext("Choose it below."),
                CODE: gettext("We send a code to %(email)s each time. Leave the password blank.") % {"email": email},
            },
        )

    def clean(self) -> dict[str, Any]:
        """Validate the password, if the person wants one."""
        data = super().clean() or {}
        if data.get("way") == PASSWORD and data.get("password"):
            self._validate_password(data["password"], data.get("name", ""))
        return data

    def _validate_password(self, password: str, name: str) -> None:
        try:
            validate_password(password, User(email=self.email, name=name))
        except forms.ValidationError as problem:
            self.add_error("password", problem)

    @property
    def chosen_password(self) -> str | None:
        """The password, or None for sign-in by code."""
        return self.cleaned_data["password"] if self.cleaned_data["way"] == PASSWORD else None


class HandoverForm(forms.Form):
    """The heir of each open item; one name at the top can take over all."""

    def __init__(self, *args: Any, found: Iterable[tuple[Kind, list[OpenItem]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.things = [thing for _, things in found for thing in things]
        heirs = {heir.pk: heir for thing in self.things for heir in thing.heirs}
        names = sorted(((pk, heir.name) for pk, heir in heirs.items()), key=lambda name: (name[1].lower(), name[0]))
        if len(self.things) > 1 and names:
            self.fields["all"] = forms.ChoiceField(
                choices=[(EACH, gettext("Choose for each item")), *names], label=gettext("Who takes over all items?")
            )
        for thing in self.things:
            self.fields[thing.key] = self._field(thing)

    def _field(self, thing: OpenItem) -> forms.ChoiceField:
        choices: list[tuple[Any, str]] = [(heir.pk, heir.name) for heir in thing.heirs]
        if not thing.is_required:
            choices.insert(0, (NOBODY, gettext("No one")))
        if "all" in self.fields:
            choices.insert(0, (SAME, gettext("Same as above")))
        elif thing.is_required:
            choices.insert(0, ("", gettext("Choose a person")))
        help_text = gettext("If no one takes over: %(sentence)s") % {"sentence": thing.otherwise}
        if thing.is_required:
            help_text = thing.otherwise
        return forms.ChoiceField(
            choices=choices,
            label=thing.title,
            help_text=help_text,
            error_messages={"required": thing.otherwise},
        )

    def clean(self) -> dict[str, Any]:
        """Require an heir for the items that need one."""
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
        """The heir of each open item, by key."""
        return {thing.key: self._heir(thing, self.cleaned_data) for thing in self.things}
