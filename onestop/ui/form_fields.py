"""Render form fields: label, help, error, input, in that order.

Template builtins, used by the crispy template pack in ``templates/onestop``, so that every form renders the same,
whether by ``{% crispy form %}``, ``{{ form|crispy }}`` or ``{{ form.name|as_crispy_field }}``.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django import forms, template
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, MaxLengthValidator, URLValidator
from django.db.models.fields import BLANK_CHOICE_DASH
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from onestop.ui.markup import format_html

register = template.Library()

# Types of inputs for which browsers have a calendar or clock, and the format of their values.
NATIVE = {
    forms.DateInput: ("date", "%Y-%m-%d"),
    forms.DateTimeInput: ("datetime-local", "%Y-%m-%dT%H:%M"),
    forms.TimeInput: ("time", "%H:%M"),
}
NARROW = {"date", "datetime-local", "time", "number", "month"}
DASHES = BLANK_CHOICE_DASH[0][1]
LONG_LIST = 8  # choices; longer lists scroll


class Choice(NamedTuple):
    """A radio button or checkbox."""

    id: str
    name: str
    type: str
    value: str
    label: str
    help: str
    checked: bool
    disabled: bool


class ChoiceGroup(NamedTuple):
    """Choices with an optional heading."""

    label: str
    choices: list[Choice]


def explain_choices(field: Any, help: dict[Any, Any]) -> None:  # noqa: A002
    """Set a help text below each choice of a field (radio buttons or checkboxes)."""
    field.widget.choice_help = {str(value): text for value, text in help.items()}


def ask_only_if(form: forms.BaseForm, choices: Mapping[str, str]) -> None:
    """Let a script hide fields that only some choices of another field ask for: by name, "repeats weekly monthly"."""
    for name, choice in choices.items():
        form.fields[name].only_if = choice  # type: ignore[attr-defined]


# ---------------------------------------------------------------- Inputs
@register.filter
def field_kind(field: Any) -> str:
    """Return how a field is rendered: choices, check, select, file, long, or the type of its input."""
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
def only_if(field: Any) -> SafeString | str:
    """Return the attribute by which a script hides a field that only some choices of another one ask for."""
    choice = getattr(field.field, "only_if", "")
    return format_html(' data-op-only-if="{}"', choice) if choice else ""


@register.filter
def field_class(field: Any) -> str:
    """Return the CSS classes of a field; dates and numbers have a narrow input."""
    classes = ["op-field", field.css_classes()]
    if field.errors:
        classes.insert(1, "op-field--error")
    if field_kind(field) in NARROW:
        classes.insert(-1, "op-field--narrow")
    return " ".join(name for name in classes if name)


@register.filter
def render_input(field: Any, blank: str = "") -> SafeString:
    """Return the input of a field with our classes; Django adds aria-describedby and aria-invalid itself.

    ``blank`` is the label of the empty choice of a select, such as "Any" in a filter bar.
    """
    widget, kind = field.field.widget, field_kind(field)
    if kind == "select":
        _set_blank_label(field, blank)
    if kind in NARROW and (field.errors or _has_other_format(field)):
        widget.input_type = "text"  # a date or time input would hide what was typed
    elif native := NATIVE.get(type(widget)):
        widget.input_type, widget.format = native
    css = {"select": "form-select", "check": "form-check-input"}.get(kind, "form-control")
    attrs = {"class": " ".join(dict.fromkeys([*widget.attrs.get("class", "").split(), css]))}
    if kind == "number":
        attrs["inputmode"] = "decimal" if isinstance(field.field, forms.DecimalField | forms.FloatField) else "numeric"
    if kind == "long" and widget.attrs.get("rows") == "10":  # Django's default is more than most texts need
        attrs["rows"] = "4"
    return field.as_widget(attrs=attrs)


@register.simple_tag
def filter_field(field: Any) -> SafeString:
    """Return one field of a filter bar: its label and its input. Without a template, since a bar has a dozen."""
    kind = field_kind(field)
    if kind == "choices":
        return render_to_string("components/_filter_choices.html", {"field": field})
    if kind == "check":
        return format_html(
            '<div class="op-filter__field op-filter__field--check"><label class="op-choice" for="{}">{}<span>{}</span>'
            "</label></div>",
            field.id_for_label,
            render_input(field),
            field.label,
        )
    return format_html(
        '<div class="op-filter__field{}"><label for="{}">{}</label>{}</div>',
        " op-filter__field--wide" if field.name == "q" else "",
        field.id_for_label,
        field.label,
        render_input(field, gettext("Any")),
    )


def _has_other_format(field: Any) -> bool:
    """Return whether a date or time was typed in a format that is accepted, but that a date input cannot show."""
    native, typed = NATIVE.get(type(field.field.widget)), field.value()
    if native is None or not isinstance(typed, str) or not typed:
        return False
    try:
        datetime.strptime(typed, native[1])  # noqa: DTZ007 (only the format matters)
    except ValueError:
        return True
    return False


def _blank_label(label: Any, field: Any, text: str = "") -> Any:
    """Return a label in place of Django's dashes."""
    if str(label) != DASHES:
        return label
    return text or (gettext("Choose one") if field.field.required else gettext("Not provided"))


def _set_blank_label(bound: Any, text: str) -> None:
    field = bound.field
    if hasattr(field, "empty_label"):
        field.empty_label = _blank_label(field.empty_label, bound, text)
    else:
        choices = field.widget.choices
        field.widget.choices = [
            (value, label if value else _blank_label(label, bound, text)) for value, label in choices
        ]


@register.filter
def file_input(field: Any) -> SafeString:
    """Return the input of a file without Django's text about the current file, which our template shows itself."""
    attrs = field.build_widget_attrs({"id": field.auto_id, "class": "form-control"}, field.field.widget)
    return forms.FileInput(attrs=field.field.widget.attrs).render(field.html_name, None, attrs)


# ---------------------------------------------------------------- Choices
@register.filter
def choice_groups(field: Any) -> list[ChoiceGroup]:
    """Return the choices of radio buttons, checkboxes or a multiple select, grouped as the field groups them."""
    widget = field.field.widget
    # In Django, CheckboxSelectMultiple is a subclass of RadioSelect.
    kind = "radio" if getattr(widget, "input_type", "") == "radio" else "checkbox"
    help_by_value = getattr(widget, "choice_help", {})
    groups: list[ChoiceGroup] = []
    number = 0
    for label, options, _index in widget.optgroups(field.html_name, widget.format_value(field.value()), widget.attrs):
        choices = []
        for option in options:
            value = str(option["value"])
            if kind == "radio" and not value and not field.field.required:
                option["label"] = _blank_label(option["label"], field)
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
    """Return whether the choices should scroll."""
    return sum(len(group.choices) for group in groups) > LONG_LIST


@register.filter
def selected_text(field: Any) -> str:
    """Return the selected choices as text for a filter bar: "Any", one label, or "3 selected"."""
    selected = [choice.label for group in choice_groups(field) for choice in group.choices if choice.checked]
    if not selected:
        return gettext("Any")
    if len(selected) == 1:
        return selected[0]
    return ngettext("%(count)s selected", "%(count)s selected", len(selected)) % {"count": len(selected)}


# ---------------------------------------------------------------- Errors
# In place of Django's default messages, which neither name the field nor say how to correct it.
MESSAGES = {
    "required": _("%(label)s is missing."),
    "invalid_choice": _("%(label)s: choose one of the options."),
    "invalid_list": _("%(label)s: choose from the options."),
    "invalid_date": _("%(label)s is not a valid date. Enter it like 12/08/2026."),
    "invalid_time": _("%(label)s is not a valid time. Enter it like 9:00 AM."),
    "invalid_number": _("%(label)s must be a number."),
}
VALIDATORS = {
    EmailValidator.message: _("This is not an email address. Enter it like name@example.org."),
    URLValidator.message: _("This is not a web address. Enter it like https://www.example.org."),
}


@register.filter
def field_errors(field: Any) -> list[str]:
    """Return the errors of a field, worded so that they can be read without it; a form's own messages are kept."""
    errors = zip(field.errors.as_data(), field.errors, strict=True)
    return [_message(field, error, str(default)) for error, default in errors]


def _message(field: Any, error: ValidationError, default: str) -> str:
    if error.message in VALIDATORS:
        return str(VALIDATORS[error.message])
    if error.message is MaxLengthValidator.message and error.params:
        numbers = {name: f"{error.params[of]:,}" for name, of in (("length", "show_value"), ("limit", "limit_value"))}
        told = numbers | {"label": field.label}
        return gettext("%(label)s has %(length)s characters, and the limit is %(limit)s.") % told
    code = error.code or ""
    kinds = type(field.field).__mro__
    if error.message not in {getattr(kind, "default_error_messages", {}).get(code) for kind in kinds}:
        return default
    if code == "invalid":
        is_date, is_time = isinstance(field.field, forms.DateField), isinstance(field.field, forms.TimeField)
        is_number = isinstance(field.field, forms.IntegerField)
        code = "invalid_date" if is_date else "invalid_time" if is_time else "invalid_number" if is_number else code
    return MESSAGES[code] % {"label": field.label} if code in MESSAGES else default


def errors_of(form: Any) -> Iterator[tuple[str, str]]:
    """Yield each error of a form or formset with the id of its input ("" for the whole form)."""
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
            yield from ((target, _with_label(bound, error)) for error in field_errors(bound))


def first_input(field: Any) -> str:
    """Return the id that a link to a field needs: of choices, the first."""
    return f"{field.auto_id}_0" if field_kind(field) == "choices" else (field.id_for_label or field.auto_id)


def _with_label(field: Any, error: str) -> str:
    """Return an error that names its field."""
    label = str(field.label or "")
    if not label or label.lower() in error.lower():
        return error
    return f"{label} {error}" if label.endswith("?") else f"{label}: {error}"


@register.filter
def form_errors(form: Any) -> list[tuple[str, str]]:
    """Return the errors of a form or formset, each with the id of its input."""
    return list(errors_of(form))


@register.simple_tag
def error_summary(*forms: Any) -> SafeString:
    """Return one list of all errors of these forms, with links to their fields; nothing if there are none."""
    errors = [error for form in forms for error in errors_of(form)]
    return render_to_string("components/errsum.html", {"errors": errors})
