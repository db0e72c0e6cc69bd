"""Web addresses."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from onestop.editing.stored_values import KeepsStoredValue

EXAMPLE = "https://www.example.org"
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_is_address = URLValidator(schemes=["http", "https"])


class NotAWebsite(ValueError):
    """A text is no address of a website; the message is a sentence that says why."""


class NotOfTheWeb(NotAWebsite):
    """A text is an address, but not one that a web page should lead to."""


def read_website(text: str) -> str:
    """Return a web address; one without http:// or https:// gets https://.

    :raises NotAWebsite: if it is no address, leads elsewhere than to the web, or is an email address.
    """
    address = text.strip()
    if not SCHEME.match(address):
        address = "https://" + address.lstrip("/")
    if not re.match(r"https?://", address, re.IGNORECASE):
        raise NotOfTheWeb(_("A web address starts with https:// or http://. Write it like %s.") % EXAMPLE)
    if "@" in address.split("/")[2]:  # in a path it may be the name of a channel
        raise NotOfTheWeb(_("A web address has no “@”. Enter an email address in the email field."))
    try:
        _is_address(address)
    except ValidationError as problem:
        raise NotAWebsite(_("This is not a web address. Write it like %s.") % EXAMPLE) from problem
    return address


class WebsiteField(KeepsStoredValue, forms.URLField):
    """A web address."""

    default_validators: list[Any] = []

    def to_python(self, value: Any) -> Any:
        """Return the address with its scheme."""
        text = forms.CharField.to_python(self, value)
        try:
            return read_website(text) if text else ""
        except NotAWebsite as problem:
            raise ValidationError(f"{self.label}: {problem}", code="website") from problem
