"""Form fields for lists typed as words separated by commas, with suggestions."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F, Func, QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from onestop.ui.markup import format_html, format_html_join

MOST_SUGGESTIONS = 200


class TypedListWidget(forms.TextInput):
    """A text input for which the browser offers what others have typed."""

    suggestions: Sequence[str] = ()

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """Return the input, followed by its suggestions."""
        if not self.suggestions:
            return super().render(name, value, attrs, renderer)
        known = f"{(attrs or {}).get('id', name)}_known"
        more = {"list": known, "autocomplete": "off", "data-op-typed-list": True}
        options = format_html_join("", '<option value="{}"></option>', ((item,) for item in self.suggestions))
        box = super().render(name, value, (attrs or {}) | more, renderer)
        return format_html('{}<datalist id="{}">{}</datalist>', box, known, options)


class TypedListField(forms.CharField):
    """A list typed as "English, Spanish"; duplicates are dropped, ignoring case; ``longest`` characters an item."""

    widget = TypedListWidget

    def __init__(self, *, longest: int, most: int = 40, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "max_length": most * (longest + 2)} | kwargs)
        self.longest, self.most = longest, most

    def prepare_value(self, value: Any) -> Any:
        """Return the list as one line."""
        return ", ".join(value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        """Return the items of a line; semicolons and line breaks separate them too."""
        if isinstance(value, list | tuple):
            return list(value)
        if len(value or "") > self.max_length:  # type: ignore[operator]
            problem = _("This list is too long. The limit is %(most)s items. Remove some.")
            raise ValidationError(problem % {"most": self.most}, code="max_length")
        text = str(value or "").replace(";", ",").replace("\n", ",")
        items: dict[str, str] = {}
        for item in (" ".join(item.split()) for item in text.split(",")):
            if item:
                items.setdefault(item.casefold(), item)
        return list(items.values())

    def validate(self, value: Any) -> None:
        """Check the number of items and the length of each."""
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(value) > self.most:
            problem = _("This list has %(count)s items. The limit is %(most)s. Remove some.")
            raise ValidationError(problem % {"count": len(value), "most": self.most})
        for item in value:
            if len(item) > self.longest:
                problem = _(
                    "“%(item)s…” is too long for one item. "
                    "Put a comma between items. Each can have up to %(longest)s characters."
                )
                raise ValidationError(problem % {"item": item[:40], "longest": self.longest})

    def run_validators(self, value: Any) -> None:
        """Skip the validators of text: ``validate`` has checked each item."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Return whether the items differ, however they are typed."""
        try:
            return not self.disabled and self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


def typed_list(column: Any, kind: type[TypedListField] = TypedListField, **kwargs: Any) -> TypedListField:
    """Return the form field for a list column (ArrayField)."""
    longest = column.base_field.max_length
    assert longest is not None
    return kind(longest=longest, label=str(column.verbose_name).capitalize(), **kwargs)


def said_in(rows: QuerySet, column: str, also: Iterable[str] = ()) -> list[str]:
    """Return the distinct items in a list column of some rows, sorted, followed by those of ``also``."""
    items = rows.order_by().annotate(item=Func(F(column), function="unnest")).values_list("item", flat=True)
    known = sorted(items.distinct()[:MOST_SUGGESTIONS], key=str.casefold)
    folded = {item.casefold() for item in known}
    return known + [item for item in also if item.casefold() not in folded]
