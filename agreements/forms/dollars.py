"""A field of an amount of money as people type it: "$3,100.50"."""

from typing import Any

from django import forms


class DollarsField(forms.DecimalField):
    """Dollars to the cent; a dollar sign and commas between thousands may be typed."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_digits": 14, "decimal_places": 2} | options)
        self.widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> Any:
        """Return the amount without signs.

        :raises ValidationError: if it is not a number.
        """
        return super().to_python(value.replace("$", "").replace(",", "").strip() if isinstance(value, str) else value)
