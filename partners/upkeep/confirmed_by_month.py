"""When the services of an area were last confirmed, month by month, as a chart."""

from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Count, QuerySet
from django.db.models.functions import ExtractMonth, ExtractYear
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onestop.ui.charts import BarChart, Series
from onestop.ui.written_queries import written_once
from partners.models import LocalArea, Service

MONTHS = 12


def confirmed_by_month(area: LocalArea, *, today: date) -> BarChart:
    """Return how many services were last confirmed in each of the last twelve months, before, and never; one query."""
    this = today.replace(day=1)
    months = [this - relativedelta(months=back) for back in reversed(range(MONTHS))]
    counted = {
        date(int(row["year"]), int(row["month"]), 1) if row["year"] else None: row["number"]
        for row in _counted(area.pk).rows()
    }
    before = sum(number for month, number in counted.items() if month and month < months[0])
    never, late = counted.get(None, 0), sum(counted.values())
    late -= sum(counted.get(month, 0) for month in months[-6:])
    say = ngettext(
        "%(late)d of %(all)d services was last confirmed before %(month)s, or never.",
        "%(late)d of %(all)d services were last confirmed before %(month)s, or never.",
        late,
    ) % {"late": late, "all": sum(counted.values()), "month": date_format(months[-6], "F Y")}
    labels = [_("Never"), _("Before"), *(_label(month, is_first=month == months[0]) for month in months)]
    return BarChart(
        title=_("Services by the month of their last confirmation"),
        say=say,
        labels=labels,
        series=[Series(_("Services"), [never, before, *(counted.get(month, 0) for month in months)])],
        of=_("Last confirmed"),
    )


def _label(month: date, *, is_first: bool) -> str:
    """Return the month, with its year where a year begins: "Nov 2025", "Dec", "Jan 2026"."""
    return date_format(month, "M Y" if is_first or month.month == 1 else "M")


@written_once
def _counted(area: int) -> QuerySet[Any, Any]:
    rows = Service.objects.of_partners().filter(partnership__area=area).order_by()
    months = rows.values(year=ExtractYear("verified_on"), month=ExtractMonth("verified_on"))
    return months.annotate(number=Count("pk"))
