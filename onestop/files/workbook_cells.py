"""Cells of a workbook as text, as a spreadsheet program shows them."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.utils import get_column_letter


class Unreadable(str):
    """A cell that cannot be read: its text as it is in the file, and the ``reason``."""

    reason: str

    def __new__(cls, text: str, reason: str) -> "Unreadable":
        """Return the text with its reason."""
        cell = super().__new__(cls, text)
        cell.reason = reason
        return cell


def cell_text(cell: dict[str, Any], book: Any) -> str:
    """Return what the cell shows: dates in ISO format, numbers with the zeros, percent and dollar signs of theirs."""
    value, kind = cell["value"], cell["data_type"]
    place = f"{get_column_letter(cell['column'])}{cell['row']}"
    if kind == "f":
        problem = _("The formula in cell %(cell)s has no saved result. Open the file in Excel and save it.")
        return Unreadable(_("(formula)"), problem % {"cell": place})
    if kind == "e":
        problem = _("Cell %(cell)s has the error %(error)s. Correct it in the spreadsheet.")
        return Unreadable(str(value), problem % {"cell": place, "error": value})
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, timedelta):
        return str(value)
    return _number_text(value, _number_format(cell, book))


def _number_format(cell: dict[str, Any], book: Any) -> str:
    style = book._cell_styles[cell["style_id"]] if cell["style_id"] < len(book._cell_styles) else None
    if style is None or not style.numFmtId:
        return "General"
    if style.numFmtId >= 164:
        return str(book._number_formats[style.numFmtId - 164])
    return str(BUILTIN_FORMATS.get(style.numFmtId, "General"))


def _number_text(value: int | float, shape: str) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, int) and value >= 0:
        if shape.strip("0") == "" and len(shape) > 1:  # 00000: a ZIP Code with leading zeros
            return str(value).zfill(len(shape))
        if shape.replace("\\", "") == "00000-0000":
            digits = str(value).zfill(9)
            return f"{digits[:5]}-{digits[5:]}"
    if shape.endswith("%"):
        return f"{round(value * 100, 2):g}%"
    if "$" in shape.replace("[$-", "") and "E" not in shape:
        return f"${value:,.2f}".removesuffix(".00")
    return repr(value) if isinstance(value, int) else f"{value:.15g}"
