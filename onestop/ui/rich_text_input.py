"""The input of rich text: a textarea, which browsers with scripts show as an editor.

The script of the editor is loaded only by pages with such an input (`static/src/rich_text_fields.js`).
"""

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.templatetags.static import static
from django.utils.translation import gettext as _

TOOL_ICONS = {
    "bold": "type-bold",
    "italic": "type-italic",
    "heading": "type-h1",
    "subheading": "type-h2",
    "bullets": "list-ul",
    "numbers": "list-ol",
    "moveIn": "text-indent-left",
    "moveOut": "text-indent-right",
    "link": "link-45deg",
    "field": "braces",
    "undo": "arrow-counterclockwise",
    "redo": "arrow-clockwise",
}


class RichTextInput(forms.Textarea):
    """A textarea with all that its editor needs: labels, icons, and merge fields with their labels, by name."""

    is_rich = True  # its field explains how to type formatting without the editor

    def __init__(self, attrs: dict[str, Any] | None = None, *, merge_fields: Mapping[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.merge_fields = dict(merge_fields or {})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Return the context with the options of the editor."""
        context = super().get_context(name, value, attrs)
        options = {
            "script": static("rich_text.js"),
            "icons": TOOL_ICONS | {"sheet": static("icons.svg")},
            "words": words_of_editor(),
            "fields": {name: str(label) for name, label in self.merge_fields.items()},
        }
        context["widget"]["attrs"]["data-op-rich"] = json.dumps(options)
        return context


def words_of_editor() -> dict[str, str]:
    """Return the texts of the editor by name, in the language of the page."""
    return {
        "toolbar": _("Formatting: {label}"),
        "bold": _("Bold"),
        "italic": _("Italic"),
        "heading": _("Heading"),
        "subheading": _("Subheading"),
        "bullets": _("Bulleted list"),
        "numbers": _("Numbered list"),
        "moveIn": _("Indent list item"),
        "moveOut": _("Outdent list item"),
        "link": _("Link"),
        "editLink": _("Edit link"),
        "field": _("Insert a field"),
        "undo": _("Undo"),
        "redo": _("Redo"),
        "linkWords": _("Text of the link"),
        "address": _("Address"),
        "addressHelp": _("A web address or an email address."),
        "addressError": _("This is not an address. Enter it like https://www.example.org or name@example.org."),
        "save": _("Save link"),
        "removeLink": _("Remove link"),
        "cancel": _("Cancel"),
        "left": _("Characters left: {n}"),
        "tooMany": _("Characters over the limit: {n}"),
    }
