"""Forms that keep what a person typed when somebody else saves the same object first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.safestring import SafeString

from onestop.ui.markup import format_html_join


@dataclass(frozen=True)
class Conflict:
    """A field that two people have changed: what the other person saved, and what this form has."""

    label: str
    theirs: str
    yours: str


class ConflictForm(forms.Form):
    """A form with the version of the object it shows and the values it had when it was opened.

    Its template renders ``{{ form.hidden_state }}`` once: the version and the initial values, as hidden inputs. A field
    whose input holds no words, such as that of a file, says by ``in_words(sent)`` what it holds.
    """

    def __init__(
        self, *args: Any, version: str = "", fields: Mapping[str, forms.Field] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= fields or {}
        self.version = str(self.data.get("version", "")) if self.is_bound else version
        for field in self.fields.values():
            field.show_hidden_initial = True

    @property
    def hidden_state(self) -> SafeString:
        """The version and the initial values, as hidden inputs."""
        version = forms.HiddenInput().render("version", self.version)
        shown = (bound.as_hidden(only_initial=True) for bound in self)
        return format_html_join("", "{}", ((each,) for each in (version, *shown)))

    def shown(self, name: str) -> str:
        """Return in words what the form showed in a field when it was opened."""
        bound = self[name]
        return _as_text(bound, _as_sent(bound, bound.initial))

    def only(self, names: Iterable[str]) -> dict[str, Any]:
        """Return the cleaned values of those of these fields that the form has."""
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}

    def reconcile(self, saved: Mapping[str, Any], version: str) -> list[Conflict]:
        """Show the saved values, except in fields this person changed; return the fields that both changed."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        conflicts = []
        for name in self.fields:
            bound = self[name]
            theirs = _as_sent(bound, saved.get(name))
            yours = data.getlist(bound.html_name)
            if name not in self.changed_data:
                data.setlist(bound.html_name, theirs)
            elif theirs not in (yours, data.getlist(bound.html_initial_name)):
                conflicts.append(Conflict(str(bound.label), _as_text(bound, theirs), _as_text(bound, yours)))
            data.setlist(bound.html_initial_name, theirs)
        self.version = data["version"] = version
        self.data = data
        self.full_clean()
        return conflicts


def _as_sent(bound: forms.BoundField, value: Any) -> list[str]:
    """Return what a browser would send if the field had this value."""
    widget = bound.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return ["on"] if value else []
    shown = widget.format_value(bound.field.prepare_value(value))
    return [str(item) for item in shown] if isinstance(shown, list | tuple) else [str(shown or "")]


def _as_text(bound: forms.BoundField, sent: list[str]) -> str:
    if in_words := getattr(bound.field, "in_words", None):
        return str(in_words(sent))
    choices = {
        str(key): str(label) for key, label in getattr(bound.field, "choices", ()) if not isinstance(label, list)
    }
    return ", ".join(choices.get(item, item) for item in sent if item)
