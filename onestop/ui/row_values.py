"""What the cells of every row of a list need: the address of an object and the label of a choice.

Django resolves the first and collects the second anew for each row; here each is prepared once, for all rows.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.urls import get_script_prefix, get_urlconf, reverse

PLACE = 999_999_999  # stands for the key in an address that was made once


def address_of(view: str, pk: int) -> str:
    """Return the address of the page of one object, whose view takes nothing but its key."""
    return _address(view, get_urlconf() or settings.ROOT_URLCONF, get_script_prefix()).replace(str(PLACE), str(pk))


@lru_cache(maxsize=512)
def _address(view: str, urlconf: str, prefix: str) -> str:
    return reverse(view, urlconf, args=[PLACE])


def label_of(row: Model, field: str) -> Any:
    """Return the label of a row's choice, as ``get_<field>_display()`` does; a value without a label as it is."""
    value = getattr(row, field)
    labels = _labels(type(row))[field]
    return str(labels[value]) if value in labels else value


def has_labels(model: type[Model], field: str) -> bool:
    """Return whether the values of a field have labels."""
    return field in _labels(model)


@lru_cache(maxsize=256)
def _labels(model: type[Model]) -> Mapping[str, dict[Any, Any]]:
    """Return the labels of each field with choices, in the language of whoever reads them later."""
    fields = [field for field in model._meta.fields if field.choices]
    return {field.attname: dict(field.flatchoices) for field in fields}
