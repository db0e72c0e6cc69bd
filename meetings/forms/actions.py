"""Forms of action items: adding and editing, reassigning, moving the day, and what people report."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from meetings.actions import actions
from meetings.actions.reports import Report
from meetings.forms.groups import ACCOUNT, PartnerField, partners_of, people_of
from meetings.models import ActionItem, Group, GroupMember
from onestop.accounts.models import User
from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.long_texts import LongTextField
from onestop.editing.model_fields import model_fields
from partners.models import Partnership, Representative
from partners.network.served_things import served_choices

MEMBER, REPRESENTATIVE, KEPT = "member", "representative", "kept"
OWN = ("text", "detail", "due_on")
HELP = {
    "text": _("Say what will be there at the end: “Send the referral counts to Ann”."),
    "name": _("Leave it blank if you choose a person above, or an organization alone."),
    "email": _("They report by a link in their mail, without an account."),
}
LABELS = {"name": _("Name of somebody else"), "email": _("Their email")}


class WhoseForm(ConflictForm):
    """Whose an action item is: a person, an organization, or both."""

    def __init__(
        self, *args: Any, group: Group, action: ActionItem | None = None, fields: Any = None, **kwargs: Any
    ) -> None:
        own = model_fields(ActionItem, ("name", "email"), help_texts=HELP, labels=LABELS)
        chosen: dict[str, forms.Field] = {}
        chosen["who"] = forms.ChoiceField(
            label=_("Person"), choices=lambda: _people_of(group, action), required=False,
            help_text=_("Without a person, the representatives of the organization are reminded."),
        )  # fmt: skip
        chosen["partnership"] = PartnerField(
            _partners_of(group, action), label=_("Organization"), required=False,
            empty_label=_("That of the person, or none"),
        )  # fmt: skip
        super().__init__(*args, fields={**(fields or {}), **chosen, **own}, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Find the person and, if none is chosen, the organization for which they speak."""
        values = super().clean() or self.cleaned_data
        kind, _colon, pk = str(values.get("who") or "").partition(":")
        partnership = None
        if kind == MEMBER and (member := _members().filter(pk=pk).first()):
            partnership = member.seat.partnership if member.seat else None
            values |= {"user": member.user, "name": member.name, "email": member.address}
        elif kind == REPRESENTATIVE and (speaker := _speakers().filter(pk=pk).first()):
            partnership, account = speaker.partnership, speaker.user
            values |= {"user": account, "name": speaker.name, "email": account.email if account else speaker.email}
        elif kind == ACCOUNT:
            values["user"] = User.objects.filter(pk=pk).first()
        else:
            values["user"] = None
        if kind and not values.get("partnership"):
            values["partnership"] = partnership
        return values

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return self.only(actions.FACTS) | {"user": self.cleaned_data.get("user")}


class ActionForm(WhoseForm):
    """An action item: what, whose, until when, and what it serves."""

    def __init__(self, *args: Any, group: Group, user: Any, action: ActionItem | None = None, **kwargs: Any) -> None:
        fields = model_fields(ActionItem, OWN, help_texts=HELP)
        super().__init__(*args, group=group, action=action, fields=fields, **kwargs)
        choices = served_choices(group.area, user)
        known = {value for _label, group_choices in choices for value, _name in group_choices}
        if action and action.serves and action.serves not in known:
            choices = [*choices, (str(_("As it is")), [(action.serves, str(_("Something you do not see")))])]
        if choices:
            self.fields["serves"] = forms.ChoiceField(
                label=_("Serves"), choices=[("", _("Nothing in particular")), *choices], required=False,
                help_text=_("The agreement or goal that it brings forward."), show_hidden_initial=True,
            )  # fmt: skip
        self.order_fields(["text", "who", "name", "email", "partnership", "due_on", "detail", "serves"])


def _members() -> Any:
    return GroupMember.objects.current().select_related("user", "seat__partnership")


def _speakers() -> Any:
    return Representative.objects.in_office().select_related("user", "partnership")


def _people_of(group: Group, action: ActionItem | None) -> Iterator[tuple[Any, Any]]:
    """Yield who can be chosen: the members of the group first, then others of its area; three queries."""
    yield "", _("Somebody else by name, or nobody yet")
    members = GroupMember.objects.current().filter(group=group, last_on=None).in_order()
    if here := [(f"{MEMBER}:{member.pk}", _named(member.name, member.partner_name)) for member in members]:
        yield _("Members of the group"), here
    others = list(people_of(group))[1:]
    yield from others
    has_it = f"{ACCOUNT}:{action.user_id}" if action and action.user_id else ""
    if action and has_it and not any(has_it == value for _label, people in others for value, _name in people):
        yield _("Has it now"), [(has_it, action.name)]


def _named(name: str, organization: str) -> str:
    return f"{name}, {organization}" if organization else name


def _partners_of(group: Group, action: ActionItem | None) -> Any:
    rows = partners_of(group)
    if action is None or action.partnership_id is None:
        return rows
    here = Q(pk__in=rows.order_by().values("pk")) | Q(pk=action.partnership_id)
    return Partnership.objects.filter(here).select_related("organization").order_by("organization__name", "pk")


def who_of(action: ActionItem) -> dict[str, Any]:
    """Return the initial values of whose an item is."""
    chosen = f"{ACCOUNT}:{action.user_id}" if action.user_id else ""
    return {
        "who": chosen,
        "name": "" if chosen else action.name,
        "email": "" if chosen else action.email,
        "partnership": action.partnership,
    }


def facts_of(action: ActionItem) -> dict[str, Any]:
    """Return the initial values of the form of an item."""
    return {name: getattr(action, name) for name in (*OWN, "serves")} | who_of(action)


# ---------------------------------------------------------------- Reports
def _text(label: Any, **options: Any) -> LongTextField:
    return LongTextField(label=label, max_length=1000, **options)


class DoneForm(forms.Form):
    """What came of an action item."""

    text = _text(
        _("What came of it"), required=False, help_text=_("For example, where the result is. You can leave it blank.")
    )


class ProgressForm(forms.Form):
    """What was done so far."""

    text = _text(_("What was done so far"))


class DayForm(forms.Form):
    """Another day that is needed, and why."""

    due_on = forms.DateField(label=_("New due day"), widget=forms.DateInput)
    text = _text(_("Why"), required=False)


class MoveForm(DayForm):
    """The day to which those who run the group move an item."""


class KeepForm(forms.Form):
    """Why the due day stays."""

    text = _text(_("Why it stays"), required=False)


class DropForm(forms.Form):
    """Why an item is no longer needed."""

    reason = _text(_("Why it is no longer needed"))


REPORT_FORMS: dict[str, type[forms.Form]] = {
    Report.DONE: DoneForm,
    Report.PROGRESS: ProgressForm,
    Report.DAY: DayForm,
}
