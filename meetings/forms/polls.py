"""Forms of polls: ask one, answer it, and plan the meeting."""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from meetings.forms.series import PLACE_ORDER, check_place, place_fields
from meetings.models import DETAILS, Group, Poll, PollAnswer, Series
from meetings.polls import polls
from onestop.editing.model_fields import model_fields
from partners.forms.presences import TIMES

LAST_MINUTE = time(23, 59)
SHOWN_TIMES = 6


class PollForm(forms.Form):
    """A new poll: its title, and the times in question."""

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        self.fields |= model_fields(Poll, ("title", "note"))
        self.fields["minutes"] = forms.IntegerField(label=_("Length in minutes"), min_value=5, max_value=12 * 60)
        for number in range(1, SHOWN_TIMES + 1):
            self.fields[f"on_{number}"] = forms.DateField(
                label=_("Day %(number)d") % {"number": number}, required=False
            )
            self.fields[f"at_{number}"] = forms.TimeField(
                input_formats=TIMES, label=_("Start on day %(number)d") % {"number": number}, required=False
            )
        self.fields["closes_on"] = forms.DateField(label=_("Answers until"), help_text=_("The end of this day."))

    def clean(self) -> dict[str, Any]:
        """Put days and times together."""
        values = super().clean() or self.cleaned_data
        starts = []
        for number in range(1, SHOWN_TIMES + 1):
            on, at = values.get(f"on_{number}"), values.get(f"at_{number}")
            if bool(on) != bool(at) and not {f"on_{number}", f"at_{number}"} & set(self.errors):
                self.add_error(f"at_{number}" if on else f"on_{number}", gettext("Enter both the day and the start."))
            elif on and at:
                starts.append(datetime.combine(on, at, self.zone))
        values["times"] = starts
        if values.get("closes_on"):
            values["closes_at"] = datetime.combine(values["closes_on"], LAST_MINUTE, self.zone)
        return values

    @property
    def facts(self) -> dict[str, Any]:
        """The cleaned facts."""
        return {name: self.cleaned_data[name] for name in polls.FACTS}


class PollAnswerForm(forms.Form):
    """What somebody says to each of the times."""

    comment = forms.CharField(label=_("Comment"), max_length=500, required=False)

    def __init__(self, *args: Any, times: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.times = list(times)
        own: dict[str, forms.Field] = {
            f"time_{each.pk}": forms.ChoiceField(
                label=_("Does it suit you?"), choices=PollAnswer.Suits.choices, widget=forms.RadioSelect,
                error_messages={"required": _("Choose an answer.")},
            )
            for each in self.times
        }  # fmt: skip
        self.fields = own | self.fields

    @property
    def rows(self) -> list[tuple[Any, Any]]:
        """Each time with its field."""
        return [(each, self[f"time_{each.pk}"]) for each in self.times]

    @property
    def suits(self) -> dict[int, str]:
        """The answers by the id of the time."""
        return {each.pk: self.cleaned_data[f"time_{each.pk}"] for each in self.times}


class DecideForm(forms.Form):
    """How and where the meeting takes place that a poll has found."""

    def __init__(self, *args: Any, group: Group, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = place_fields(group, Series)
        self.fields |= {name: fields[name] for name in PLACE_ORDER}

    def clean(self) -> dict[str, Any]:
        """Require a link for a meeting that is only online."""
        values = super().clean() or self.cleaned_data
        check_place(self, values)
        return values

    @property
    def details(self) -> dict[str, Any]:
        """The cleaned details."""
        return {name: self.cleaned_data[name] for name in DETAILS if name in self.cleaned_data}
