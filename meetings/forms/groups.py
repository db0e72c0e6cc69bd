"""Forms of groups, their seats and members, and of the hours that an area asks of people."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from meetings.groups import groups, members, seats
from meetings.models import Group, GroupMember, GroupSeat
from onestop.accounts.models import User
from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.model_fields import model_fields
from partners.board.holding import FACTS as HELD
from partners.models import LocalArea, Membership, Partnership, Representative, State

PERSON, REPRESENTATIVE, ACCOUNT = "person", "representative", "account"


class GroupForm(ConflictForm):
    """A group: its kind, charter, rhythm and rules."""

    def __init__(self, *args: Any, place: LocalArea | State, **kwargs: Any) -> None:
        super().__init__(*args, fields=model_fields(Group, groups.FACTS), **kwargs)
        others = LocalArea.objects.current().filter(state=place.state_id if isinstance(place, LocalArea) else place.pk)
        others = others.exclude(pk=place.pk) if isinstance(place, LocalArea) else others
        if isinstance(place, LocalArea) and others.exists():
            self.fields["further_areas"] = forms.ModelMultipleChoiceField(
                others.order_by(Lower("name"), "pk"),
                label=_("Further areas"),
                required=False,
                widget=forms.CheckboxSelectMultiple,
                help_text=_("If the group is of several areas. Their staff see it; the staff of this area keep it."),
                show_hidden_initial=True,
            )

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return self.only(groups.FACTS)


class SeatForm(ConflictForm):
    """A seat of a group."""

    def __init__(self, *args: Any, group: Group, **kwargs: Any) -> None:
        fields = model_fields(GroupSeat, ("label", "is_voting"))
        fields["partnership"] = PartnerField(
            partners_of(group), label=_("Partner"), required=False, empty_label=_("None: a seat by name")
        )
        super().__init__(*args, fields=fields, **kwargs)
        self.order_fields(seats.FACTS)

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return self.only(seats.FACTS)


class PartnersForm(forms.Form):
    """The partners that get a seat in a group at once."""

    def __init__(self, *args: Any, group: Group, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seated = group.seats.current().exclude(partnership=None).values("partnership")
        self.fields["partners"] = PartnersField(
            partners_of(group).exclude(pk__in=seated),
            label=_("Partners"),
            widget=forms.CheckboxSelectMultiple,
            help_text=_("The main representative of each sits in its seat; an alternate, if there is one, beside."),
            error_messages={"required": _("Choose at least one partner.")},
        )


def partners_of(group: Group) -> Any:
    """Return the partners from which seats of a group are chosen: those of its areas or of its state."""
    areas = [group.area_id, *group.further_areas.values_list("area", flat=True)]
    where = Q(area__in=areas) if group.area_id else Q(area__state=group.state_id)
    rows = Partnership.objects.active().filter(where).select_related("organization", "area")
    return rows.order_by(Lower("organization__name"), "pk")


class PartnerField(forms.ModelChoiceField):
    """A partner by the name of its organization."""

    def label_from_instance(self, partnership: Any) -> str:
        return str(partnership.organization.name)


class PartnersField(forms.ModelMultipleChoiceField):
    """Partners by the names of their organizations."""

    def label_from_instance(self, partnership: Any) -> str:
        return str(partnership.organization.name)


# ---------------------------------------------------------------- Members
class MemberForm(ConflictForm):
    """A member: a representative of a partner, a person with an account, or anybody by name and email."""

    OWN = ("role", "is_alternate")

    def __init__(self, *args: Any, group: Group, is_new: bool, **kwargs: Any) -> None:
        days = ("from_on", "until_on") if is_new else ("from_on", "until_on", "ended_on", "reason")
        fields = model_fields(GroupMember, ("name", "email", *self.OWN, *days), help_texts=MEMBER_HELP)
        fields["name"].required = False
        fields["who"] = forms.ChoiceField(label=_("Person"), choices=lambda: people_of(group), required=False)
        fields["seat"] = forms.ModelChoiceField(
            group.seats.current().in_order(),
            label=_("Seat"),
            required=False,
            empty_label=_("None: a guest of the group, such as a facilitator"),
        )
        super().__init__(*args, fields=fields, **kwargs)
        self.order_fields(["who", "name", "email", "seat", *self.OWN, *days])

    def clean(self) -> dict[str, Any]:
        """Require a person, and find it."""
        values = super().clean() or self.cleaned_data
        kind, _colon, pk = str(values.get("who") or "").partition(":")
        values["representative"] = Representative.objects.filter(pk=pk).first() if kind == REPRESENTATIVE else None
        values["user"] = User.objects.filter(pk=pk).first() if kind == ACCOUNT else None
        if not kind and not values.get("name") and "name" not in self.errors:
            self.add_error("name", gettext("Choose a person, or enter a name."))
        return values

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return self.only((*HELD, *members.OWN))


MEMBER_HELP = {
    "name": _("Leave it blank if you choose a person above."),
    "email": _("Invitations to meetings go to this address."),
    "from_on": _("For example, 07/01/2026."),
    "until_on": _("Leave it blank if there is no end yet."),
    "ended_on": _("Only if the person left before the last day."),
    "reason": _("Example: moved away, changed jobs."),
}


def who_of(member: GroupMember) -> str:
    """Return the initial value of the person of a member."""
    if member.representative_id:
        return f"{REPRESENTATIVE}:{member.representative_id}"
    return f"{ACCOUNT}:{member.user_id}" if member.user_id else ""


def people_of(group: Group) -> Iterator[tuple[Any, Any]]:
    """Yield the people who can be chosen as members, by where they are from; two queries."""
    yield "", _("Somebody else, by name and email")
    partners = partners_of(group).values("pk")
    people = Representative.objects.in_office().filter(partnership__in=partners)
    people = people.select_related("partnership__organization").order_by(
        Lower("partnership__organization__name"), "kind", Lower("name"), "pk"
    )
    by_partner: dict[str, list[tuple[str, str]]] = {}
    for person in people:
        choices = by_partner.setdefault(person.partnership.organization.name, [])
        choices.append((f"{REPRESENTATIVE}:{person.pk}", person.name))
    seats_here = Membership.objects.current().filter(area=group.area_id) if group.area_id else Membership.objects.none()
    accounts = User.objects.filter(pk__in=seats_here.values("user"), is_active=True).order_by(Lower("name"), "pk")
    if own := [(f"{ACCOUNT}:{user.pk}", user.name) for user in accounts]:
        yield _("One-Stop staff and board"), own
    yield from by_partner.items()


class PolicyForm(forms.Form):
    """How many hours a month an area asks people to meet at most."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hours_a_month"] = forms.IntegerField(
            label=_("Hours in meetings a month"),
            min_value=1,
            max_value=200,
            help_text=_("Over all groups. Whoever plans meetings is warned before a person is asked for more."),
        )
