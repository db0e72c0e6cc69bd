"""Form fields whose rules do not apply to what is stored already."""

from typing import Any

from django import forms


class KeepsStoredValue(forms.Field):
    """A field that accepts an untouched value as it is stored, even if a newer rule would refuse it."""

    stored: Any = None

    def _clean_bound_field(self, bound: Any) -> Any:
        # Django's hook for fields that need their initial value, as its FileField does.
        self.stored = bound.initial
        if self.stored and self.is_same_text(bound.data, self.prepare_value(self.stored)):
            return self.stored
        return super()._clean_bound_field(bound)  # type: ignore[misc]

    @staticmethod
    def is_same_text(typed: Any, stored: Any) -> bool:
        """Return whether a browser has sent a stored text back unchanged."""
        texts = (typed, stored)
        if not all(isinstance(text, str) for text in texts):
            return False
        first, second = (text.replace("\r\n", "\n").strip() for text in texts)
        return bool(first == second)
