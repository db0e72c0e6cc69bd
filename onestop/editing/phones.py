"""Phone numbers, as people in the United States write and dial them."""

import re
from typing import Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from phonenumbers import Leniency, PhoneNumberFormat, PhoneNumberMatcher, ValidationResult

from onestop.editing.stored_values import KeepsStoredValue

REGION = "US"
NORTH_AMERICA = 1  # the country code
SHORT_CODES = re.compile(r"\b(?:[2-9]11|988)\b")  # 211 for services, 711 for the relay, 988 for crises
EXAMPLE = "(555) 010-0142 ext. 5"


class NotAPhoneNumber(ValueError):
    """A text holds no number that somebody can dial; the message is a sentence that says why."""


def read_phone(text: str) -> str:
    """Return a text with each phone number written like (555) 010-0142 ext. 5.

    Words may stand beside a number: "(555) 010-0142, ask for intake". A number is checked by its length, not against
    the numbers in use: those change, and numbers kept for fiction are in nobody's use.

    :raises NotAPhoneNumber: if there is no number, or one without area code.
    """
    text = " ".join(text.split())
    found = list(PhoneNumberMatcher(text, REGION, leniency=Leniency.POSSIBLE))
    if not found and not SHORT_CODES.search(text) and not _is_vanity_number(text):
        raise NotAPhoneNumber(_("Write it like %(example)s.") % {"example": EXAMPLE})
    parts, end = [], 0
    for match in found:
        parts += [text[end : match.start], _in_words(match)]
        end = match.end
    return "".join([*parts, text[end:]])


def _in_words(match: Any) -> str:
    number = match.number
    digits = str(number.national_number).zfill(10)
    if number.country_code != NORTH_AMERICA:
        return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    is_whole = phonenumbers.is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE
    if not is_whole or digits[0] in "01":
        raise NotAPhoneNumber(
            _("“%(number)s” has no area code. Write it like %(example)s.")
            % {"number": match.raw_string, "example": EXAMPLE}
        )
    extension = f" ext. {number.extension}" if number.extension else ""
    return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}{extension}"


def _is_vanity_number(text: str) -> bool:
    """Return whether letters stand for digits: 1-800-GO-FEDEX."""
    if not re.search(r"\d{3}", text):
        return False
    try:
        number = phonenumbers.parse(text, REGION)
    except phonenumbers.NumberParseException:
        return False
    return bool(phonenumbers.is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE)


class PhoneField(KeepsStoredValue, forms.CharField):
    """A phone number, perhaps with words beside it."""

    def clean(self, value: Any) -> Any:
        """Return the number as it is shown everywhere."""
        text = super().clean(value)
        try:
            number = read_phone(text) if text else text
        except NotAPhoneNumber as problem:
            words = _("%(field)s needs a number with its area code. %(problem)s")
            raise ValidationError(words % {"field": self.label, "problem": problem}, code="phone") from problem
        self.run_validators(number)  # it may have become longer
        return number


class PhoneColumn(models.CharField):
    """A column of phone numbers; for the database a text like any other."""

    def deconstruct(self) -> Any:
        """Return a plain text column, so that migrations need no code of ours."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs

    def formfield(self, **kwargs: Any) -> Any:
        """Return the form field that checks the number."""
        return super().formfield(**{"form_class": PhoneField} | kwargs)
