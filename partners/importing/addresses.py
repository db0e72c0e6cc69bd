"""Tell the parts of an address apart that stand in one cell: "Millpond, RB 55512" below "City"."""

import re
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.importing import cells
from partners.importing.cells import STATES

CITY_AND_END = re.compile(
    r"(?P<city>[^\d,]{2,100}?)(?:,\s{0,3}|\s{1,3})(?:(?P<state>[A-Za-z]{2}|[A-Z]\.[A-Z]\.)\.?,?\s{1,3})?(?P<zip>\d{5}(?:-\d{4})?)"
)
CITY_AND_STATE = re.compile(r"(?P<city>[^\d,]{2,100}?),\s{0,3}(?P<state>[A-Za-z]{2}|[A-Z]\.[A-Z]\.)\.?")
LABELS = {"city": gettext_lazy("City"), "state_code": gettext_lazy("State"), "postal_code": gettext_lazy("ZIP code")}


def tell_apart(row: Any) -> None:
    """Put the parts of an address into their own fields, where a cell of the row holds several."""
    if "street" in row.values:
        _of_street(row)
    _of_city(row, "city")
    _of_zip(row)


def leave_without_place(row: Any, codes: Iterable[str]) -> None:
    """Say that what a row tells of a location is not saved, and keep it for the notes."""
    for code in codes:
        if value := row.values.get(code):
            words = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            row.remark(_("Not saved. It belongs to one location, which the row does not name."), code, words, asks=True)
            row.leave(code, words)


def read_city(text: str) -> dict[str, str]:
    """Return the city, state and ZIP code of a text; empty if it is only a city."""
    for shape in (CITY_AND_END, CITY_AND_STATE):
        if match := shape.fullmatch(text.strip()):
            found = match.groupdict()
            state = (found.get("state") or "").replace(".", "").upper()
            if shape is CITY_AND_STATE and state not in STATES.values():
                continue
            parts = {"city": found["city"].strip(" ,"), "state_code": state, "postal_code": found.get("zip") or ""}
            return {code: part for code, part in parts.items() if part}
    return {}


def _of_street(row: Any) -> None:
    address = cells.read_address(row.values["street"])
    if address and not row.values.get("city") and not row.values.get("postal_code"):
        if any(row.values.get(code) not in (None, "", part) for code, part in address.items() if code != "street"):
            return
        row.values |= address


def _of_city(row: Any, code: str) -> None:
    text = row.values.get(code) or ""
    parts = read_city(text)
    if not parts:
        return
    if conflicts := [part for part in parts if part != "city" and row.values.get(part) not in (None, "", parts[part])]:
        row.remark(
            _("The row has another %(field)s. Saved as typed.") % {"field": LABELS[conflicts[0]]}, code, text, asks=True
        )
        return
    row.values |= parts
    row.remark(_("Saved apart: %(parts)s.") % {"parts": ", ".join(parts.values())}, code, text)


def _of_zip(row: Any) -> None:
    """Use the words beside a ZIP code as city and state, where the row has no others."""
    text = row.typed.get("postal_code", "")
    parts = {code: part for code, part in read_city(text).items() if code != "postal_code"}
    if not parts:
        return
    if new := {code: part for code, part in parts.items() if row.values.get(code) in (None, "")}:
        row.values |= new
        row.remark(_("Saved apart: %(parts)s.") % {"parts": ", ".join(read_city(text).values())}, "postal_code", text)
    if any(cells.key(str(row.values[code])) != cells.key(part) for code, part in parts.items()):
        words = ", ".join(parts.values())
        row.remark(_("Saved without these words: “%(left)s”.") % {"left": words}, "postal_code", text, asks=True)
        row.leave("postal_code", words)
