"""Inputs of forms are the same as those of Django's templates."""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from onestop.ui.form_renderer import WRITTEN, FormRenderer

HOSTILE = """<b>"R" & 'D'</b>"""
CHOICES = [("", "Any"), (1, HOSTILE), ("two", _("Yes")), (HOSTILE, mark_safe("<i>safe</i>")), (None, "None")]
GROUPED = [("Group <1>", [("a", "A"), ("b", "B")]), ("", [("c", "C")]), ("d", "D")]
WIDGETS = [
    (forms.TextInput({"class": "a b", "required": True, "disabled": False, "data-x": HOSTILE}), HOSTILE),
    (forms.TextInput(), None),
    (forms.TextInput(), ""),
    (forms.NumberInput({"step": 0.5}), 1234.5),
    (forms.EmailInput(), "ann@partner.example"),
    (forms.URLInput(), "https://partner.example/?a=1&b=2"),
    (forms.PasswordInput(), "secret"),
    (forms.HiddenInput(), 7),
    (forms.DateInput(), date(2026, 12, 8)),
    (forms.TimeInput(), "9:00"),
    (forms.DateTimeInput(), datetime(2026, 12, 8, 9, 30, tzinfo=UTC)),
    (forms.TelInput(), "(555) 010-0142"),
    (forms.SearchInput(), "ged"),
    (forms.CheckboxInput(), True),
    (forms.CheckboxInput(), False),
    (forms.CheckboxInput(), "yes"),
    (forms.Textarea({"rows": 4}), f"\n{HOSTILE}\n"),
    (forms.Textarea(), None),
    (forms.Select(choices=CHOICES), "two"),
    (forms.Select({"class": "form-select"}, choices=CHOICES), HOSTILE),
    (forms.Select(choices=GROUPED), "b"),
    (forms.SelectMultiple(choices=GROUPED), ["a", "d"]),
    (forms.NullBooleanSelect(), True),
    (forms.RadioSelect(choices=GROUPED), "c"),
    (forms.ClearableFileInput(), None),
]


def same(html: str) -> str:
    """Return HTML without line breaks between tags."""
    return re.sub(r">\s+(?=<)", ">", html.strip())


@pytest.mark.parametrize(("widget", "value"), WIDGETS, ids=lambda one: type(one).__name__)
def test_an_input_is_that_of_django(widget: forms.Widget, value: Any):
    given = {"id": "id_x", "aria-describedby": "id_x_help"}
    [mine, theirs] = [
        widget.render('n"ame', value, given, renderer) for renderer in (FormRenderer(), DjangoTemplates())
    ]
    assert same(mine) == same(theirs)


def test_all_inputs_are_compared():
    assert set(WRITTEN) - {widget.template_name for widget, _ in WIDGETS} == set()
