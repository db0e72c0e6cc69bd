"""Texts of several sentences, each with a limit."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy, ngettext

from onestop.editing.stored_values import KeepsStoredValue
from onestop.editing.text_lengths import LONGEST_TEXT


class LongTextField(KeepsStoredValue, forms.CharField):
    """A text with a limit, which its help text says. A stored text that is longer can be edited, but not grow."""

    widget = forms.Textarea
    _help = ""

    def __init__(self, *, max_length: int = LONGEST_TEXT, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)
        self.validators = [one for one in self.validators if getattr(one, "code", "") != "max_length"]

    @property
    def help_text(self) -> Any:
        """The help, which ends with the limit."""
        limit = format_lazy(gettext_lazy("At most {number} characters."), number=f"{self.max_length:,}")
        return format_lazy("{} {}", self._help, limit) if self._help else limit

    @help_text.setter
    def help_text(self, text: Any) -> None:
        self._help = text

    def validate(self, value: Any) -> None:
        """Refuse what is too long, and say by how much."""
        super().validate(value)
        length = len(value.replace("\r\n", "\n"))
        limit = max(self.max_length or 0, len(self.stored or ""))
        over = length - limit
        if over > 0:
            words = ngettext(
                "%(field)s has %(length)s characters, and the limit is %(limit)s. Leave out %(over)s character.",
                "%(field)s has %(length)s characters, and the limit is %(limit)s. Leave out %(over)s characters.",
                over,
            )
            values = {"field": self.label, "length": f"{length:,}", "limit": f"{limit:,}", "over": f"{over:,}"}
            raise ValidationError(words % values, code="max_length")
