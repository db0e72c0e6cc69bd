"""Form fields made from the tables, so that a rule of length or choice is written once."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db import models

from onestop.editing.long_texts import LongTextField
from onestop.editing.text_lengths import LONGEST_TEXT
from onestop.editing.websites import WebsiteField


def model_fields(model: type[models.Model], names: Iterable[str], **options: Any) -> dict[str, forms.Field]:
    """Return form fields for columns of a table: for websites and long texts those of this package."""

    def formfield(column: Any, **kwargs: Any) -> forms.Field | None:
        if isinstance(column, models.URLField):
            kwargs["form_class"] = WebsiteField
        if isinstance(column, models.TextField) and not column.choices:
            kwargs |= {"form_class": LongTextField, "max_length": column.max_length or LONGEST_TEXT}
        # Django leaves a column's own validators to the row's full_clean(), which our verbs do not need.
        kwargs["validators"] = column._validators
        return column.formfield(**kwargs)

    return forms.fields_for_model(model, list(names), formfield_callback=formfield, **options)


def typed_within_limits(form: forms.Form, names: Iterable[str]) -> list[str]:
    """Return what was typed into some fields of a bound form, without what is too long to be taken anyway."""
    typed = ((form.fields[name], str(form.data.get(form.add_prefix(name), "")).strip()) for name in names)
    return [text for field, text in typed if len(text) <= field.max_length]  # type: ignore[attr-defined]


def choices_field(choices: type[models.TextChoices], label: Any, **options: Any) -> forms.MultipleChoiceField:
    """Return checkboxes for a column that holds several of these choices."""
    given: dict[str, Any] = {"label": label, "required": False, "widget": forms.CheckboxSelectMultiple} | options
    return forms.MultipleChoiceField(choices=choices.choices, **given)
