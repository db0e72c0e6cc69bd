"""How a form's fields are asked: label, help, error, input, in that order.

Template builtins, used by templates/bootstrap5. So every form renders the same, whether by ``{% crispy form %}``,
``{{ form|crispy }}`` or ``{{ form.name|as_crispy_field }}``.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django import forms, template
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator
from django.db.models.fields import BLANK_CHOICE_DASH
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy, ngettext

register = template.Library()

# What browsers bring of their own: a calendar, a clock, the right keyboard.
NATIVE = {
    forms.DateInput: ("date", "%Y-%m-%d"),
    forms.DateTimeInput: ("datetime-local", "%Y-%m-%dT%H:%M"),
    forms.TimeInput: ("time", "%H:%M"),
}
NARROW = {"date", "datetime-local", "time", "number", "month"}
DASHES = BLANK_CHOICE_DASH[0][1]
LONG_LIST = 8  # choices; beyond that they scroll in a frame of their own


class Choice(NamedTuple):
    """One of several choices side by side."""

    id: str
    name: str
    type: str
    value: str
    label: str
    help: str
    checked: bool
    disabled: bool


class ChoiceGroup(NamedTuple):
    """Choices under one name, or under none."""

    label: str
    choices: list[Choice]


def explain_choices(field: Any, help: dict[Any, Any]) -> None:  # noqa: A002
    """Say below each choice of a field (radio buttons or checkboxes) what it means."""
    field.widget.choice_help = {str(value): words for value, words in help.items()}


# ---------------------------------------------------------------- What a field is
@register.filter
def asks(field: Any) -> str:
    """Return how the field is asked: choices, check, select, file, long, or the type of its input."""
    widget = field.field.widget
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple | forms.SelectMultiple):
        return "choices"
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, forms.Select):
        return "select"
    if isinstance(widget, forms.FileInput):
        return "file"
    if isinstance(widget, forms.Textarea):
        return "long"
    if native := NATIVE.get(type(widget)):
        return native[0]
    return getattr(widget, "input_type", "text")


@register.filter
def is_narrow(field: Any) -> bool:
    """Return whether the answer is short: a date, a number."""
    return asks(field) in NARROW


@register.filter
def asked(field: Any, blank: str = "") -> SafeString:
    """Return the field's input with our classes; Django says aria-describedby and aria-invalid itself.

    ``blank`` are the words of a choice from a list that is no choice; in a filter bar, "Any".
    """
    widget, kind = field.field.widget, asks(field)
    if kind == "select":
        _say_blank(field, blank)
    if kind in NARROW and (field.errors or _is_typed_otherwise(field)):
        widget.input_type = "text"  # a browser's own input would hide what was typed
    elif native := NATIVE.get(type(widget)):
        widget.input_type, widget.format = native
    css = {"select": "form-select", "check": "form-check-input"}.get(kind, "form-control")
    attrs = {"class": " ".join(dict.fromkeys([*widget.attrs.get("class", "").split(), css]))}
    if kind == "number":
        attrs["inputmode"] = "decimal" if isinstance(field.field, forms.DecimalField | forms.FloatField) else "numeric"
    if kind == "long" and widget.attrs.get("rows") == "10":  # Django's default is more than most answers need
        attrs["rows"] = "4"
    return field.as_widget(attrs=attrs)


def _is_typed_otherwise(field: Any) -> bool:
    """Return whether a day or time was typed in a shape that we read, but a browser's own input does not show."""
    native, typed = NATIVE.get(type(field.field.widget)), field.value()
    if native is None or not isinstance(typed, str) or not typed:
        return False
    try:
        datetime.strptime(typed, native[1])  # noqa: DTZ007 (a shape, not an instant)
    except ValueError:
        return True
    return False


def _blank(label: Any, field: Any, words: str = "") -> Any:
    """Return words in place of Django's row of dashes."""
    if str(label) != DASHES:
        return label
    return words or (gettext("Choose one") if field.field.required else gettext("Not provided"))


def _say_blank(field: Any, words: str) -> None:
    asked = field.field
    if hasattr(asked, "empty_label"):
        asked.empty_label = _blank(asked.empty_label, field, words)
    else:
        choices = asked.widget.choices
        asked.widget.choices = [(value, label if value else _blank(label, field, words)) for value, label in choices]


@register.filter
def plain_file(field: Any) -> SafeString:
    """Return the input of a file without Django's line about the present one, which our template shows itself."""
    attrs = field.build_widget_attrs({"id": field.auto_id, "class": "form-control"}, field.field.widget)
    return forms.FileInput(attrs=field.field.widget.attrs).render(field.html_name, None, attrs)


# ---------------------------------------------------------------- Choices
@register.filter
def choice_groups(field: Any) -> list[ChoiceGroup]:
    """Return the choices of radio buttons, checkboxes or a multiple select, grouped as the field groups them."""
    widget = field.field.widget
    # Django makes CheckboxSelectMultiple a kind of RadioSelect.
    kind = "radio" if getattr(widget, "input_type", "") == "radio" else "checkbox"
    help_by_value = getattr(widget, "choice_help", {})
    groups: list[ChoiceGroup] = []
    number = 0
    for label, options, _ in widget.optgroups(field.html_name, widget.format_value(field.value()), widget.attrs):
        choices = []
        for option in options:
            value = str(option["value"])
            if kind == "radio" and not value and not field.field.required:
                option["label"] = _blank(option["label"], field)
            elif not value:
                continue
            choices.append(
                Choice(
                    id=f"{field.auto_id}_{number}",
                    name=field.html_name,
                    type=kind,
                    value=value,
                    label=str(option["label"]),
                    help=help_by_value.get(value, ""),
                    checked=bool(option["selected"]),
                    disabled=bool(option["attrs"].get("disabled") or field.field.disabled),
                )
            )
            number += 1
        groups.append(ChoiceGroup(label=str(label or ""), choices=choices))
    return groups


@register.filter
def is_long(groups: list[ChoiceGroup]) -> bool:
    """Return whether the choices should scroll in a frame of their own."""
    return sum(len(group.choices) for group in groups) > LONG_LIST


@register.filter
def chosen_words(field: Any) -> str:
    """Return in words what of a multiple choice is chosen, for a filter bar: "Any", one name, or "3 chosen"."""
    chosen = [choice.label for group in choice_groups(field) for choice in group.choices if choice.checked]
    if not chosen:
        return gettext("Any")
    if len(chosen) == 1:
        return chosen[0]
    return ngettext("%(number)s selected", "%(number)s selected", len(chosen)) % {"number": len(chosen)}


# ---------------------------------------------------------------- Errors
# In place of Django's shortest words, which say neither what they are about nor how to put it right.
WORDS = {
    "required": gettext_lazy("{label} is missing."),
    "invalid_choice": gettext_lazy("{label}: choose one of the options."),
    "invalid_list": gettext_lazy("{label}: choose from the options."),
    "invalid_date": gettext_lazy("{label} is not a valid date. Write it like 12/08/2026."),
    "invalid_time": gettext_lazy("{label} is not a valid time. Write it like 9:00 AM."),
    "invalid_number": gettext_lazy("{label} must be a number."),
}


VALIDATORS = {
    EmailValidator.message: gettext_lazy("This is not an email address. Write it like name@example.org."),
    URLValidator.message: gettext_lazy("This is not a web address. Write it like https://www.example.org."),
}


@register.filter
def problems(field: Any) -> list[str]:
    """Return what is wrong with a field, in words that also stand alone; a form's own words are left as they are."""
    return [
        _in_words(field, error, str(said)) for error, said in zip(field.errors.as_data(), field.errors, strict=True)
    ]


def _in_words(field: Any, error: ValidationError, said: str) -> str:
    if error.message in VALIDATORS:
        return str(VALIDATORS[error.message])
    code = error.code or ""
    kinds = type(field.field).__mro__
    if error.message not in {getattr(kind, "default_error_messages", {}).get(code) for kind in kinds}:
        return said
    if code == "invalid":
        is_date, is_time = isinstance(field.field, forms.DateField), isinstance(field.field, forms.TimeField)
        is_number = isinstance(field.field, forms.IntegerField)
        code = "invalid_date" if is_date else "invalid_time" if is_time else "invalid_number" if is_number else code
    return str(WORDS[code]).format(label=field.label) if code in WORDS else said


def errors_of(form: Any) -> Iterator[tuple[str, str]]:
    """Yield each error of a form or formset with the id of the input it is about ("" for the whole form)."""
    if form is None:
        return
    if hasattr(form, "management_form"):
        yield from (("", str(error)) for error in form.non_form_errors())
        for part in form.forms:
            yield from errors_of(part)
    elif form.is_bound:
        yield from (("", str(error)) for error in form.non_field_errors())
        for name in form.fields:
            bound = form[name]
            target = "" if bound.is_hidden else first_input(bound)
            yield from ((target, _about(bound, words)) for words in problems(bound))


def first_input(field: Any) -> str:
    """Return the id to which a link on a field leads: of choices, the first."""
    return f"{field.auto_id}_0" if asks(field) == "choices" else (field.id_for_label or field.auto_id)


def _about(field: Any, words: str) -> str:
    """Return a problem that can stand away from its field."""
    label = str(field.label or "")
    if not label or label.lower() in words.lower():
        return words
    return f"{label} {words}" if label.endswith("?") else f"{label}: {words}"


@register.filter
def form_errors(form: Any) -> list[tuple[str, str]]:
    """Return the errors of a form or formset, each with the id of its input."""
    return list(errors_of(form))


@register.simple_tag
def error_summary(*those: Any) -> SafeString:
    """Return one list of all errors of these forms, with links to their fields; nothing when there are none."""
    errors = [error for form in those for error in errors_of(form)]
    return render_to_string("components/errsum.html", {"errors": errors})
