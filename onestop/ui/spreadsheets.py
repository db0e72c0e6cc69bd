"""Write tables as CSV and XLSX.

No cell runs as a formula in a spreadsheet program; what :func:`write_csv` adds to prevent that is removed on reading.
"""

import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from onestop.ops.typed_text import printable

FORMATS = ("csv", "xlsx")
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLSX_MAX_CELL = 32_767
XLSX_MAX_ROWS = 1_048_576

# Text that a spreadsheet program would run as a formula. Leading apostrophes count too, so that removing one undoes
# adding one.
RISKY = re.compile(r"'*(?:[\t\r\n]|\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])")
NEEDS_QUOTES = re.compile(r'[",;\t\r\n]|^\s|\s$')
NEWLINE = re.compile(r"\r\n?")
CHUNK = 64_000


class TooManyRows(Exception):
    """There are more rows than fit on an XLSX sheet; CSV has no limit."""


# ---------------------------------------------------------------- Writing
def write_csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """Yield a CSV file in chunks (RFC 4180; UTF-8 with a byte order mark, which Excel needs).

    Cells are text, numbers, dates, booleans or lists; text that would run as a formula gets an apostrophe in front.
    """
    lines = ["\ufeff" + _csv_line(header)]
    size = 0
    for row in rows:
        line = _csv_line(row)
        lines.append(line)
        size += len(line)
        if size > CHUNK:
            yield "".join(lines).encode()
            lines, size = [], 0
    yield "".join(lines).encode()


def write_xlsx(header: Sequence[str], rows: Iterable[Sequence[Any]], *, sheet: str = "Rows") -> IO[bytes]:
    """Return a temporary file with the rows as an XLSX workbook, at position 0; closing it deletes it.

    Memory use does not grow with the number of rows. Text stays text: never formulas, links or numbers.

    :raises TooManyRows: if the rows do not fit on one sheet.
    """
    import xlsxwriter  # here: with the first workbook, not with every process

    file = tempfile.TemporaryFile()  # noqa: SIM115 (the caller closes it)
    book = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": "yyyy-mm-dd",
        },
    )
    page = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", sheet)[:31].strip() or "Rows")
    bold = book.add_format({"bold": True})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})  # no translation: a format of Excel
    page.freeze_panes(1, 0)
    page.set_column(0, max(len(header) - 1, 0), 22)
    for column, title in enumerate(header):
        page.write_string(0, column, _text(title)[:XLSX_MAX_CELL], bold)
    for number, row in enumerate(rows, start=1):
        if number >= XLSX_MAX_ROWS:
            book.close()
            file.close()
            problem = _("An Excel sheet has room for %(limit)s rows. Choose CSV, or filter the list first.")
            raise TooManyRows(problem % {"limit": f"{XLSX_MAX_ROWS - 1:,}"})
        for column, value in enumerate(row):
            if isinstance(value, bool) or value is None or isinstance(value, str):
                text = _text(value)[:XLSX_MAX_CELL]
                if text:
                    page.write_string(number, column, text)
            elif isinstance(value, int | float | Decimal):
                page.write_number(number, column, value)
            elif isinstance(value, datetime):
                page.write_datetime(number, column, _local(value), moment)
            elif isinstance(value, date) and value.year >= 1900:
                page.write_datetime(number, column, value)
            elif text := _text(value)[:XLSX_MAX_CELL]:
                page.write_string(number, column, text)
    book.close()
    file.seek(0)
    return file


def response(
    kind: str, *, name: str, header: Sequence[str], rows: Iterable[Sequence[Any]], sheet: str = "Rows"
) -> HttpResponseBase:
    """Return a streamed download in one of ``FORMATS``, with a file name.

    :raises TooManyRows: if the rows do not fit on one sheet.
    """
    answer: StreamingHttpResponse | FileResponse
    if kind == "xlsx":
        answer = FileResponse(write_xlsx(header, rows, sheet=sheet), content_type=XLSX_TYPE)
    else:
        answer = StreamingHttpResponse(write_csv(header, rows), content_type=CSV_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return answer


def defuse(text: str) -> str:
    """Return the text, with an apostrophe in front if a spreadsheet program would run it."""
    return "'" + text if RISKY.match(text) else text


def undo_defuse(text: str) -> str:
    """Return the text that :func:`defuse` was given."""
    return text[1:] if text.startswith("'") and RISKY.match(text) else text


def _csv_line(row: Sequence[Any]) -> str:
    return ",".join(_csv_cell(value) for value in row) + "\r\n"


def _csv_cell(value: Any) -> str:
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return str(value)
    text = defuse(_text(value))
    return '"' + text.replace('"', '""') + '"' if NEEDS_QUOTES.search(text) else text


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        return _local(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple | set | frozenset):
        return "; ".join(_text(part) for part in value)
    return printable(NEWLINE.sub("\n", str(value)))


def _local(moment: datetime) -> datetime:
    return timezone.localtime(moment).replace(tzinfo=None) if timezone.is_aware(moment) else moment
