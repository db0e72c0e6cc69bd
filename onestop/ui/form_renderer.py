"""Writes the inputs of forms without templates: a list of programs would cost two templates for each of its options.

The HTML is that of Django's templates ``django/forms/widgets/*.html``. Widgets with templates of their own keep them.
"""

from collections.abc import Callable
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.safestring import SafeString

from onestop.ui.markup import format_html, format_html_join

Widget = dict[str, Any]


def _attributes(attrs: dict[str, Any]) -> SafeString:
    shown = ((name, value) for name, value in attrs.items() if value is not False)
    words = (
        format_html(" {}", name) if value is True else format_html(' {}="{}"', name, value) for name, value in shown
    )
    return format_html_join("", "{}", ((word,) for word in words))


def _input(widget: Widget) -> SafeString:
    value = "" if widget["value"] is None else format_html(' value="{}"', widget["value"])
    attrs = _attributes(widget["attrs"])
    return format_html('<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], value, attrs)


def _textarea(widget: Widget) -> SafeString:
    attrs = _attributes(widget["attrs"])
    # Browsers drop the first line break, so that a text may begin with one.
    return format_html('<textarea name="{}"{}>\n{}</textarea>', widget["name"], attrs, widget["value"] or "")


def _select(widget: Widget) -> SafeString:
    groups = format_html_join("", "{}", ((_group(name, options),) for name, options, _index in widget["optgroups"]))
    return format_html('<select name="{}"{}>{}</select>', widget["name"], _attributes(widget["attrs"]), groups)


def _group(name: str | None, options: list[Widget]) -> SafeString:
    written = format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((option["value"], _attributes(option["attrs"]), option["label"]) for option in options),
    )
    return format_html('<optgroup label="{}">{}</optgroup>', name, written) if name else written


INPUTS = (
    "text",
    "number",
    "email",
    "url",
    "password",
    "hidden",
    "date",
    "time",
    "datetime",
    "checkbox",
    "search",
    "tel",
)
WRITTEN: dict[str, Callable[[Widget], SafeString]] = {f"django/forms/widgets/{kind}.html": _input for kind in INPUTS}
WRITTEN |= {"django/forms/widgets/select.html": _select, "django/forms/widgets/textarea.html": _textarea}


class FormRenderer(DjangoTemplates):
    """Django's renderer of forms, quick for the inputs that most forms have."""

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        """Return the HTML of a widget, or of a whole form."""
        write = WRITTEN.get(template_name)
        return write(context["widget"]) if write else super().render(template_name, context, request)
