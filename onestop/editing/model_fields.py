"""Form fields made from model fields, so that limits and choices are defined once."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from onestop.editing.long_texts import LongTextField
from onestop.editing.text_lengths import LONGEST_TEXT
from onestop.editing.websites import WebsiteField


def model_fields(model: type[models.Model], names: Iterable[str], **options: Any) -> dict[str, forms.Field]:
    """Return form fields for model fields; websites and long texts get the fields of this package.

    ``field_classes`` gives fields another class: that of rich text, for example.
    """

    def formfield(column: Any, **kwargs: Any) -> forms.Field | None:
        if isinstance(column, models.URLField):
            kwargs["form_class"] = WebsiteField
        if isinstance(column, models.TextField) and not column.choices:
            form_class = kwargs.setdefault("form_class", LongTextField)
            kwargs = {"max_length": column.max_length or LONGEST_TEXT, "widget": form_class.widget} | kwargs
        # Django runs a model field's own validators in full_clean(), which our verbs do not call.
        kwargs["validators"] = column._validators
        field = column.formfield(**kwargs)
        if isinstance(field, forms.IntegerField):
            _say_limits_once(field)
        return field

    return forms.fields_for_model(model, list(names), formfield_callback=formfield, **options)


def _say_limits_once(field: forms.IntegerField) -> None:
    """Keep the narrowest limit of each kind, in plain words: the column's type has one, the model may have a second."""
    validators = [each for each in field.validators if type(each) not in (MinValueValidator, MaxValueValidator)]
    for kind, sign, words in (
        (MinValueValidator, 1, _("Enter %(limit_value)s or more.")),
        (MaxValueValidator, -1, _("Enter %(limit_value)s or less.")),
    ):
        limits = [each for each in field.validators if type(each) is kind]
        if limits:
            # Of two that are as narrow, the one with words of its own.
            narrowest = max(limits, key=lambda each: (sign * each.limit_value, each.message != kind.message))
            own = narrowest.message != kind.message
            validators.append(narrowest if own else kind(narrowest.limit_value, words))
    field.validators = validators


def typed_within_limits(form: forms.Form, names: Iterable[str]) -> list[str]:
    """Return the text typed into some fields of a bound form, except text that is too long to be accepted."""
    typed = ((form.fields[name], str(form.data.get(form.add_prefix(name), "")).strip()) for name in names)
    return [text for field, text in typed if len(text) <= field.max_length]  # type: ignore[attr-defined]


def choices_field(choices: type[models.TextChoices], label: Any, **options: Any) -> forms.MultipleChoiceField:
    """Return a checkbox field for a model field that stores several of these choices."""
    given: dict[str, Any] = {"label": label, "required": False, "widget": forms.CheckboxSelectMultiple} | options
    return forms.MultipleChoiceField(choices=choices.choices, **given)
