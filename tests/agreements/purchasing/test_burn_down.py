"""How money is used up by month, when it is gone, and how long invoices wait: pure figures."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements.purchasing.ageing import ageing
from agreements.purchasing.burn_down import BurnDown, burn_down
from agreements.purchasing.ledger_charts import burn_down_chart, delivered_chart, say_burn_down

FIRST, LAST = date(2026, 7, 1), date(2027, 6, 30)
TODAY = date(2026, 11, 20)
# July to October: 92 days from August to October.
DELIVERED = {
    date(2026, 7, 14): Decimal("500.00"),
    date(2026, 8, 3): Decimal("900.00"),
    date(2026, 9, 30): Decimal("1000.00"),
    date(2026, 10, 1): Decimal("860.00"),
    date(2026, 11, 2): Decimal("100.00"),
}


def of(total: str, delivered: dict[date, Decimal] = DELIVERED, today: date = TODAY) -> BurnDown:
    return burn_down(Decimal(total), delivered, first=FIRST, last=LAST, today=today)


def test_months_hold_what_was_delivered_and_what_was_left_at_their_end():
    known = of("5000.00")
    assert [(month.delivered, month.left) for month in known.months[:5]] == [
        (Decimal("500.00"), Decimal("4500.00")),
        (Decimal("900.00"), Decimal("3600.00")),
        (Decimal("1000.00"), Decimal("2600.00")),
        (Decimal("860.00"), Decimal("1740.00")),
        (Decimal("100.00"), Decimal("1640.00")),
    ]
    assert len(known.months) == 12
    assert all(month.left is None for month in known.months[5:])
    assert known.left == Decimal("1640.00")


def test_the_forecast_is_the_mean_of_the_last_three_full_months():
    known = of("5000.00")
    assert (known.monthly, known.based_on) == (Decimal("920.00"), 3)
    # 2760 dollars in 92 days are 30 a day; 1640 last 55 days.
    assert known.exhausted_on == TODAY + timedelta(days=55)
    assert not known.is_enough
    november, december, january = (known.months[number].expected for number in (4, 5, 6))
    assert november == Decimal("1640.00") - 10 * 30
    assert december == Decimal("1640.00") - 41 * 30
    assert january == 0
    assert all(month.expected is None for month in (*known.months[:4], *known.months[7:]))


def test_money_that_outlasts_the_term_is_enough():
    known = of("50000.00")
    assert known.is_enough
    assert "lasts beyond the end of the term on Jun 30, 2027" in say_burn_down(known)
    assert "average of the last 3 full months: $920.00 a month" in say_burn_down(known)


def test_months_that_are_not_full_are_no_basis():
    known = of("5000.00", {date(2026, 7, 5): Decimal("300.00")}, today=date(2026, 7, 31))
    assert (known.monthly, known.exhausted_on, known.based_on) == (None, None, 0)
    assert "after the first full month" in say_burn_down(known)
    known = of("5000.00", {date(2026, 7, 5): Decimal("310.00")}, today=date(2026, 8, 1))
    assert (known.monthly, known.based_on) == (Decimal("310.00"), 1)
    late_start = burn_down(Decimal(100), {}, first=date(2026, 7, 10), last=date(2026, 12, 31), today=date(2026, 9, 1))
    assert late_start.based_on == 1  # August; July was not full


def test_nothing_delivered_and_everything_delivered():
    idle = of("5000.00", {})
    assert (idle.monthly, idle.exhausted_on, idle.is_enough) == (Decimal("0.00"), None, True)
    assert "nothing is used" in say_burn_down(idle)
    spent = of("3360.00")
    assert (spent.left, spent.exhausted_on) == (Decimal(0), TODAY)
    assert "Everything is used up." in say_burn_down(spent)
    with pytest.raises(ValueError, match="before it begins"):
        burn_down(Decimal(1), {}, first=LAST, last=FIRST, today=TODAY)


def test_corrections_are_subtracted_and_never_turn_the_forecast_around():
    known = of("1000.00", {date(2026, 9, 1): Decimal("50.00"), date(2026, 10, 1): Decimal("-80.00")})
    assert known.left == Decimal("1030.00")
    assert known.exhausted_on is None


def test_the_charts_have_a_value_for_each_month():
    known = of("5000.00")
    chart = burn_down_chart(known)
    assert [one.name for one in chart.series] == ["Left at the end of the month", "Forecast"]
    assert chart.rows[0] == ("Jul 2026", ["$4,500", ""])
    assert chart.rows[4] == ("Nov 2026", ["$1,640", "$1,340"])
    bars = delivered_chart(known)
    assert bars
    assert bars.rows[-1] == ("Nov 2026", ["$100"])
    assert "Sep 2026: $1,000.00" in str(bars.say)
    assert delivered_chart(of("5000.00", {}, today=date(2026, 7, 2))) is None


days = st.dates(FIRST, LAST)
cents = st.integers(0, 10_000_000).map(lambda number: Decimal(number) / 100)


@given(total=cents, delivered=st.dictionaries(days, cents, max_size=20), today=days)
def test_nothing_is_lost_between_the_months(total, delivered, today):
    known = burn_down(total, delivered, first=FIRST, last=LAST, today=today)
    assert sum(month.delivered for month in known.months) + known.left == total
    assert all(month.expected is None or month.expected >= 0 for month in known.months)
    if known.exhausted_on:
        assert known.exhausted_on >= today


@pytest.mark.parametrize(
    ("days", "bucket"), [(0, 0), (30, 0), (31, 1), (60, 1), (61, 2), (90, 2), (91, 3), (4000, 3), (-2, 0)]
)
def test_age_goes_into_its_bucket(days, bucket):
    buckets = ageing([(TODAY - timedelta(days=days), Decimal("12.50"))], today=TODAY)
    assert [each.number for each in buckets] == [int(number == bucket) for number in range(4)]
    assert buckets[bucket].amount == Decimal("12.50")


def test_ages_add_up_credit_notes_too():
    waiting = [(TODAY - timedelta(days=40), Decimal("100.00")), (TODAY - timedelta(days=50), Decimal("-25.00"))]
    buckets = ageing(waiting, today=TODAY)
    assert (buckets[1].number, buckets[1].amount) == (2, Decimal("75.00"))
    assert [str(each.label) for each in buckets] == ["0 to 30 days", "31 to 60 days", "61 to 90 days", "Over 90 days"]
