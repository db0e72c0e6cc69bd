"""How often words were asked in vain in each of the last twelve weeks."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

WEEKS = 12
LATELY = 4  # weeks that are compared with those before


def weeks_of(rows: QuerySet[Any, Any], words: Collection[str], today: date) -> dict[str, list[int]]:
    """Return for each of some words how often it was asked in each week that ends today, the oldest first; one query.

    ``rows`` are the questions of an area or a state.
    """
    first = today - timedelta(days=7 * WEEKS - 1)
    counted: dict[str, list[int]] = defaultdict(lambda: [0] * WEEKS)
    days = rows.filter(words__in=words, day__gte=first, day__lte=today).order_by().values_list("words", "day")
    for word, day, number in days.annotate(total=Sum("number")):
        counted[word][(day - first).days // 7] += number
    return {word: counted[word] for word in words}


def trend_in_words(weeks: Collection[int]) -> str:
    """Return the number of the last four weeks, and of the four before."""
    values = list(weeks)
    numbers = {"now": sum(values[-LATELY:]), "before": sum(values[-2 * LATELY : -LATELY])}
    return _("%(now)d in the last 4 weeks, %(before)d in the 4 before") % numbers
