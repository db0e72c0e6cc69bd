"""A field of a figure as people type it: "1,250", "$7,500", "42.5%"."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

# Commas only between thousands: "45,5" may be meant as 45.5, so it is refused.
TYPED = re.compile(r"([-+]?)\s*\$?\s*(\d{1,3}(?:,\d{3})+|\d*)(\.\d*)?\s*%?")

MESSAGES = {
    "invalid": _("Enter a number, such as 1,250 or 42.5."),
    "max_decimal_places": _("Enter at most two digits after the point."),
    "max_digits": _("This number is too large."),
    "max_whole_digits": _("This number is too large."),
}


class FigureField(forms.DecimalField):
    """A number; a dollar or percent sign and commas between thousands may be typed."""

    widget = forms.TextInput

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"error_messages": MESSAGES} | options)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def prepare_value(self, value: Any) -> Any:
        """Return a stored number without zeros at its end."""
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Any:
        """Return the number without signs.

        :raises ValidationError: if it is not a number.
        """
        typed = TYPED.fullmatch(value.strip()) if isinstance(value, str) else None
        if typed and (typed[2] or typed[3]):
            value = f"{typed[1]}{typed[2].replace(',', '')}{typed[3] or ''}"
        return super().to_python(value)
