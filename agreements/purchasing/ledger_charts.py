"""The burn-down of a purchase in a sentence and as charts."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.purchasing.burn_down import BurnDown, Month
from onestop.ui.charts import FORECAST, BarChart, LineChart, Series
from onestop.ui.presentation import money, shortday

MOST_MONTHS = 36  # in a chart; of a longer term, the last ones


def say_burn_down(known: BurnDown) -> str:
    """Return what is left and how long it lasts, in sentences that say how the forecast is made."""
    words = [_("%(left)s is left.") % {"left": money(known.left)}]
    if known.monthly is None:
        return f"{words[0]} {_('A forecast follows after the first full month.')}"
    basis = ngettext(
        "The forecast continues the average of the last full month: %(monthly)s.",
        "The forecast continues the average of the last %(number)d full months: %(monthly)s a month.",
        known.based_on,
    )
    words.append(basis % {"number": known.based_on, "monthly": money(known.monthly)})
    if known.left <= 0:
        words.append(_("Everything is used up."))
    elif known.exhausted_on is None:
        words.append(_("At this pace nothing is used."))
    elif known.is_enough:
        words.append(_("At this pace it lasts beyond the end of the term on %(day)s.") % {"day": shortday(known.last)})
    else:
        words.append(_("At this pace it is used up around %(day)s.") % {"day": shortday(known.exhausted_on)})
    return " ".join(words)


def burn_down_chart(known: BurnDown) -> LineChart:
    """Return what is left at the end of each month, and what the forecast expects."""
    months = known.months[-MOST_MONTHS:]
    series = [Series(_("Left at the end of the month"), [_number(month.left) for month in months])]
    if any(month.expected is not None for month in months):
        series.append(Series(_("Forecast"), [_number(month.expected) for month in months], FORECAST))
    return LineChart(
        title=_("Burn-down"),
        say=say_burn_down(known),
        labels=[label_of_month(month) for month in months],
        series=series,
        in_words=_dollars,
        of=_("Month"),
        begins_at_zero=True,
    )


def delivered_chart(known: BurnDown) -> BarChart | None:
    """Return what was delivered in each month so far; nothing before the second month."""
    months = [month for month in known.months if month.left is not None][-MOST_MONTHS:]
    if len(months) < 2:
        return None
    most = max(months, key=lambda month: month.delivered)
    return BarChart(
        title=_("Delivered by month"),
        say=_("The most was delivered in %(month)s: %(amount)s.")
        % {"month": label_of_month(most), "amount": money(most.delivered)},
        labels=[label_of_month(month) for month in months],
        series=[Series(_("Delivered"), [float(month.delivered) for month in months])],
        in_words=_dollars,
        of=_("Month"),
    )


def label_of_month(month: Month) -> str:
    """Return a month in words: "Oct 2026"."""
    return f"{month.first:%b %Y}"


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))


def _dollars(value: float) -> str:
    return money(value, "whole") if value == int(value) else money(value)
