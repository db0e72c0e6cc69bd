"""Rows that are none of the data: notes, totals, footnotes, legends, headings, repeated headers and separators.

They are questioned, not imported: the plan says why each was left out, and people may import it all the same.
"""

import re
from collections.abc import Iterator, Sequence

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from onestop.files.table_sheets import Sheet, is_spread
from onestop.files.unreadable import Unreadable
from onestop.files.uploaded_tables import Line, UploadedTable
from partners.importing import cells, column_words


class Reason(TextChoices):
    """Why a row is left out."""

    NOTE = "note", _("It is a note.")
    TOTAL = "total", _("It is a total.")
    FOOTNOTE = "footnote", _("It is a footnote.")
    LEGEND = "legend", _("It explains signs or colors.")
    HEADING = "heading", _("It is the heading of a section.")
    HEADER = "header", _("It repeats the header.")
    SEPARATOR = "separator", _("It holds only lines or signs.")
    BROKEN = "broken", _("It holds only errors of the spreadsheet, such as #REF!.")


FOOTNOTE = re.compile(r"\s{0,5}(?:[*\u2020\u2021\u00b9\u00b2\u00b3\u00a7]+|\(?\d{1,2}\)|\[\d{1,2}\]|[a-z]\))\s{0,3}\S")
LEGEND = re.compile(r"(?:key|legends?|leyenda|clave|codes|abbreviations)\s{0,3}[:=-]", re.IGNORECASE)
EQUATION = re.compile(r"[\w*/#+ -]{1,20}\s?=\s?\S")
TOTAL = re.compile(
    r"(?:(?:grand |sub ?-?)?totals?|sum|suma|count|number of|total de)\b(?P<rest>[^.]{0,60})", re.IGNORECASE
)
NOTE = re.compile(
    r"(?:notes?|notas?|n\.b\.|source|fuente|(?:last )?updated|revised|as of|prepared by|compiled by|printed|"
    r"page \d{1,3}|confidential|draft|please|por favor|for changes|to (?:change|update)|send (?:changes|updates)|"
    r"questions|\(?continued|end of|see|this (?:list|sheet)|do not|important|actualizado|reminder|call .{1,30} with|"
    r"contact .{1,40} (?:with|for|to))(?!\w)",
    re.IGNORECASE,
)
LABELED = frozenset(("note", "notes", "nota", "notas", "draft", "confidential", "important"))
BROKEN = re.compile(r"#(?:REF!|N/A|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!)", re.IGNORECASE)
NUMBER = re.compile(r"[$(]?[\d,.]+\s?[%)]?")
SENTENCE = 7  # words of a text that is no name
LONGEST = 400  # characters of a cell that are looked at


def questioned(table: UploadedTable, sheet: Sheet) -> Iterator[Line]:
    """Yield the lines of a table; of those that are none of the data, with a question."""
    titles = [_forms_of(title) for title in table.header]
    for line in table.lines:
        question = question_of(line.cells, titles, table.usual, spread=is_spread(sheet, line.number, len(titles)))
        yield line if not question else Line(line.number, line.cells, line.problem, line.remarks, question)


def question_of(row: Sequence[str], titles: Sequence[set[str]], usual: int, *, spread: bool = False) -> str:
    """Return why a row is none of the data, or an empty string.

    ``titles`` are the spellings of each title, ``usual`` is the number of cells that rows fill, and ``spread`` says
    whether a cell is merged across most of the row.
    """
    filled = [
        (at, "0" if isinstance(cell, Unreadable) else cell.strip()[:LONGEST])
        for at, cell in enumerate(row)
        if cell.strip()
    ]
    if not filled:
        return ""
    if all(BROKEN.fullmatch(row[at].strip()) for at, _text in filled):
        return Reason.BROKEN
    if not any(sign.isalnum() for _at, text in filled for sign in text):
        # A dash in a row of one filled cell may mean nothing; a line of them separates.
        return Reason.SEPARATOR if any(len(text) > 1 for _at, text in filled) or len(filled) > 1 else ""
    same = sum(1 for at, text in filled if at < len(titles) and cells.key(text) in titles[at])
    if same >= 2 and same >= 0.6 * len(filled):
        return Reason.HEADER
    text = filled[0][1]
    if _is_total(text, [other for _at, other in filled[1:]], usual):
        return Reason.TOTAL
    if len(filled) > 2 or (len(filled) == 2 and usual < 4):
        return ""
    return _of_few(text, len(filled), usual, spread=spread, starts=filled[0][0])


def _of_few(text: str, count: int, usual: int, *, spread: bool, starts: int) -> str:
    """Return why a row of one or two cells is none of the data."""
    if LEGEND.match(text) or (EQUATION.match(text) and usual > 1):
        return Reason.LEGEND
    if FOOTNOTE.match(text) and (usual > 1 or len(text.split()) >= SENTENCE):
        return Reason.FOOTNOTE
    words = len(text.split())
    if (match := NOTE.match(text)) and (words > 1 or match.group().strip(" .:").casefold() in LABELED):
        rest = text[match.end() :].lstrip()
        if not rest[:1].isalpha() or words >= 4 or spread or ":" in text:
            return Reason.NOTE
    if count > 1:
        return ""
    if spread:
        return Reason.NOTE if words >= SENTENCE or text.endswith(".") else Reason.HEADING
    if words >= SENTENCE and (usual >= 3 or text.endswith((".", "!"))):
        return Reason.NOTE
    is_heading = usual >= 3 or (usual == 2 and text.endswith(":"))
    return Reason.HEADING if is_heading and starts <= 1 else ""


def _is_total(text: str, others: Sequence[str], usual: int) -> bool:
    match = TOTAL.match(text)
    if not match or not all(NUMBER.fullmatch(other) for other in others):
        return False
    rest = match.group("rest")
    if others or not rest.strip() or any(sign.isdigit() for sign in rest):
        return True
    return usual > 1 and rest.strip(" :").casefold() in COUNTED


COUNTED = frozenset(
    ("partners", "services", "agencies", "organizations", "programs", "providers", "socios", "servicios", "agencias")
)


def _forms_of(title: str) -> set[str]:
    """Return the keys of a title, and of the parts of a joined one."""
    group, part = column_words.parts_of(title)
    return {cells.key(one) for one in (title, group, part, re.sub(r" \(\d+\)$", "", part)) if one}
