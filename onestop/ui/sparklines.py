"""A line as small as a word, for the cells of tables: values over time without axes, and a target.

It says nothing that the cell does not say in words, so screen readers skip it.
"""

from collections.abc import Sequence
from decimal import Decimal

from django import template
from django.utils.safestring import SafeString

from onestop.ui.markup import format_html

register = template.Library()

WIDTH, HEIGHT, EDGE = 88, 24, 3
MOST = 12  # the last values that are drawn


@register.simple_tag
def sparkline(values: Sequence[float], target: float | Decimal | None = None) -> SafeString:
    """Return a line through the last values, with its last one as a dot; nothing with fewer than two."""
    values = list(values)[-MOST:]
    if len(values) < 2:
        return format_html("")
    level = float(target) if target is not None else None
    known = [*values, *([level] if level is not None else [])]
    least, most = min(known), max(known)
    span = (most - least) or 1.0

    def y(value: float) -> float:
        return HEIGHT - EDGE - (value - least) / span * (HEIGHT - 2 * EDGE)

    step = (WIDTH - 2 * EDGE) / (len(values) - 1)
    points = [(EDGE + step * number, y(value)) for number, value in enumerate(values)]
    path = " ".join(f"{'L' if at else 'M'}{x:.1f} {height:.1f}" for at, (x, height) in enumerate(points))
    goal = (
        format_html(
            '<line class="op-spark__target" x1="0" y1="{0}" x2="{1}" y2="{0}" stroke="#4b4a45"/>',
            f"{y(level):.1f}", WIDTH,
        )
        if level is not None
        else format_html("")
    )  # fmt: skip
    x, height = points[-1]
    return format_html(
        '<svg class="op-spark" viewBox="0 0 {} {}" width="{}" height="{}" aria-hidden="true" focusable="false">{}'
        '<path class="op-spark__line" d="{}" fill="none" stroke="#0b5c5f" stroke-width="2"/>'
        '<circle class="op-spark__dot" cx="{}" cy="{}" r="3" fill="#0b5c5f"/></svg>',
        WIDTH, HEIGHT, WIDTH, HEIGHT, goal, path, f"{x:.1f}", f"{height:.1f}",
    )  # fmt: skip
