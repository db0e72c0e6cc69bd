"""The filters of the network map."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from onestop.dashboards.network.ties import Node
from partners.network.shared_work import shared_kinds

USUAL = "12"
# What is chosen, in words: months, and how many months ago they ended.
PERIODS: Mapping[str, tuple[str | Promise, int, int]] = {
    "3": (_("Last 3 months"), 3, 0),
    "6": (_("Last 6 months"), 6, 0),
    "12": (_("Last 12 months"), 12, 0),
    "24": (_("Last 24 months"), 24, 0),
    "before": (_("The 12 months before"), 12, 12),
}


@dataclass(frozen=True)
class Period:
    """The days that the map shows."""

    words: str | Promise
    months: int
    first: date
    last: date

    @property
    def before(self) -> tuple[date, date]:
        """The first and the last day of the months before, as many."""
        return self.first - relativedelta(months=self.months), self.first - timedelta(days=1)


def period_of(choice: str, today: date) -> Period:
    """Return the days of a choice; of another text, the last 12 months."""
    words, months, ago = PERIODS.get(choice, PERIODS[USUAL])
    last = today - relativedelta(months=ago)
    return Period(words, months, last - relativedelta(months=months) + timedelta(days=1), last)


class NetworkFilters(forms.Form):
    """Which ties the map shows, of which time, and the partner whose leaving it tries."""

    kind = forms.ChoiceField(label=_("Kind of tie"), required=False)
    time = forms.ChoiceField(label=_("Time"), required=False)
    leaves = forms.ChoiceField(label=_("What if this partner leaves"), required=False)
    whole = forms.BooleanField(label=_("With what the whole network takes part in"), required=False)

    def __init__(self, data: QueryDict, *, nodes: Collection[Node]) -> None:
        sent = data.copy()
        if sent.get("time") not in PERIODS:
            sent["time"] = USUAL
        super().__init__(sent)
        choices = {
            "kind": [("", _("All kinds")), *((kind.code, kind.label) for kind in shared_kinds())],
            "time": [(code, words) for code, (words, _months, _ago) in PERIODS.items()],
            "leaves": [("", _("Nobody")), *((str(node.pk), node.name) for node in nodes)],
        }
        for name, known in choices.items():
            field: Any = self.fields[name]
            field.choices = known

    @property
    def chosen(self) -> dict[str, Any]:
        """What is chosen beside the usual; of what is no choice, nothing."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value and (name, value) != ("time", USUAL)}
