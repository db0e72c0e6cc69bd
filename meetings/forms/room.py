"""Forms of the screen at the meeting."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from meetings.models import ActionItem, AgendaItem, Attendance, Decision, GroupMember, Meeting, MeetingNote, Motion
from meetings.models.records import LONGEST_NOTE
from meetings.room import motions
from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.long_texts import LongTextField
from onestop.editing.model_fields import model_fields
from onestop.ops.request_numbers import whole_number
from onestop.ui.presentation import shortday
from partners.models import Partnership
from partners.network.served_things import served_choices

HERE = [(Attendance.Presence.PRESENT, _("In person")), (Attendance.Presence.ONLINE, _("Online"))]
GUEST = "guest"


MOST_VERSIONS = 10**8


class ReasonForm(forms.Form):
    """Why something is reopened."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("It is kept in the history."),
        error_messages={"required": _("Enter the reason.")},
    )  # fmt: skip


class NoteForm(ConflictForm):
    """Notes on an item, or on the meeting as a whole."""

    text = LongTextField(
        label=_("Notes"), required=False, max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 8})
    )

    @property
    def number(self) -> int:
        """The version of the notes that the person saw; 0 before the first."""
        return whole_number(self.version, most=MOST_VERSIONS) or 0


def note_facts(note: MeetingNote | None) -> dict[str, Any]:
    """Return the values of the form."""
    return {"text": note.text if note else ""}


class GuestForm(forms.Form):
    """A guest whom the clerk records."""

    presence = forms.ChoiceField(
        label=_("How they take part"), choices=HERE, widget=forms.RadioSelect, initial=Attendance.Presence.PRESENT
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {**model_fields(Attendance, ("name", "organization_name")), **self.fields}


class CheckInForm(forms.Form):
    """Somebody's own check-in: one of the roll, or a guest."""

    who = forms.ChoiceField(
        label=_("Your name"), widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose your name."),
            "invalid_choice": _("This name is recorded already, or is not on the roll. Choose again."),
        },
    )  # fmt: skip
    name = forms.CharField(label=_("Your name, if it is not in the list"), max_length=150, required=False)
    organization_name = forms.CharField(label=_("Your organization"), max_length=200, required=False)
    presence = forms.ChoiceField(
        label=_("How you take part"), choices=HERE, widget=forms.RadioSelect,
        error_messages={"required": _("Choose how you take part.")},
    )  # fmt: skip
    # People do not see this field; programs that fill in every field do.
    subject = forms.CharField(
        max_length=1000, required=False, widget=forms.TextInput(attrs={"tabindex": -1, "autocomplete": "off"})
    )

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        who: Any = self.fields["who"]
        who.choices = [*people, (GUEST, _("I am a guest"))]
        for name in ("name", "organization_name"):
            self.fields[name].only_if = "who guest"  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask a guest for the name."""
        values = super().clean() or self.cleaned_data
        if values.get("who") == GUEST and not values.get("name") and "name" not in self.errors:
            self.add_error("name", gettext("Enter your name."))
        return values

    @property
    def is_guest(self) -> bool:
        """Whether it is a guest."""
        return self.cleaned_data["who"] == GUEST

    @property
    def is_by_program(self) -> bool:
        """Whether the field that people do not see was filled in."""
        return bool(self.cleaned_data.get("subject"))


class ItemField(forms.ModelChoiceField):
    """An item of the agenda of a meeting."""

    def __init__(self, meeting: Meeting) -> None:
        rows = AgendaItem.objects.on_agenda().filter(meeting=meeting)
        super().__init__(rows, label=_("Agenda item"), required=False, empty_label=_("None"))


class SeatField(forms.ChoiceField):
    """A voting seat that is filled now; gives its row of the roll."""

    def __init__(self, rows: Iterable[Attendance], **kwargs: Any) -> None:
        self.rows = {str(row.seat_id): row for row in rows}
        choices = [("", _("Not recorded")), *((key, f"{row.name} ({row.seat})") for key, row in self.rows.items())]
        super().__init__(choices=choices, required=False, **kwargs)

    def clean(self, value: Any) -> Attendance | None:
        """Return the row of the roll."""
        return self.rows.get(super().clean(value))


class MotionForm(ConflictForm):
    """A motion: its words, who moved and seconded it, how it is voted on, and what minutes it approves."""

    def __init__(self, *args: Any, meeting: Meeting, voting: Iterable[Attendance], **kwargs: Any) -> None:
        rows = list(voting)
        approves = {str(each.pk): each for each in motions.minutes_to_approve(meeting)}
        fields = model_fields(Motion, ("text",)) | {
            "item": ItemField(meeting),
            "mover": SeatField(rows, label=_("Moved by"), help_text=_("Voting seats that are present now.")),
            "seconder": SeatField(rows, label=_("Seconded by")),
            "method": forms.ChoiceField(
                label=_("How it is voted on"), choices=Motion.Method.choices, widget=forms.RadioSelect,
                initial=Motion.Method.ROLL,
            ),
        }  # fmt: skip
        if approves:
            fields["approves"] = forms.TypedChoiceField(
                label=_("Approves the minutes of"), required=False, empty_value=None,
                choices=[("", _("None")), *((pk, _name_of(each)) for pk, each in approves.items())],
                coerce=approves.__getitem__,
                help_text=_("They become final when the motion is carried."),
            )  # fmt: skip
        super().__init__(*args, fields=fields, **kwargs)

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return self.only(motions.FACTS)


def _name_of(minutes: Any) -> str:
    return f"{minutes.meeting.title}, {shortday(minutes.meeting.local_start)}"


def motion_initial(motion: Motion) -> dict[str, Any]:
    """Return the values of the form of a motion."""
    return {
        "text": motion.text, "item": motion.item_id, "mover": motion.mover_id, "seconder": motion.seconder_id,
        "method": motion.method, "approves": motion.approves_id,
    }  # fmt: skip


class DecideForm(forms.Form):
    """What became of a motion."""

    state = forms.ChoiceField(
        label=_("Result"),
        choices=[choice for choice in Motion.State.choices if choice[0] != Motion.State.OPEN],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the result.")},
    )
    without_quorum = forms.BooleanField(
        label=_("Record it all the same, without a quorum"), required=False,
        help_text=_("What is decided without a quorum may have to be confirmed at another meeting."),
    )  # fmt: skip

    def __init__(self, *args: Any, is_counted: bool, has_quorum: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if has_quorum:
            del self.fields["without_quorum"]
        if is_counted:
            labels = {"yes": _("Yes"), "no": _("No"), "abstain": _("Abstain")}
            for name in motions.COUNTS:
                self.fields[name] = forms.IntegerField(
                    label=labels[name], required=False, min_value=0, max_value=999,
                    help_text=_("Only if somebody counted.") if name == "yes" else "",
                )  # fmt: skip

    @property
    def counts(self) -> dict[str, int] | None:
        """What was counted by hand."""
        given = {name: self.cleaned_data.get(name) or 0 for name in motions.COUNTS if name in self.fields}
        return given or None


class DecisionForm(ConflictForm):
    """A decision: its words, its item, and what it serves."""

    def __init__(self, *args: Any, meeting: Meeting, user: Any, **kwargs: Any) -> None:
        fields = model_fields(Decision, ("text",)) | {"item": ItemField(meeting)}
        if choices := served_choices(meeting.group.area, user):
            known = kwargs.get("initial", {}).get("serves", "")
            listed = {code for _kind, group in choices for code, _name in group}
            kept = [(known, _("As before"))] if known and known not in listed else []
            fields["serves"] = forms.ChoiceField(
                label=_("Serves"), required=False, choices=[("", _("Nothing in particular")), *kept, *choices]
            )
        super().__init__(*args, fields=fields, **kwargs)

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return self.only(("text", "item", "serves"))


class PersonField(forms.ModelChoiceField):
    """A member of the group."""

    def label_from_instance(self, member: Any) -> str:
        return f"{member.name}, {member.partner_name}" if member.partner_name else member.name


class PartnerField(forms.ModelChoiceField):
    """A partner of the area of the group."""

    def label_from_instance(self, partnership: Any) -> str:
        return str(partnership.organization.name)


class RoomActionForm(forms.Form):
    """An action item, quickly: what, who, until when."""

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        columns = model_fields(ActionItem, ("text", "name", "due_on"))
        day, group = meeting.local_start.date(), meeting.group
        members = GroupMember.objects.on(day).filter(group=group).in_order()
        partners = Partnership.objects.current().select_related("organization").order_by("organization__name", "pk")
        where = {"area": group.area_id} if group.area_id else {"area__state": group.state_id}
        self.fields["text"] = columns["text"]
        self.fields["member"] = PersonField(members, label=_("Person"), required=False, empty_label=_("Nobody listed"))
        self.fields["name"] = columns["name"]
        self.fields["name"].label, self.fields["name"].required = _("Somebody else"), False
        self.fields["partnership"] = PartnerField(
            partners.filter(**where), label=_("Organization"), required=False, empty_label=_("That of the person")
        )
        self.fields["due_on"] = columns["due_on"]
        self.fields["due_on"].help_text = _("For example, 12/08/2026.")
        self.fields["item"] = ItemField(meeting)

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts; a member brings the organization and the address along."""
        given = self.cleaned_data
        member, partnership, name = given.get("member"), given.get("partnership"), given.get("name", "")
        found = {"text": given["text"], "due_on": given["due_on"], "partnership": partnership, "name": name}
        if member and not name:
            found |= {"name": member.name, "email": member.address, "user": member.user}
            if partnership is None and member.seat:
                found["partnership"] = member.seat.partnership
        return found
