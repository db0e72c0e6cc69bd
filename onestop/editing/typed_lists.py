"""Lists that people type: words with commas between them, with suggestions."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F, Func, QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

MOST_SUGGESTIONS = 200


class TypedListWidget(forms.TextInput):
    """One line of words; a browser offers what others have typed."""

    suggestions: Sequence[str] = ()

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """Return the input and, after it, what it suggests."""
        if not self.suggestions:
            return super().render(name, value, attrs, renderer)
        known = f"{(attrs or {}).get('id', name)}_known"
        more = {"list": known, "autocomplete": "off", "data-op-typed-list": True}
        options = format_html_join("", '<option value="{}"></option>', ((item,) for item in self.suggestions))
        box = super().render(name, value, (attrs or {}) | more, renderer)
        return format_html('{}<datalist id="{}">{}</datalist>', box, known, options)


class TypedListField(forms.CharField):
    """A list typed as "English, Spanish"; doubles go, whatever their case; each item at most ``longest`` long."""

    widget = TypedListWidget

    def __init__(self, *, longest: int, most: int = 40, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "max_length": most * (longest + 2)} | kwargs)
        self.longest, self.most = longest, most

    def prepare_value(self, value: Any) -> Any:
        """Return the line that shows the list."""
        return ", ".join(value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        """Return the list that a line means; semicolons and line ends part items too."""
        if isinstance(value, list | tuple):
            return list(value)
        if len(value or "") > self.max_length:  # type: ignore[operator]
            raise ValidationError(f"This is longer than {self.most} items can be. Leave some out.", code="max_length")
        text = str(value or "").replace(";", ",").replace("\n", ",")
        items: dict[str, str] = {}
        for item in (" ".join(item.split()) for item in text.split(",")):
            if item:
                items.setdefault(item.casefold(), item)
        return list(items.values())

    def validate(self, value: Any) -> None:
        """Refuse what is too long, in words that name it."""
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(value) > self.most:
            raise ValidationError(f"These are {len(value)}; {self.most} is the most that fits. Leave some out.")
        for item in value:
            if len(item) > self.longest:
                raise ValidationError(
                    f"“{item[:40]}…” is too long for one item: put a comma between items "
                    f"(at most {self.longest} characters each)."
                )

    def run_validators(self, value: Any) -> None:
        """Do nothing more: the items were looked at one by one."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Return whether another list is meant, however it is typed."""
        try:
            return not self.disabled and self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


def typed_list(column: Any, kind: type[TypedListField] = TypedListField, **kwargs: Any) -> TypedListField:
    """Return the field by which a list column (ArrayField) is typed."""
    longest = column.base_field.max_length
    assert longest is not None
    return kind(longest=longest, label=str(column.verbose_name).capitalize(), **kwargs)


def said_in(rows: QuerySet, column: str, also: Iterable[str] = ()) -> list[str]:
    """Return each item that stands in a list column of some rows, by name; and those of ``also``, at the end."""
    items = rows.order_by().annotate(item=Func(F(column), function="unnest")).values_list("item", flat=True)
    known = sorted(items.distinct()[:MOST_SUGGESTIONS], key=str.casefold)
    folded = {item.casefold() for item in known}
    return known + [item for item in also if item.casefold() not in folded]
