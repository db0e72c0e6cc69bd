"""Charts as SVG made on the server: lines with a target and a forecast, bars, timelines, small multiples.

Each has a sentence that says what to see, a key, the picture with a title and a description, and a table of the same
figures (``{% chart %}``). There is no script. Colors are written as attributes, for PDF, and overruled by the classes
of ``charts.css``, for light, dark and print. Series differ by dash, symbol or pattern, too: never by color alone.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import ceil, floor, log10
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from onestop.ui.markup import format_html, join_html
from onestop.ui.presentation import shortday

register = template.Library()

Words = str | Promise
Format = Callable[[float], str]
# Width and height, and the font size that stays readable: of the picture on a screen, and drawn anew for a phone.
WIDE, NARROW = (720, 260), (340, 240)
TOP, BOTTOM, RIGHT = 20, 26, 14
DIGIT, LETTER = 8.4, 7.0  # about the widths of digits and capitals, and of other characters
COLORS = ("#0b5c5f", "#6d8ba6", "#9a8452", "#758f5a")
MAIN, TARGET, FORECAST, BASELINE = "main", "target", "forecast", "baseline"
MOST_SERIES = 4


def width_of(words: Words) -> float:
    """Return about how wide words are in a picture, in its units."""
    return sum(LETTER if sign.isspace() or sign.islower() else DIGIT for sign in str(words))


def as_number(value: float) -> str:
    """Return a number in words: "1,234" or "12.5"."""
    return number_format(round(value, 2), decimal_pos=None if value % 1 else 0, use_l10n=True, force_grouping=True)


@dataclass(frozen=True)
class Series:
    """Values by label; ``None`` where there is none. ``kind`` is main, target, forecast or baseline."""

    name: Words
    values: Sequence[float | None]
    kind: str = MAIN


@dataclass(frozen=True)
class Chart:
    """What every chart says: a title, a sentence above it, and how values are written."""

    title: Words
    say: Words
    labels: Sequence[Words]
    series: Sequence[Series]
    in_words: Format = as_number
    of: Words = ""  # what the labels are: "Month"

    def __post_init__(self) -> None:
        """Refuse what nobody could read.

        :raises ValueError: if there are too many series, or one has not a value for each label.
        """
        if len(self.series) > MOST_SERIES:
            raise ValueError(f"A chart has at most {MOST_SERIES} series.")
        if any(len(one.values) != len(self.labels) for one in self.series):
            raise ValueError("Each series has a value, or None, for each label.")

    @property
    def known(self) -> list[float]:
        """All values."""
        return [value for one in self.series for value in one.values if value is not None]

    @property
    def rows(self) -> list[tuple[Words, list[str]]]:
        """The same figures as a table: each label with its values in words."""
        columns = [[self.in_words(v) if v is not None else "" for v in one.values] for one in self.series]
        return [(label, [column[at] for column in columns]) for at, label in enumerate(self.labels)]

    @property
    def description(self) -> str:
        """What the picture shows, for whoever does not see it."""
        names = ", ".join(str(one.name) for one in self.series)
        return _("%(series)s. The table below has the same figures.") % {"series": names}


@dataclass(frozen=True)
class LineChart(Chart):
    """Values over time: the main line, and a target, a forecast or a baseline. The axis need not begin at zero.

    ``today`` is where today lies between the labels: 0 at the first, 1.5 between the second and the third. ``scale``
    is that of several charts, and ``alt`` what the picture says of itself in a PDF.
    """

    begins_at_zero: bool = False
    today: float | None = None
    scale: "Scale | None" = None
    alt: str = ""

    @property
    def drawing(self) -> Callable[[int, int], SafeString]:
        """Return what draws it in a width and height."""
        return lambda width, height: _draw_lines(self, width, height)


@dataclass(frozen=True)
class BarChart(Chart):
    """Values to compare, as bars that begin at zero."""

    @property
    def drawing(self) -> Callable[[int, int], SafeString]:
        """Return what draws it in a width and height."""
        return lambda width, height: _draw_bars(self, width, height)


@dataclass(frozen=True)
class Span:
    """Something that lasts from one day to another; ``kind`` is blank, "now" (needs attention) or "rest"."""

    first: date
    last: date
    words: str
    kind: str = ""


@dataclass(frozen=True)
class Timeline:
    """What lasts from when to when, in rows: terms of agreements, gaps, reviews."""

    title: Words
    say: Words
    rows: Sequence[tuple[Words, Sequence[Span]]]
    first: date
    last: date
    today: date

    @property
    def description(self) -> str:
        """What the picture shows, for whoever does not see it."""
        return _("%(number)s rows from %(first)s to %(last)s. The table below has the same dates.") % {
            "number": len(self.rows), "first": shortday(self.first), "last": shortday(self.last),
        }  # fmt: skip

    @property
    def drawing(self) -> Callable[[int, int], SafeString]:
        """Return what draws it in a width and height."""
        return lambda width, height: _draw_timeline(self, width)


@dataclass(frozen=True)
class SmallMultiples:
    """Several small lines on one scale, to compare at a glance."""

    title: Words
    say: Words
    charts: Sequence[LineChart]


# ---------------------------------------------------------------- Tags
@register.simple_tag
def chart(known: LineChart | BarChart | Timeline) -> SafeString:
    """Return a chart: its sentence, its key, the picture for screens and for phones, and its table."""
    wide, narrow = (known.drawing(*size) for size in (WIDE, NARROW))
    context: dict[str, Any] = {
        "chart": known,
        "wide": wide,
        "narrow": narrow,
        "is_timeline": isinstance(known, Timeline),
    }
    if isinstance(known, Chart):
        sign = _box if isinstance(known, BarChart) else _dash
        context["key"] = [(one, sign(number, one)) for number, one in enumerate(known.series)]
    return render_to_string("components/chart.html", context)


@register.simple_tag
def small_multiples(known: SmallMultiples) -> SafeString:
    """Return several small charts on one scale, each with its table."""
    values = [value for one in known.charts for value in one.known]
    scale = Scale.of(values, begins_at_zero=False)
    drawn = [(one, _draw_lines(one, *NARROW, scale=scale)) for one in known.charts]
    return render_to_string("components/small_multiples.html", {"multiples": known, "drawn": drawn})


# ---------------------------------------------------------------- Scales
@dataclass(frozen=True)
class Scale:
    """An axis of values with round ticks."""

    least: float
    most: float
    step: float

    @classmethod
    def of(cls, values: Sequence[float], *, begins_at_zero: bool, ticks: int = 4) -> "Scale":
        """Return a scale that holds all values, with about so many ticks."""
        least = min([*values, 0.0]) if begins_at_zero or not values else min(values)
        most = max([*values, 0.0]) if begins_at_zero or not values else max(values)
        if least == most:
            least, most = (0.0, most or 1.0) if most >= 0 else (most, 0.0)
        rough = (most - least) / ticks
        power = 10.0 ** floor(log10(rough))
        step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough)
        return cls(floor(least / step) * step, ceil(most / step) * step, step)

    @property
    def ticks(self) -> list[float]:
        """The values that are written at the axis, the least first."""
        return [self.least + number * self.step for number in range(round((self.most - self.least) / self.step) + 1)]

    def at(self, value: float, length: float) -> float:
        """Return how far from the beginning a value lies on an axis of this length."""
        return (value - self.least) / (self.most - self.least) * length


@dataclass(frozen=True)
class _Field:
    """The rectangle in which values are drawn."""

    left: float
    width: float
    height: float
    scale: Scale
    inset: float = 0  # before the first and after the last point, so that their labels fit

    def y(self, value: float) -> float:
        return TOP + self.height - self.scale.at(value, self.height)

    def x(self, number: int, of: int) -> float:
        inside = self.width - 2 * self.inset
        return self.left + self.inset + (inside * number / (of - 1) if of > 1 else inside / 2)


def _field(known: Chart, width: int, height: int, scale: Scale, *, inset: bool = False) -> _Field:
    left = 10 + max(width_of(known.in_words(tick)) for tick in scale.ticks)
    half = max(width_of(known.labels[at]) for at in (0, -1)) / 2 if inset else 0
    return _Field(left, width - left - RIGHT, height - TOP - BOTTOM, scale, max(half - RIGHT, 0))


# ---------------------------------------------------------------- Drawing
def _svg(width: int, height: int, parts: Iterator[SafeString], alt: str = "") -> SafeString:
    # In a PDF the title is the alternative text, and a picture does not know the font of its page.
    font = format_html(' font-family="Public Sans"') if alt else ""  # no translation: a font
    title = format_html("<title>{}</title>", alt) if alt else ""
    return format_html(
        '<svg class="op-chart__svg" viewBox="0 0 {} {}" aria-hidden="true" focusable="false"{}>{}{}</svg>',
        width, height, font, title, join_html(parts),
    )  # fmt: skip


def _text(x: float, y: float, words: Words, *, anchor: str = "middle", kind: str = "") -> SafeString:
    return format_html(
        '<text x="{}" y="{}" text-anchor="{}" class="{}" font-size="12.5">{}</text>',
        f"{x:.1f}", f"{y:.1f}", anchor, kind, words,
    )  # fmt: skip


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> SafeString:
    return format_html(
        '<line x1="{}" y1="{}" x2="{}" y2="{}" class="{}" stroke="#c9c4b8"/>',
        f"{x1:.1f}", f"{y1:.1f}", f"{x2:.1f}", f"{y2:.1f}", kind,
    )  # fmt: skip


def _axes(known: Chart, field: _Field, width: int, height: int, xs: Sequence[float]) -> Iterator[SafeString]:
    for tick in field.scale.ticks:
        yield _line(field.left, field.y(tick), width - RIGHT, field.y(tick), "grid")
        yield _text(field.left - 6, field.y(tick) + 4, known.in_words(tick), anchor="end")
    # Each label that does not touch the one before it; the table has all.
    free = 0.0
    for x, label in zip(xs, known.labels, strict=True):
        half = width_of(label) / 2
        if x - half >= free:
            yield _text(x, height - 6, label)
            free = x + half + 4


def _draw_lines(known: LineChart, width: int, height: int, scale: Scale | None = None) -> SafeString:
    scale = scale or known.scale or Scale.of(_with_room(known), begins_at_zero=known.begins_at_zero)
    field = _field(known, width, height, scale, inset=True)
    xs = [field.x(number, len(known.labels)) for number in range(len(known.labels))]

    def parts() -> Iterator[SafeString]:
        yield from _axes(known, field, width, height, xs)
        if known.today is not None and len(xs) > 1:
            x = xs[0] + min(max(known.today, 0), len(xs) - 1) * (xs[1] - xs[0])
            yield _line(x, TOP - 6, x, height - BOTTOM, "today")
            yield _text(x, TOP - 9, _("today"))
        for number, one in enumerate(known.series):
            points = [(x, field.y(v)) for x, v in zip(xs, one.values, strict=True) if v is not None]
            yield from _segments(number, one, points)
            if points and one.kind in (MAIN, FORECAST):
                last = next(value for value in reversed(one.values) if value is not None)
                x, y = points[-1]
                words = known.in_words(last)
                yield _text(min(x, width - width_of(words) / 2), y - 10, words, kind="t-strong")
            elif points and one.kind in (TARGET, BASELINE):
                yield from _named_at_its_end(known, one, points, TOP + field.height)

    return _svg(width, height, parts(), known.alt)


def _with_room(known: LineChart) -> list[float]:
    """Return the values that the axis shows: if a baseline is the lowest, there is room for its name below it."""
    values = known.known
    lines = [value for one in known.series if one.kind == BASELINE for value in one.values if value is not None]
    if not lines or min(lines) > min(values):
        return values
    room = (max(values) - min(values)) / 8
    lowest = min(values) - room
    return [*values, lowest if min(values) < 0 or lowest >= 0 else 0.0]


def _named_at_its_end(
    known: LineChart, one: Series, points: Sequence[tuple[float, float]], bottom: float
) -> Iterator[SafeString]:
    """Write the name and value of a level line: of a target above its end, of a baseline below its beginning."""
    value = next(value for value in one.values if value is not None)
    words = f"{one.name} {known.in_words(value)}"
    (left, y), (right, _y) = points[0], points[-1]
    if one.kind == TARGET:
        yield _text(right, y - 6, words, anchor="end", kind="t-strong")
    else:
        yield _text(left, y + 15 if y + 18 < bottom else y - 6, words, anchor="start")


def _segments(number: int, one: Series, points: Sequence[tuple[float, float]]) -> Iterator[SafeString]:
    path = " ".join(f"{'L' if at else 'M'}{x:.1f} {y:.1f}" for at, (x, y) in enumerate(points))
    if len(points) > 1:
        yield format_html(
            '<path d="{}" class="line line--{} series-{}" fill="none" stroke="{}" stroke-width="2.5"'
            ' stroke-dasharray="{}"/>',
            path, one.kind, number + 1, COLORS[number], DASHES[one.kind],
        )  # fmt: skip
    if one.kind in (MAIN, FORECAST):
        for x, y in points:
            yield format_html(
                '<circle cx="{}" cy="{}" r="3.5" class="dot dot--{} series-{}" fill="{}" stroke="{}"/>',
                f"{x:.1f}", f"{y:.1f}", one.kind, number + 1,
                COLORS[number] if one.kind == MAIN else "#ffffff", COLORS[number],
            )  # fmt: skip


DASHES = {MAIN: "none", TARGET: "none", FORECAST: "6 5", BASELINE: "1 4"}


def _draw_bars(known: BarChart, width: int, height: int) -> SafeString:
    field = _field(known, width, height, Scale.of(known.known, begins_at_zero=True))
    slot = field.width / max(len(known.labels), 1)
    thick = min(slot * 0.7 / max(len(known.series), 1), 48)
    xs = [field.left + slot * (number + 0.5) for number in range(len(known.labels))]

    def parts() -> Iterator[SafeString]:
        yield from _axes(known, field, width, height, xs)
        for number, one in enumerate(known.series):
            for x, value in zip(xs, one.values, strict=True):
                if value is not None:
                    left = x + thick * (number - len(known.series) / 2)
                    yield _bar(number, left, thick, field.y(max(value, 0)), field.y(min(value, 0)))
                    if len(known.series) == 1 and width_of(known.in_words(value)) < slot:
                        yield _text(x, field.y(max(value, 0)) - 4, known.in_words(value), kind="t-strong")
        yield _line(field.left, field.y(0), width - RIGHT, field.y(0), "axis")

    return _svg(width, height, parts())


# Bars of a second series are hollow, of a third half filled, of a fourth hollow with a dashed outline.
FILLS = ("1", "0.08", "0.5", "0.08")
OUTLINES = ("none", "none", "none", "4 3")


def _bar(number: int, left: float, thick: float, top: float, bottom: float) -> SafeString:
    return format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" class="bar series-{}" fill="{}" fill-opacity="{}" stroke="{}"'
        ' stroke-width="1.5" stroke-dasharray="{}"/>',
        f"{left:.1f}", f"{top:.1f}", f"{thick:.1f}", f"{max(bottom - top, 0):.1f}", number + 1, COLORS[number],
        FILLS[number], COLORS[number], OUTLINES[number],
    )  # fmt: skip


ROW = 30  # height of a row of a timeline


@dataclass(frozen=True)
class _SpanLook:
    """How a span of a timeline looks: by height and filling, too."""

    top: int
    height: int
    color: str
    opacity: str


# What is over is hollow, what needs attention is taller.
SPANS = {
    "": _SpanLook(7, 14, COLORS[0], "1"),
    "rest": _SpanLook(7, 14, COLORS[1], "0.12"),
    "now": _SpanLook(3, 22, "#a33b20", "1"),
}


def _draw_timeline(known: Timeline, width: int) -> SafeString:
    height = ROW * len(known.rows) * 2 + BOTTOM if width == NARROW[0] else ROW * len(known.rows) + BOTTOM
    is_narrow = width == NARROW[0]
    left = 4.0 if is_narrow else 8.0 + min(max((width_of(label) for label, _ in known.rows), default=0), 180)
    whole = max((known.last - known.first).days, 1)

    def x(day: date) -> float:
        inside = min(max(day, known.first), known.last)
        return left + (width - left - RIGHT) * (inside - known.first).days / whole

    def parts() -> Iterator[SafeString]:
        for number, (label, spans) in enumerate(known.rows):
            top = ROW * number * (2 if is_narrow else 1)
            if is_narrow:
                yield _text(4, top + 16, label, anchor="start")
                top += ROW - 6
            else:
                yield _text(4, top + 19, label, anchor="start")
            for span in spans:
                yield format_html(
                    '<rect x="{}" y="{}" width="{}" height="{}" rx="2" class="span span--{}" fill="{}" stroke="{}"'
                    ' fill-opacity="{}"/>',
                    f"{x(span.first):.1f}", top + SPANS[span.kind].top,
                    f"{max(x(span.last) - x(span.first), 4):.1f}", SPANS[span.kind].height, span.kind or "well",
                    SPANS[span.kind].color, SPANS[span.kind].color, SPANS[span.kind].opacity,
                )  # fmt: skip
        for year in range(known.first.year + 1, known.last.year + 1):
            yield _line(x(date(year, 1, 1)), 0, x(date(year, 1, 1)), height - BOTTOM + 4, "grid")
        for one, other in pairwise([*range(known.first.year + 1, known.last.year + 1), None]):
            if (
                one
                and x(date(one, 1, 1)) >= width_of(str(one)) / 2
                and (other is None or x(date(other, 1, 1)) - x(date(one, 1, 1)) > 34)
            ):
                yield _text(x(date(one, 1, 1)), height - 6, str(one))
        if known.first <= known.today <= known.last:
            yield _line(x(known.today), 0, x(known.today), height - BOTTOM + 4, "today")

    return _svg(width, height, parts())


def _dash(number: int, one: Series) -> SafeString:
    """Return the sign of a line in the key."""
    return format_html(
        '<svg viewBox="0 0 22 12" aria-hidden="true" focusable="false"><line x1="0" y1="6" x2="22" y2="6"'
        ' class="line line--{} series-{}" stroke="{}" stroke-width="2.5" stroke-dasharray="{}"/></svg>',
        one.kind, number + 1, COLORS[number], DASHES[one.kind],
    )  # fmt: skip


def _box(number: int, one: Series) -> SafeString:
    """Return the sign of bars in the key."""
    bar = _bar(number, 4, 14, 1, 11)
    return format_html('<svg viewBox="0 0 22 12" aria-hidden="true" focusable="false">{}</svg>', bar)
