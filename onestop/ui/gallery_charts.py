"""Sample charts for the page of components."""

from datetime import date
from typing import Any

from onestop.ui.charts import (
    BASELINE,
    FORECAST,
    TARGET,
    BarChart,
    LineChart,
    Series,
    SmallMultiples,
    Span,
    Timeline,
)
from onestop.ui.presentation import money

QUARTERS = ["Q1 2025", "Q2 2025", "Q3 2025", "Q4 2025", "Q1 2026", "Q2 2026", "Q3 2026", "Q4 2026"]
SEEN = [31, 38, 44, 47, 46, 43, None, None]


def sample_charts() -> dict[str, Any]:
    """Return a chart of each kind, by name."""
    return {"line": _line(), "bars": _bars(), "timeline": _timeline(), "multiples": _multiples()}


def _line() -> LineChart:
    return LineChart(
        title="People placed with an employer",
        say="43 people, 27 short of the target of 70. If nothing changes, it ends at 39.",
        labels=QUARTERS,
        series=[
            Series("Placed", SEEN),
            Series("Forecast", [None] * 5 + [43, 41, 39], FORECAST),
            Series("Target", [70] * 8, TARGET),
            Series("Baseline", [30] * 8, BASELINE),
        ],
        of="Quarter",
        begins_at_zero=True,
    )


def _bars() -> BarChart:
    return BarChart(
        title="Cost shares by pool",
        say="Rent is the largest pool for all three partners.",
        labels=["Rent", "Utilities", "Front desk", "Internet"],
        series=[
            Series("Adult School", [18_400, 2_100, 9_050, 800]),
            Series("Vocational Rehabilitation", [12_250, 1_400, 7_300, 640]),
            Series("College", [6_000, 700, 2_500, 200]),
        ],
        in_words=lambda value: money(value, "whole"),
        of="Pool",
    )


def _timeline() -> Timeline:
    return Timeline(
        title="Terms of the agreements",
        say="The MOU was lapsed for 41 days in 2025. The infrastructure funding agreement ends in 80 days.",
        rows=[
            (
                "Umbrella MOU",
                [
                    Span(date(2022, 7, 1), date(2025, 6, 30), "In force", "rest"),
                    Span(date(2025, 7, 1), date(2025, 8, 10), "Lapsed", "now"),
                    Span(date(2025, 8, 11), date(2028, 6, 30), "In force"),
                ],
            ),
            ("Infrastructure funding", [Span(date(2024, 7, 1), date(2027, 2, 17), "In force")]),
        ],
        first=date(2022, 1, 1),
        last=date(2028, 12, 31),
        today=date(2026, 11, 29),
    )


def _multiples() -> SmallMultiples:
    areas = (
        ("Riverbend", [61, 64, 70, 68]),
        ("Lower Tanager Valley", [40, 44, 43, 52]),
        ("Millpond", [20, 18, 17, 12]),
    )
    return SmallMultiples(
        title="Services confirmed in three areas",
        say="Millpond confirms fewer services each quarter.",
        charts=[
            LineChart(title=name, say="", labels=QUARTERS[:4], series=[Series("Confirmed", values)], of="Quarter")
            for name, values in areas
        ],
    )
