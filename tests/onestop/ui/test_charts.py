"""Charts: scales that hold all values, pictures that are well formed, and tables with the same figures."""

from datetime import date, timedelta

import pytest
from django.template import Context, Template
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from onestop.ui.charts import (
    BASELINE,
    FORECAST,
    MOST_SERIES,
    TARGET,
    BarChart,
    LineChart,
    Scale,
    Series,
    SmallMultiples,
    Span,
    Timeline,
    width_of,
)
from partners.models import Service
from partners.upkeep.confirmed_by_month import confirmed_by_month
from tests import factories

NUMBERS = st.floats(-1e9, 1e9, allow_nan=False).map(lambda value: round(value, 2))
KINDS = ("main", TARGET, FORECAST, BASELINE)
TODAY = timezone.localdate()


@st.composite
def charts(draw, kind=LineChart):
    labels = draw(st.lists(st.text("abc <&'\"é", min_size=1, max_size=30), min_size=1, max_size=30))
    values = st.lists(st.none() | NUMBERS, min_size=len(labels), max_size=len(labels))
    series = [
        Series(f"Series <{n}>", draw(values), draw(st.sampled_from(KINDS)))
        for n in range(draw(st.integers(1, MOST_SERIES)))
    ]
    return kind(title="Ours & theirs", say="See <this>.", labels=labels, series=series)


def drawn(known, width, height):
    return etree.fromstring(str(known.drawing(width, height)))


@given(st.lists(NUMBERS, max_size=40), st.booleans())
def test_a_scale_holds_all_values_with_a_few_round_ticks(values, begins_at_zero):
    scale = Scale.of(values, begins_at_zero=begins_at_zero)
    assert all(scale.least - 1e-6 <= value <= scale.most + 1e-6 for value in values) or len(set(values)) == 1
    assert 2 <= len(scale.ticks) <= 12
    assert not begins_at_zero or scale.least <= 0 <= scale.most
    for value in values:
        assert -0.01 <= scale.at(value, 100) <= 100.01


@given(st.one_of(charts(), charts(BarChart)))
def test_pictures_are_well_formed_stay_inside_and_say_nothing_of_their_own(known):
    for width, height in ((720, 260), (340, 240)):
        svg = drawn(known, width, height)
        assert svg.get("viewBox") == f"0 0 {width} {height}"
        assert svg.get("aria-hidden") == "true", "the frame around it has the name"
        for element in svg.iter("circle", "rect"):
            x = float(element.get("cx") or element.get("x"))
            y = float(element.get("cy") or element.get("y"))
            assert -0.1 <= x <= width
            assert -0.1 <= y <= height
        assert not [
            name for element in svg.iter() for name in element.attrib if name == "style" or name.startswith("on")
        ]


@given(charts())
def test_the_table_has_every_figure_of_the_picture(known):
    assert [label for label, _ in known.rows] == list(known.labels)
    for (_, values), *given_values in zip(known.rows, *(one.values for one in known.series), strict=True):
        assert values == [known.in_words(value) if value is not None else "" for value in given_values]


def test_a_chart_has_a_sentence_a_name_a_key_and_a_table_that_escape_what_people_typed():
    known = LineChart(
        title="<b>Ours</b>",
        say="Less & less.",
        labels=["A<", "B"],
        series=[Series("<i>", [1, 2]), Series("Two", [3, None])],
    )
    page = Template("{% chart known %}").render(Context({"known": known}))
    tree = etree.HTML(page)
    assert tree.xpath("//figcaption")[0].text == "Less & less."
    assert tree.xpath("//div[@role='img']/@aria-label")[0].startswith("<b>Ours</b>. <i>, Two.")
    assert len(tree.xpath("//ul[@class='op-chart__key']/li")) == 2
    assert [cell.text for cell in tree.xpath("//tbody/tr/td")] == ["1", "3", "2", None]
    assert tree.xpath("//i | //b") == []


def test_too_many_series_or_missing_values_are_refused():
    with pytest.raises(ValueError, match="at most 4"):
        LineChart(title="x", say="", labels=["a"], series=[Series("s", [1])] * 5)
    with pytest.raises(ValueError, match="for each label"):
        BarChart(title="x", say="", labels=["a", "b"], series=[Series("s", [1])])


@given(
    st.lists(
        st.tuples(
            st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 2000), st.sampled_from(["", "now", "rest"])
        ),
        max_size=12,
    )
)
def test_a_timeline_draws_a_bar_for_each_span_and_lists_the_same_dates(spans):
    rows = [
        (f"Row {n}", [Span(first, first + timedelta(days=days), "x", kind)])
        for n, (first, days, kind) in enumerate(spans)
    ]
    known = Timeline(
        title="t", say="s", rows=rows, first=date(2021, 6, 1), last=date(2029, 6, 1), today=date(2026, 1, 1)
    )
    for width in (720, 340):
        svg = drawn(known, width, 0)
        bars = [element for element in svg.iter("rect") if "span" in element.get("class")]
        assert len(bars) == len(spans)
        for bar in bars:
            assert float(bar.get("x")) + float(bar.get("width")) <= width + 2
    page = Template("{% chart known %}").render(Context({"known": known}))
    assert len(etree.HTML(page).xpath("//tbody/tr")) == len(spans)


def test_small_multiples_share_one_scale():
    small = [
        LineChart(title=name, say="", labels=["a", "b"], series=[Series("s", values)])
        for name, values in (("x", [0, 1]), ("y", [50, 100]))
    ]
    page = Template("{% small_multiples known %}").render(Context({"known": SmallMultiples("t", "s", small)}))
    assert page.count(">100</text>") >= 2, "both axes reach the most of both"


# ---------------------------------------------------------------- First use
def test_services_are_counted_by_the_month_of_their_last_confirmation(as_, area, partner, queries_of):
    for days in (None, 800, 3, 3, 40):
        factories.make_service(partner, verified_on=days and TODAY - timedelta(days=days))
    known = confirmed_by_month(area, today=TODAY)
    figures = {str(label): values[0] for label, values in known.rows}
    assert (figures["Never"], figures["Before"]) == ("1", "1")
    assert sum(int(value) for value in figures.values()) == Service.objects.count() == 5
    assert str(known.say).startswith("2 of 5 services were last confirmed before ")
    page = as_("staff").get(reverse("partners:stale_list", args=[area.slug])).content.decode()
    assert "Services by the month of their last confirmation" in page
    assert '<svg class="op-chart__svg"' in page


@pytest.mark.parametrize("size", [(720, 260), (340, 240)])
def test_labels_and_values_are_not_cut_at_the_edges(size):
    quarters = [f"Q{n % 4 + 1} {2024 + n // 4}" for n in range(12)]
    values = [float(n * 1_000_000) for n in range(12)]
    for kind in (LineChart, BarChart):
        svg = drawn(kind(title="t", say="s", labels=quarters, series=[Series("s", values)]), *size)
        for text in svg.iter("text"):
            width, x = width_of(text.text), float(text.get("x"))
            left = {"middle": x - width / 2, "end": x - width, "start": x}[text.get("text-anchor")]
            assert left >= 0, text.text
            assert left + width <= size[0] + 1, text.text
            assert float(text.get("y")) >= 10
