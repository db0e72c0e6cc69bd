"""Blank cells below a name: many lists write the name of an agency once, and leave it blank in the rows that follow."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onestop.files.uploaded_tables import Line
from partners.importing import doubts
from partners.importing.odd_rows import Reason
from partners.importing.remarks import Remark

NAMES = {"partners": "name", "services": "partner", "presence": "partner"}  # the field that such lists leave blank
FEWEST = 2  # filled cells of a row whose blank name may be the one above


class BlankNames:
    """Read blank names as the name above, if people chose so; count them otherwise."""

    def __init__(self, kind: str, header: Sequence[str], mapping: Sequence[str], *, fill: bool) -> None:
        """Take the fields of the columns."""
        code = NAMES.get(kind)
        columns = [at for at, field in enumerate(mapping) if field == code]
        self._column = columns[0] if code and len(columns) == 1 else None
        self.title = header[columns[0]] if columns else ""
        self._fill = fill
        self._above: tuple[str, int] | None = None
        self._is_heading = False
        self.first: tuple[int, str] | None = None  # the first such row, and the name above it
        self.count = 0

    def pass_by(self, line: Line) -> None:
        """Take a row that is left out: a heading alone in the column of names is the name of what follows."""
        if self._column is None or line.question != Reason.HEADING:
            return
        filled = [at for at, cell in enumerate(line.cells) if cell.strip()]
        text = line.cells[self._column].strip().rstrip(":")
        self._above = (text, line.number) if filled == [self._column] else None
        self._is_heading = True

    def read(self, line: Line) -> Line:
        """Return a row with its name."""
        if self._column is None:
            return line
        text = line.cells[self._column]
        if text.strip():
            if not doubts.doubt_of(text):
                self._above, self._is_heading = (text, line.number), False
            return line
        if self._above is None or sum(1 for cell in line.cells if cell.strip()) < FEWEST:
            return line
        name, row = self._above
        self.count += 1
        self.first = self.first or (line.number, name)
        if not self._fill:
            return line
        words = _("It is blank. Read as “%(name)s”, as in row %(row)s.")
        if self._is_heading:
            words = _("It is blank. Read as “%(name)s”, the heading in row %(row)s.")
        remark = Remark(words % {"name": name, "row": row}, self.title, line=line.number, asks=self._is_heading)
        texts = list(line.cells)
        texts[self._column] = name
        return Line(line.number, texts, line.problem, (*line.remarks, remark))

    def notes(self) -> list[str]:
        """Return a sentence on the rows whose name stays blank although it may be the one above."""
        if self._fill or self.first is None:
            return []
        row, name = self.first
        words = ngettext(
            "In %(count)s row “%(column)s” is blank: row %(row)s, below “%(name)s”. If it means the name above, "
            "choose so where you match the columns.",
            "In %(count)s rows “%(column)s” is blank, first in row %(row)s, below “%(name)s”. If this means the name "
            "above, choose so where you match the columns.",
            self.count,
        )
        return [words % {"count": f"{self.count:,}", "column": self.title, "row": row, "name": name}]


def find_blanks(kind: str, header: Sequence[str], mapping: Sequence[str], lines: Sequence[Line]) -> dict[str, Any]:
    """Return for JSON the first row of some lines whose blank name may be the one above; nothing if there is none."""
    names = BlankNames(kind, header, mapping, fill=False)
    for line in lines:
        if line.question:
            names.pass_by(line)
        else:
            names.read(line)
    if names.first is None:
        return {}
    return {"row": names.first[0], "name": names.first[1][:80], "column": names.title[:80]}
