"""Tell the parts of an address apart that stand in one cell: "Millpond, RB 55512" below "City"."""

import re
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.importing import cells
from partners.importing.cells import STATES

ZIP_AT_END = re.compile(r"\d{5}(?:-\d{4})?$")
LONGEST = 130  # characters of a city with its state and ZIP code
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
    text = " ".join(text.split())
    if len(text) > LONGEST:
        return {}
    match = ZIP_AT_END.search(text)
    code = match.group() if match else ""
    before = text[: match.start()] if match else text
    if code and not before.endswith((" ", ",")):
        return {}
    city, state = _city_and_state(before.rstrip(" ,"), is_sure=bool(code))
    if len(city) < 2 or "," in city or any(sign.isdigit() for sign in city) or not (code or state):
        return {}
    return {name: part for name, part in (("city", city), ("state_code", state), ("postal_code", code)) if part}


def _city_and_state(text: str, *, is_sure: bool) -> tuple[str, str]:
    """Return the city and the code of its state, which may be missing.

    :param is_sure: whether a ZIP code follows; without one, only the code of a known state behind a comma is one.
    """
    city, comma, last = text.rpartition(",")
    if not comma:
        city, _space, last = text.rpartition(" ")
    state = last.strip().replace(".", "").upper()
    is_code = len(state) == 2 and state.isascii() and state.isalpha()
    if is_code and city.strip() and (is_sure or (comma and state in STATES.values())):
        return city.strip(" ,"), state
    return text, ""


def _of_street(row: Any) -> None:
    address = cells.read_address(row.values["street"])
    if address and not row.values.get("city") and not row.values.get("postal_code"):
        if any(row.values.get(code) not in (None, "", part) for code, part in address.items() if code != "street"):
            return
        row.values |= address


def _of_city(row: Any, code: str) -> None:
    text = row.values.get(code) or ""
    if ZIP_AT_END.fullmatch(text.strip()) and row.values.get("postal_code") in (None, "", text.strip()):
        row.values["postal_code"] = text.strip()
        del row.values[code]
        row.remark(_("Saved as the ZIP code."), code, text)
        return
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
