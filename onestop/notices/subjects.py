"""The names of the objects that notices are about."""

from django.apps import apps
from django.db import models

from onestop.ops.request_numbers import whole_number


def subject_label(name: str) -> str:
    """Return the name of an object that notices refer to as "partners.service:12"; "" if it has none to show."""
    label, _colon, pk = name.partition(":")
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        return ""
    if model.__str__ is models.Model.__str__:  # type: ignore[comparison-overlap]  # functions of both classes
        return ""
    found = model._base_manager.filter(pk=whole_number(pk) or 0).first()
    return str(found) if found else ""
