"""Bars that lie: for labels that are too long to stand below columns, such as the names of cost pools."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.safestring import SafeString

from onestop.ui.charts import COLORS, FILLS, NARROW, BarChart, Chart, Scale, Words, width_of
from onestop.ui.markup import format_html, join_html

THICK, GAP, BELOW, RIGHT = 13, 16, 22, 14
MOST_LEFT = 240  # of the labels on a wide screen


@dataclass(frozen=True)
class BarRows(BarChart):
    """Values to compare in rows: the first series over the second; ``notes`` stand at the end of each row."""

    notes: tuple[Words, ...] = ()

    @property
    def drawing(self) -> Callable[[int, int], SafeString]:
        """Return what draws it in a width; its height follows from the rows."""
        return lambda width, height: _draw(self, width)


def _draw(known: BarRows, width: int) -> SafeString:
    is_narrow = width == NARROW[0]
    above = 18 if is_narrow else 0
    row = above + THICK * len(known.series) + 3 * (len(known.series) - 1) + GAP
    height = row * len(known.labels) + BELOW
    longest = max((width_of(label) for label in known.labels), default=0)
    left = 4.0 if is_narrow else min(longest, MOST_LEFT) + 12
    right = RIGHT + max((width_of(note) for note in known.notes), default=0)
    scale = Scale.of(known.known, begins_at_zero=True, ticks=2 if is_narrow else 4)
    inside = max(width - left - right, 40)
    parts = [*_axis(known, scale, left, inside, height, is_narrow=is_narrow)]
    for number, label in enumerate(known.labels):
        parts += _row(known, number, label, scale, row * number, above, left, inside)
    return format_html(
        '<svg class="op-chart__svg" viewBox="0 0 {} {}" aria-hidden="true" focusable="false">{}</svg>',
        width, height, join_html(parts),
    )  # fmt: skip


def _axis(
    known: Chart, scale: Scale, left: float, inside: float, height: int, *, is_narrow: bool
) -> Iterator[SafeString]:
    for tick in scale.ticks:
        x = left + scale.at(tick, inside)
        yield format_html(
            '<line x1="{}" y1="2" x2="{}" y2="{}" class="grid" stroke="#c9c4b8"/>',
            f"{x:.1f}",
            f"{x:.1f}",
            height - BELOW,
        )
        anchor = "start" if is_narrow and tick == scale.ticks[0] else "middle"
        yield _text(x, height - 6, known.in_words(tick), anchor=anchor)


def _row(
    known: BarRows, number: int, label: Words, scale: Scale, top: float, above: int, left: float, inside: float
) -> Iterator[SafeString]:
    middle = top + above + (THICK * len(known.series)) / 2 + 8
    if above:
        yield _text(left, top + 14, label, anchor="start", kind="t-strong")
    else:
        yield _text(left - 10, middle, label, anchor="end", kind="t-strong")
    end = left
    for place, series in enumerate(known.series):
        value = series.values[number]
        if value is None:
            continue
        long = scale.at(max(value, 0), inside) - scale.at(0, inside)
        end = max(end, left + scale.at(0, inside) + long)
        yield format_html(
            '<rect x="{}" y="{}" width="{}" height="{}" class="bar series-{}" fill="{}" fill-opacity="{}"'
            ' stroke="{}"/>',
            f"{left + scale.at(0, inside):.1f}", f"{top + above + 5 + place * (THICK + 3):.1f}", f"{long:.1f}", THICK,
            place + 1, COLORS[place], FILLS[place], COLORS[place],
        )  # fmt: skip
    if known.notes:
        yield _text(end + 8, middle, known.notes[number], anchor="start", kind="t-strong")


def _text(x: float, y: float, words: Words, *, anchor: str = "middle", kind: str = "") -> SafeString:
    return format_html(
        '<text x="{}" y="{}" text-anchor="{}" class="{}" font-size="12.5">{}</text>',
        f"{x:.1f}", f"{y:.1f}", anchor, kind, words,
    )  # fmt: skip
