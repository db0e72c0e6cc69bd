"""Forms of series and meetings: when, how and where."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from meetings import recurrence
from meetings.models import DETAILS, Group, How, Meeting, Series
from meetings.recurrence import RuleParts
from meetings.scheduling import meetings, series
from onestop.editing.conflict_forms import ConflictForm
from onestop.editing.model_fields import model_fields
from onestop.ui.form_fields import ask_only_if, explain_choices
from partners.forms.presences import TIMES
from partners.models import Room

ONCE, WEEKLY, MONTHLY, YEARLY = "once", "weekly", "monthly", "yearly"
NEVER, ON_DAY, AFTER = "never", "on_day", "after"
SAME_WEEKDAY, LAST_WEEKDAY, SAME_DAY, LAST_DAY = "same_weekday", "last_weekday", "same_day", "last_day"
WEEKDAYS = [
    ("0", _("Monday")), ("1", _("Tuesday")), ("2", _("Wednesday")), ("3", _("Thursday")), ("4", _("Friday")),
    ("5", _("Saturday")), ("6", _("Sunday")),
]  # fmt: skip
LAST = -1
MOST_TIMES = 500


class RoomField(forms.ModelChoiceField):
    """A room with its building, and how many people it seats."""

    def label_from_instance(self, room: Any) -> str:
        name = f"{room.place.name}, {room.name}"
        return gettext("%(room)s (%(seats)d seats)") % {"room": name, "seats": room.seats} if room.seats else name


def room_field(group: Group) -> RoomField:
    """Return the field for a room of the centers of a group's area, or of its partners."""
    if group.area_id:
        partners = {"location__organization__partnerships__area": group.area_id}
        rooms = Room.objects.current().filter(center__area=group.area_id) | Room.objects.current().filter(**partners)
    else:
        rooms = Room.objects.current().filter(center__area__state=group.state_id)
    rows = rooms.select_related("center", "location").distinct().order_by("center", "location", "name", "pk")
    return RoomField(
        rows, label=_("Room"), required=False, empty_label=_("None of these"),
        help_text=_("You see at once if the room is taken at that time."),
    )  # fmt: skip


def place_fields(group: Group, model: Any) -> dict[str, forms.Field]:
    """Return the fields that say what, how long, how and where."""
    fields = model_fields(model, [name for name in DETAILS if name != "room"])
    fields["minutes"] = forms.IntegerField(
        label=_("Length in minutes"), min_value=5, max_value=12 * 60, help_text=_("For example, 90.")
    )
    fields["how"] = forms.ChoiceField(label=_("How people take part"), choices=How.choices, widget=forms.RadioSelect)
    fields["video_link"].help_text = _("Sent with every invitation. Anyone who has it can join.")
    fields["room"] = room_field(group)
    return fields


PLACE_ORDER = ("how", "room", "place", "video_link")


def check_place(form: forms.Form, values: dict[str, Any]) -> None:
    """Require a link for a meeting that is only online."""
    if values.get("how") == How.ONLINE and not values.get("video_link") and "video_link" not in form.errors:
        form.add_error("video_link", gettext("Enter the link, or choose another way to take part."))


class SeriesForm(ConflictForm):
    """A series: what, when, how often, until when, and where."""

    ORDER = (
        "title", "kind", "first_on", "starts", "minutes", "repeats", "every", "weekdays", "monthly_by", "ends",
        "until_on", "count", "when_closed", *PLACE_ORDER, "note", "invites",
    )  # fmt: skip

    def __init__(self, *args: Any, group: Group, rule: str = "", **kwargs: Any) -> None:
        self.group, self.known_rule = group, rule
        fields = place_fields(group, Series) | model_fields(Series, ("note", "invites", "when_closed"))
        fields |= _schedule_fields()
        fields["kind"] = forms.ChoiceField(label=_("Kind"), choices=Series.Kind.choices, widget=forms.RadioSelect)
        super().__init__(*args, fields=fields, **kwargs)
        self.order_fields(self.ORDER)
        ask_only_if(self, ONLY_IF)

    def clean(self) -> dict[str, Any]:
        """Make the rule."""
        values = super().clean() or self.cleaned_data
        check_place(self, values)
        if "first_on" not in values or "starts" not in values or "repeats" not in values:
            return values
        ends = values.get("ends")
        if ends == ON_DAY and not values.get("until_on") and "until_on" not in self.errors:
            self.add_error("until_on", gettext("Enter the last day."))
        if ends == AFTER and not values.get("count") and "count" not in self.errors:
            self.add_error("count", gettext("Enter how many meetings there are."))
        values["until_on"] = values.get("until_on") if ends == ON_DAY else None
        values["count"] = values.get("count") if ends == AFTER else None
        if values["until_on"] and values["until_on"] < values["first_on"]:
            self.add_error("until_on", gettext("The last day is before the first one."))
        try:
            values["rule"] = self._rule(values)
        except recurrence.BadRule as problem:
            self.add_error("repeats", str(problem))
        return values

    def _rule(self, values: dict[str, Any]) -> str:
        repeats, first, every = values["repeats"], values["first_on"], values.get("every") or 1
        if repeats == ONCE:
            return ""
        if repeats == KEPT:
            return self.known_rule
        nth = LAST if values.get("monthly_by") == LAST_WEEKDAY else (first.day - 1) // 7 + 1
        day = LAST if values.get("monthly_by") == LAST_DAY else first.day
        if repeats == WEEKLY:
            chosen = tuple(sorted({int(each) for each in values.get("weekdays", ())} or {first.weekday()}))
            return recurrence.build_rule(RuleParts("weekly", interval=every, weekdays=chosen))
        by_weekday = values.get("monthly_by") in (SAME_WEEKDAY, LAST_WEEKDAY, "", None)
        month = first.month if repeats == YEARLY else 0
        shape: Any = f"{repeats}_{'weekday' if by_weekday else 'day'}"
        where: dict[str, Any] = {"weekdays": (first.weekday(),), "nth": nth} if by_weekday else {"day": day}
        return recurrence.build_rule(RuleParts(shape, interval=every, month=month, **where))

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return self.only(series.FACTS)


# Fields that only some choices of another field ask for; without scripts all are shown.
ONLY_IF = {
    "every": "repeats weekly monthly yearly", "weekdays": "repeats weekly", "monthly_by": "repeats monthly yearly",
    "ends": "repeats weekly monthly yearly kept", "until_on": "ends on_day", "count": "ends after",
    "when_closed": "repeats weekly monthly yearly kept", "room": "how in_person both", "place": "how in_person both",
    "video_link": "how online both",
}  # fmt: skip
KEPT = "kept"  # a rule that the form does not offer stays as it is


def _schedule_fields() -> dict[str, forms.Field]:
    monthly = forms.ChoiceField(
        label=_("In months and years, on"),
        required=False,
        choices=[
            (SAME_WEEKDAY, _("The same weekday as the first day")),
            (LAST_WEEKDAY, _("The last such weekday of the month")),
            (SAME_DAY, _("The same day of the month")),
            (LAST_DAY, _("The last day of the month")),
        ],
        widget=forms.RadioSelect,
    )
    explain_choices(monthly, {SAME_WEEKDAY: _("The second Tuesday, if the first day is one.")})
    return {
        "first_on": forms.DateField(label=_("First day"), help_text=_("For example, 12/08/2026.")),
        "starts": forms.TimeField(input_formats=TIMES, label=_("Start"), help_text=_("For example, 9:00 AM.")),
        "repeats": forms.ChoiceField(
            label=_("Repeats"),
            choices=[
                (ONCE, _("Does not repeat")), (WEEKLY, _("Weekly")), (MONTHLY, _("Monthly")), (YEARLY, _("Yearly")),
            ],
            widget=forms.RadioSelect,
        ),
        "every": forms.IntegerField(
            label=_("Every"), required=False, min_value=1, max_value=24, initial=1,
            help_text=_("Weeks, months or years: 2 is every other one, 3 with months is every quarter."),
        ),
        "weekdays": forms.MultipleChoiceField(
            label=_("On weekdays"), required=False, choices=WEEKDAYS, widget=forms.CheckboxSelectMultiple,
            help_text=_("Only if it repeats weekly. Blank is the weekday of the first day."),
        ),
        "monthly_by": monthly,
        "ends": forms.ChoiceField(
            label=_("Ends"),
            choices=[(NEVER, _("Never")), (ON_DAY, _("On a day")), (AFTER, _("After a number of meetings"))],
            widget=forms.RadioSelect,
        ),
        "until_on": forms.DateField(label=_("Last day"), required=False, help_text=_("Only if it ends on a day.")),
        "count": forms.IntegerField(
            label=_("Number of meetings"), required=False, min_value=1, max_value=MOST_TIMES,
            help_text=_("Only if it ends after a number of meetings."),
        ),
    }  # fmt: skip


def initial_of(known: Series, *, first_on: date | None = None) -> dict[str, Any]:
    """Return the initial values of the form of a series; ``first_on`` for a change from a later meeting on."""
    values = {name: getattr(known, name) for name in series.FACTS if name != "rule"}
    values["first_on"] = first_on or known.first_on
    values["ends"] = ON_DAY if known.until_on else AFTER if known.count else NEVER
    return values | _parts_of(known)


def _parts_of(known: Series) -> dict[str, Any]:
    parts = recurrence.read_rule(known.rule, known.first_on) if known.rule else None
    if parts is None:
        return {"repeats": KEPT if known.rule else ONCE, "every": 1, "monthly_by": SAME_WEEKDAY, "weekdays": []}
    by_weekday = parts.shape.endswith("weekday")
    is_last = LAST in (parts.nth, parts.day)
    return {
        "repeats": parts.shape.partition("_")[0],
        "every": parts.interval,
        "weekdays": [str(day) for day in parts.weekdays] if parts.shape == "weekly" else [],
        "monthly_by": {
            (True, False): SAME_WEEKDAY, (True, True): LAST_WEEKDAY, (False, False): SAME_DAY, (False, True): LAST_DAY,
        }[by_weekday or parts.shape == "weekly", is_last],
    }  # fmt: skip


class EndForm(forms.Form):
    """The last day of a series."""

    last_on = forms.DateField(
        label=_("Last day"), help_text=_("Meetings after this day are taken out of everybody's calendar.")
    )


# ---------------------------------------------------------------- One meeting
class MeetingForm(ConflictForm):
    """One meeting: moved to another time, place or length."""

    def __init__(self, *args: Any, group: Group, **kwargs: Any) -> None:
        fields = place_fields(group, Meeting) | {
            "on": forms.DateField(label=_("Day"), help_text=_("For example, 12/08/2026.")),
            "at": forms.TimeField(input_formats=TIMES, label=_("Start"), help_text=_("For example, 9:00 AM.")),
        }
        super().__init__(*args, fields=fields, **kwargs)
        self.order_fields(["title", "on", "at", "minutes", *PLACE_ORDER])

    def clean(self) -> dict[str, Any]:
        """Put day and time together."""
        values = super().clean() or self.cleaned_data
        check_place(self, values)
        if "on" in values and "at" in values:
            values["starts"] = datetime.combine(values["on"], values["at"])
        return values

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return self.only(meetings.FACTS)


def meeting_facts(meeting: Meeting) -> dict[str, Any]:
    """Return the initial values of the form of a meeting."""
    local = meeting.local_start
    facts = {name: getattr(meeting, name) for name in DETAILS}
    return facts | {"on": local.date(), "at": local.time().replace(tzinfo=None)}


class CancelForm(forms.Form):
    """Why a meeting does not take place."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("Everyone who is invited reads it."),
        error_messages={"required": _("Enter the reason.")},
    )  # fmt: skip
