"""The form in which staff say how a reminder goes on, and how many reminders a week a person gets."""

from typing import Any

from django import forms
from django.http import QueryDict

from onestop.notices.reminder_rules import HIGHEST_CEILING, LAST_DAY, MOST_STEPS, RuleSummary
from onestop.notices.reminders import Step
from onestop.ops.request_numbers import whole_number

NOBODY = "Nobody: no such step"
SPARE = 1  # empty rows that stand ready


class RuleForm(forms.Form):
    """Whether people are reminded, and a row for each step. A row in which nobody is asked is no step."""

    is_on = forms.BooleanField(label="People are reminded", required=False)
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
                label="After days", required=False, min_value=0, max_value=LAST_DAY,
                initial=step.after_days if step else None,
                error_messages={
                    "min_value": "Days count from 0, the day on which it begins.",
                    "max_value": f"A reminder ends within a year: day {LAST_DAY} at the latest.",
                },
            )  # fmt: skip
            self.fields[f"whom-{row}"] = forms.ChoiceField(
                label="Whom we ask", required=False, choices=circles, initial=step.whom if step else ""
            )
        self.initial["rows"] = self.number
        if self.is_bound:
            self.say("rows", str(self.number))

    def say(self, name: str, value: str) -> None:
        """Put a value into what was sent, for the page that shows it again."""
        self.data = (
            {**self.data.dict(), name: value} if isinstance(self.data, QueryDict) else {**self.data, name: value}
        )

    @property
    def step_rows(self) -> list[tuple[int, forms.BoundField, forms.BoundField]]:
        """The rows of steps: their number, the day, and whom."""
        return [(row + 1, self[f"day-{row}"], self[f"whom-{row}"]) for row in range(self.number)]

    @property
    def may_grow(self) -> bool:
        """Whether one more step can be added."""
        return self.number < MOST_STEPS

    @property
    def steps(self) -> list[Step]:
        """What was typed, as steps in the order of days."""
        said = self.cleaned_data
        rows = [(said.get(f"day-{row}"), said.get(f"whom-{row}")) for row in range(self.number)]
        steps = [Step(day, whom) for day, whom in rows if whom and day is not None]
        return sorted(steps, key=lambda step: step.after_days)

    def clean(self) -> dict[str, Any]:
        """Want a day for each step, and each day once."""
        said: dict[str, Any] = super().clean() or {}
        seen: set[int] = set()
        for row in range(self.number):
            day, whom = said.get(f"day-{row}"), said.get(f"whom-{row}")
            if not whom or f"day-{row}" in self.errors:
                continue
            if day is None:
                self.add_error(f"day-{row}", "Say after how many days.")
            elif day in seen:
                self.add_error(f"day-{row}", f"Day {day} stands here twice. Each step has a day of its own.")
            else:
                seen.add(day)
        if said.get("is_on") and not seen and not self.errors:
            self.add_error(None, "Say whom to ask on which day, or switch the reminder off.")
        return said


class WeeklyLimitForm(forms.Form):
    """How many reminders a week a person gets at most."""

    weekly_limit = forms.IntegerField(
        label="Reminders a week and person at most", required=False, min_value=0, max_value=HIGHEST_CEILING,
        error_messages={
            "min_value": f"A person can get 0 to {HIGHEST_CEILING} reminders a week.",
            "max_value": f"A person can get 0 to {HIGHEST_CEILING} reminders a week.",
        },
    )  # fmt: skip

    def __init__(self, *args: Any, usual: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["weekly_limit"].help_text = (
            f"Further ones wait for the weekly digest. Empty: {usual}, as everywhere. What somebody has chosen for "
            "themselves comes first."
        )


def _typed_rows(typed: Any) -> int:
    number = whole_number(str(typed), most=MOST_STEPS)
    return MOST_STEPS if number is None else number
