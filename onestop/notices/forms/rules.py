"""The forms for the schedule of a reminder and for the weekly limit."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onestop.notices.reminder_rules import HIGHEST_CEILING, LAST_DAY, MOST_STEPS, RuleSummary
from onestop.notices.reminders import Step
from onestop.ops.request_numbers import whole_number

NOBODY = gettext_lazy("No one")
SPARE = 1  # empty rows


class RuleForm(forms.Form):
    """Whether reminders are sent, and a row for each step. A row without recipients is not a step."""

    is_on = forms.BooleanField(label=gettext_lazy("Send this reminder"), required=False)
    version = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)
    rows = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, chapter: RuleSummary, more: bool = False, **kwargs: Any) -> None:
        steps = list(chapter.steps or chapter.usual or chapter.reminder.steps)
        kwargs["initial"] = {"is_on": chapter.is_on, "version": chapter.version}
        super().__init__(*args, **kwargs)
        number = _typed_rows(self.data.get("rows")) if self.is_bound else len(steps) + SPARE
        self.number = min(MOST_STEPS, number + bool(more))
        circles = [("", NOBODY), *chapter.reminder.circles.items()]
        for row in range(self.number):
            step = steps[row] if row < len(steps) else None
            self.fields[f"day-{row}"] = forms.IntegerField(
                label=_("Days after start"), required=False, min_value=0, max_value=LAST_DAY,
                initial=step.after_days if step else None,
                error_messages={
                    "min_value": _("Days must be from 0 to %(most)s.") % {"most": LAST_DAY},
                    "max_value": _("Days must be from 0 to %(most)s.") % {"most": LAST_DAY},
                },
            )  # fmt: skip
            self.fields[f"whom-{row}"] = forms.ChoiceField(
                label=_("Recipients"), required=False, choices=circles, initial=step.whom if step else ""
            )
        self.initial["rows"] = self.number
        if self.is_bound:
            self.set_value("rows", str(self.number))

    def set_value(self, name: str, value: str) -> None:
        """Change a submitted value, for the page that shows the form again."""
        self.data = (
            {**self.data.dict(), name: value} if isinstance(self.data, QueryDict) else {**self.data, name: value}
        )

    @property
    def step_rows(self) -> list[tuple[int, forms.BoundField, forms.BoundField]]:
        """The rows of steps: number, day and recipients."""
        return [(row + 1, self[f"day-{row}"], self[f"whom-{row}"]) for row in range(self.number)]

    @property
    def may_grow(self) -> bool:
        """Whether another step can be added."""
        return self.number < MOST_STEPS

    @property
    def steps(self) -> list[Step]:
        """The typed steps in the order of days."""
        cleaned = self.cleaned_data
        rows = [(cleaned.get(f"day-{row}"), cleaned.get(f"whom-{row}")) for row in range(self.number)]
        steps = [Step(day, whom) for day, whom in rows if whom and day is not None]
        return sorted(steps, key=lambda step: step.after_days)

    def clean(self) -> dict[str, Any]:
        """Require a day for each step, and no day twice."""
        cleaned: dict[str, Any] = super().clean() or {}
        seen: set[int] = set()
        for row in range(self.number):
            day, whom = cleaned.get(f"day-{row}"), cleaned.get(f"whom-{row}")
            if not whom or f"day-{row}" in self.errors:
                continue
            if day is None:
                self.add_error(f"day-{row}", _("Enter the number of days."))
            elif day in seen:
                self.add_error(
                    f"day-{row}", _("Day %(day)s is used twice. Each step needs its own day.") % {"day": day}
                )
            else:
                seen.add(day)
        if cleaned.get("is_on") and not seen and not self.errors:
            self.add_error(None, _("Add at least one step, or turn the reminder off."))
        return cleaned


class WeeklyLimitForm(forms.Form):
    """The most reminders a week that a person gets."""

    weekly_limit = forms.IntegerField(
        label=gettext_lazy("Maximum reminders per week and person"),
        required=False,
        min_value=0,
        max_value=HIGHEST_CEILING,
    )

    def __init__(self, *args: Any, usual: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["weekly_limit"]
        field.error_messages |= dict.fromkeys(
            ("min_value", "max_value"), _("The weekly limit must be from 0 to %(most)s.") % {"most": HIGHEST_CEILING}
        )
        text = _(
            "More are held for the weekly digest. If empty: %(number)s, the portal default. "
            "A person can choose another limit."
        )
        field.help_text = text % {"number": usual}


def _typed_rows(typed: Any) -> int:
    number = whole_number(str(typed), most=MOST_STEPS)
    return MOST_STEPS if number is None else number
