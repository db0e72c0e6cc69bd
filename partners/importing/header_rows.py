"""Which rows of a sheet are its header: guessed from known titles, and from how much cells look like titles."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from onestop.files.table_sheets import Row, Sheet
from onestop.files.uploaded_tables import SAMPLE_ROWS, Limits, header_of
from partners.importing import column_words, columns
from partners.importing.kinds import kind_of

FIRST = 30  # rows among which the header is looked for
SURE = 2.0  # titles that must be known
AHEAD = 0.5  # how much better than any other row
WEIGHTS = {"title": 1.0, "person": 1.0, "part": 0.7}


@dataclass(frozen=True)
class HeaderGuess:
    """The numbers of the header's rows, one or two; whether that is certain; and how good it is."""

    rows: tuple[int, ...]
    is_sure: bool = False
    score: float = 0.0


def possible_headers(sheet: Sheet) -> list[tuple[int, ...]]:
    """Return the rows that may be a header, and pairs of rows of which the upper one groups columns."""
    rows = sheet.first_rows[:FIRST]
    found = [(number,) for number, _row in rows]
    pairs = pairwise(rows)
    return [*found, *((upper[0], lower[0]) for upper, lower in pairs if _groups(upper, lower))]


def guess_header(sheet: Sheet, kind: str, limits: Limits) -> HeaderGuess:
    """Return the likeliest header of a sheet.

    If no title is known, it is the first row with two filled cells, as in files of other kinds.
    """
    rated = sorted(
        ((_score(sheet, kind, rows, limits), rows) for rows in possible_headers(sheet)),
        key=lambda one: (-one[0][0], one[1]),
    )
    if not rated or rated[0][0][1] < 1:
        return HeaderGuess(_first_wide(sheet.first_rows))
    (score, known), rows = rated[0]
    others = [other for (other, _known), those in rated[1:] if not set(those) & set(rows)]
    return HeaderGuess(rows, known >= SURE and (not others or score - others[0] >= AHEAD), score)


def _first_wide(rows: Sequence[Row]) -> tuple[int, ...]:
    first = rows[:SAMPLE_ROWS]
    wide = (number for number, row in first if sum(1 for cell in row if cell.strip()) > 1)
    return (next(wide, first[0][0]),)


def _groups(upper: Row, lower: Row) -> bool:
    """Return whether a row stands over the next one as groups of columns: one of its texts over several titles."""
    if lower[0] != upper[0] + 1:
        return False
    above = [*upper[1], *[""] * (len(lower[1]) - len(upper[1]))]
    over: list[set[str]] = []
    names: list[str] = []
    for group, title in zip(above, lower[1], strict=False):
        if not title.strip() or group == title:
            names.append("")
        elif group.strip() and not (names and names[-1] == group):
            names.append(group)
            over.append({title})
        elif names and names[-1]:
            names.append(names[-1])
            over[-1].add(title)
        else:
            names.append("")
    likeness = [column_words.text_likeness(cell) for row in (upper[1], lower[1]) for cell in row if cell.strip()]
    return any(len(titles) > 1 for titles in over) and min(likeness, default=0) > 0


def _score(sheet: Sheet, kind: str, rows: tuple[int, ...], limits: Limits) -> tuple[float, float]:
    """Return how good a header is, and how many of its titles are known."""
    titles = [title for title in sheet.titles(rows) if title.strip()]
    if not titles or len(titles) > limits.columns:
        return 0.0, 0.0
    guesses = columns.guess_columns(kind, header_of(sheet, rows, limits))
    known = sum(WEIGHTS.get(guess.why, 0) for guess in guesses)
    likeness = [column_words.text_likeness(title) for title in titles]
    required = {field.code for field in kind_of(kind).fields if field.required}
    found = required & {guess.code for guess in guesses}
    score = 3 * known / len(titles) + min(known, 8) * 0.4 + sum(likeness) / len(titles)
    score += 0.5 * len({title.casefold() for title in titles}) / len(titles) + bool(found)
    score -= 3 * sum(1 for one in likeness if not one) / len(titles)
    if len(titles) == 1:
        score -= 3
    if len(rows) == 2:
        is_one = any(merge.top == rows[0] and merge.bottom == rows[1] for merge in sheet.merges)
        score += 0.3 + is_one if is_one or _lower_is_known(sheet, kind, rows, limits) else -3
    before = next((at for at, (number, _row) in enumerate(sheet.first_rows) if number == rows[0]), 0)
    return score - 0.05 * before, known


def _lower_is_known(sheet: Sheet, kind: str, rows: tuple[int, ...], limits: Limits) -> bool:
    """Return whether the second row of a header holds titles and not the first of the data."""
    lower = [title for title in sheet.titles(rows[1:]) if title.strip()]
    guesses = columns.guess_columns(kind, header_of(sheet, rows[1:], limits))
    known = sum(1 for guess in guesses if guess.why in WEIGHTS or column_words.subjects_of(guess.looks))
    about = sum(1 for title in lower if column_words.subjects_of(title))
    return known >= 2 or about >= max(2, len(lower) / 2)
