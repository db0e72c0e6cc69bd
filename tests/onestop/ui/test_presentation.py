"""Dates, money, names, chips, differences."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import timezone
from django.utils.safestring import SafeString

from onestop.ui import presentation as shown

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # Monday, 10:00 in New York


@pytest.fixture(autouse=True)
def monday_in_new_york(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    with timezone.override(ZoneInfo("America/New_York")):
        yield


def rendered(source: str, **context: Any) -> str:
    return Template(source).render(Context(context))


def test_a_time_is_in_the_time_zone_of_the_area_with_its_distance():
    assert shown.when(datetime(2026, 12, 8, 14, 0, tzinfo=UTC)) == "Tue, Dec 8, 2026, 9:00 AM EST (in 15 days)"


def test_a_time_differs_in_the_time_zone_of_another_area():
    with timezone.override(ZoneInfo("America/Los_Angeles")):
        assert shown.when(datetime(2026, 7, 2, 0, 30, tzinfo=UTC), "plain") == "Wed, Jul 1, 2026, 5:30 PM PDT"


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "today"), (1, "tomorrow"), (-1, "yesterday"), (15, "in 15 days"), (-9, "9 days ago"), (800, "in 2 years")],
)
def test_a_day_has_its_distance(days: int, words: str):
    assert shown.day(timezone.localdate() + timedelta(days)).endswith(f" ({words})")


def test_the_local_day_counts_and_not_the_day_in_utc():
    assert shown.day(datetime(2026, 11, 24, 3, 0, tzinfo=UTC)) == "Mon, Nov 23, 2026 (today)"


def test_a_past_day_is_red_only_on_request():
    past = date(2026, 11, 14)
    assert shown.day(past, "late") == 'Sat, Nov 14, 2026 (<span class="op-late">9 days ago</span>)'
    assert isinstance(shown.day(past, "late"), SafeString)
    assert shown.day(past) == "Sat, Nov 14, 2026 (9 days ago)"
    assert shown.since(past, "late") == '<span class="op-late">9 days ago</span>'
    assert shown.since(date(2026, 12, 1), "late") == "in 8 days"


def test_a_coming_day_is_amber_only_on_request():
    assert shown.day(date(2026, 12, 1), "soon") == 'Tue, Dec 1, 2026 (<span class="op-attn">in 8 days</span>)'


def test_narrow_cells_have_short_dates():
    assert shown.shortday(date(2026, 12, 8)) == "Dec 8, 2026"
    assert shown.shortday(datetime(2026, 12, 8, 2, 0, tzinfo=UTC)) == "Dec 7, 2026"


@pytest.mark.parametrize(
    ("value", "words"), [(time(0, 5), "12:05 AM"), (time(12, 0), "12:00 PM"), (time(17, 30), "5:30 PM"), (None, "")]
)
def test_clock(value: time | None, words: str):
    assert shown.clock(value) == words


@pytest.mark.parametrize("showing", [shown.when, shown.day, shown.shortday, shown.since, shown.money])
def test_no_value_is_shown_as_empty_text(showing: Any):
    assert showing(None) == ""


@pytest.mark.parametrize(
    ("value", "manner", "words"),
    [
        (Decimal("46831.87"), "", "$46,831.87"),
        (Decimal("46831.50"), "whole", "$46,832"),
        (Decimal("-5"), "", "-$5.00"),
        ("0", "", "$0.00"),
        (0.1, "", "$0.10"),
    ],
)
def test_money_has_cents_unless_whole_dollars_are_requested(value: Any, manner: str, words: str):
    assert shown.money(value, manner) == words


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Dana Whitcomb", "DW"),
        ("Ana Maria de la Cruz", "AC"),
        ("Cher", "C"),
        ("joel@x.example", "J"),
        ("", "?"),
        (None, "?"),
    ],
)
def test_initials(name: Any, letters: str):
    assert shown.initials(name) == letters


@pytest.mark.parametrize(
    ("number", "address"),
    [
        ("(555) 010-0142", "tel:+15550100142"),
        ("555.010.0142 ext. 7", "tel:+15550100142;ext=7"),
        ("711", "tel:711"),
        ("ask inside", ""),
        (None, ""),
    ],
)
def test_a_phone_number_becomes_a_link(number: str | None, address: str):
    assert shown.tel(number) == address


def test_a_mail_link_has_no_recipients_or_text_but_the_addresses():
    assert shown.mailto("ann+jobs@partner.example") == "mailto:ann+jobs@partner.example"
    assert (
        shown.mailto(["ann@partner.example", "bo@partner.example"]) == "mailto:ann@partner.example,bo@partner.example"
    )
    assert shown.mailto("ann?bcc=spy@partner.example") == "mailto:ann%3Fbcc%3Dspy@partner.example"
    assert shown.mailto('"a&body=b"@partner.example') == "mailto:%22a%26body%3Db%22@partner.example"


def test_an_icon_has_text_for_screen_readers_only_with_a_label():
    assert "visually-hidden" not in rendered('{% icon "people" %}')
    assert 'aria-hidden="true"' in rendered('{% icon "people" %}')
    assert '<span class="visually-hidden">Search</span>' in rendered('{% icon "search" "Search" %}')


def test_a_chip_has_text_icon_and_color():
    html = rendered('{% chip "soon" word icon="clock-history" %}', word="Stale <b>")
    assert "op-chip--soon" in html
    assert "#clock-history" in html
    assert "Stale &lt;b&gt;" in html


def test_a_chip_can_be_made_from_an_object():
    status = SimpleNamespace(kind="now", word="Lapsed", icon="")
    assert "op-chip--now" in rendered("{% chip status %}", status=status)


def test_a_card_escapes_its_title():
    html = rendered("{% card title %}inside{% endcard %}", title="Mill & <Race>")
    assert "Mill &amp; &lt;Race&gt;" in html
    assert 'aria-labelledby="card-mill-race"' in html
