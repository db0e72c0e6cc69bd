"""What differs between two texts: lines first, then the words of changed ones. Template builtins; no page loads them.

Removed words are struck and added ones underlined; for the ear, and where neither is seen, hidden words say which is
which. Texts of one line stay in one line.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onestop.ui.markup import format_html, join_html
from onestop.ui.word_differences import Piece, align_lines, compare

register = template.Library()

MOST_LINES = 4_000  # of a text; longer ones are compared by their words alone
MOST_PAIRS = 2_500  # of lines in one changed passage that are tried against each other
ALIKE = 0.4  # share of common words from which two lines are one line that was changed


class Line(NamedTuple):
    """A line of two texts: kept, deleted, inserted, or changed, with its parts."""

    kind: str
    pieces: list[Piece]


@register.simple_tag
def diff(before: Any, after: Any) -> SafeString:
    """Return a text, or a list, with deleted words struck and inserted words underlined."""
    old, new = _as_text(before), _as_text(after)
    if "\n" not in old and "\n" not in new:
        return _show_pieces(compare(old, new))
    return join_html(map(_show_line, compare_lines(old, new)))


@register.simple_tag
def diff_text(before: Any, after: Any, around: int = 2) -> SafeString:
    """Return a long text as ``diff``, with at most ``around`` unchanged lines before and after each change."""
    lines = compare_lines(_as_text(before), _as_text(after))
    changed = [number for number, line in enumerate(lines) if line.kind != "kept"]
    near = {at for number in changed for at in range(number - around, number + around + 1)}
    return join_html(_folded(lines, near))


# ---------------------------------------------------------------- Comparing
def compare_lines(old: str, new: str) -> list[Line]:
    """Return the lines of two texts in order; a changed line has the words that it kept, lost and gained."""
    was, now = old.splitlines(), new.splitlines()
    if max(len(was), len(now)) > MOST_LINES:
        return [Line("changed", compare(old, new))]
    return list(_lines(was, now))


def _lines(was: list[str], now: list[str]) -> Iterator[Line]:
    for is_kept, gone, come in align_lines(was, now):
        if is_kept:
            yield from (Line("kept", [Piece("kept", line, line)]) for line in come)
        else:
            yield from _passage(gone, come)


def _passage(gone: list[str], come: list[str]) -> Iterator[Line]:
    """Yield the lines of a changed passage; lines that are alike are shown as one, in order."""
    pairs = _pairs(gone, come)
    at, other = 0, 0
    for left, right in [*pairs, (len(gone), len(come))]:
        yield from (Line("deleted", [Piece("deleted", line, "")]) for line in gone[at:left] if line.strip())
        yield from (Line("inserted", [Piece("inserted", "", line)]) for line in come[other:right] if line.strip())
        if left < len(gone):
            yield Line("changed", compare(gone[left], come[right]))
        at, other = left + 1, right + 1


def _pairs(gone: Sequence[str], come: Sequence[str]) -> list[tuple[int, int]]:
    """Return which lines belong together, in order, so that they are as much alike as possible."""
    if not gone or not come:
        return []
    left, right = ([set(line.casefold().split()) for line in lines] for lines in (gone, come))
    if len(gone) == len(come) == 1:  # a line in the place of another is the same one if they share any word
        return [(0, 0)] if left[0] & right[0] else []
    if len(gone) * len(come) > MOST_PAIRS:
        return [(at, at) for at in range(min(len(gone), len(come))) if _alike(left[at], right[at]) >= ALIKE]
    # best[i][j]: how much alike the lines from i and j on can be.
    best = [[0.0] * (len(come) + 1) for _line in range(len(gone) + 1)]
    for i in range(len(gone) - 1, -1, -1):
        for j in range(len(come) - 1, -1, -1):
            together = best[i + 1][j + 1] + score if (score := _alike(left[i], right[j])) >= ALIKE else 0.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], together)
    return list(_walk(best, left, right))


def _walk(best: list[list[float]], left: Sequence[set[str]], right: Sequence[set[str]]) -> Iterator[tuple[int, int]]:
    i = j = 0
    while i < len(left) and j < len(right):
        score = _alike(left[i], right[j])
        if score >= ALIKE and best[i][j] == best[i + 1][j + 1] + score:
            yield i, j
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1


def _alike(one: set[str], other: set[str]) -> float:
    return len(one & other) / max(len(one | other), 1)


# ---------------------------------------------------------------- Showing
def _as_text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _folded(lines: Sequence[Line], near: set[int]) -> Iterator[SafeString]:
    hidden = 0
    for number, line in enumerate(lines):
        if number in near:
            if hidden:
                yield _gap(hidden)
            hidden = 0
            yield _show_line(line)
        else:
            hidden += 1
    if hidden:
        yield _gap(hidden)


def _gap(number: int) -> SafeString:
    words = ngettext("%(number)s line unchanged", "%(number)s lines unchanged", number) % {"number": number}
    return format_html('<span class="op-diff__gap">{}</span>', words)


def _show_line(line: Line) -> SafeString:
    return format_html('<span class="op-diff__line">{}</span>', _show_pieces(line.pieces))


def _show_pieces(pieces: Sequence[Piece]) -> SafeString:
    return join_html(map(_show, pieces))


def _show(piece: Piece) -> str:
    if piece.kind == "kept":
        return piece.after
    gone, come = piece.before.strip(), piece.after.strip()
    parts = [mark(words) for mark, words in ((_gone, gone), (_come, come)) if words]
    words = piece.after or piece.before
    space = words[len(words.rstrip()) :]
    between = format_html("{} {}", *parts) if len(parts) == 2 else join_html(parts)
    return format_html("{}{}", between, space)


def _gone(words: str) -> SafeString:
    return format_html("<del>{}{}{}</del>", _said(f"[{_('removed')}: "), words, _said("]"))


def _come(words: str) -> SafeString:
    return format_html("<ins>{}{}{}</ins>", _said(f"[{_('added')}: "), words, _said("]"))


def _said(words: str) -> SafeString:
    return format_html('<span class="op-diff__said">{}</span>', words)
