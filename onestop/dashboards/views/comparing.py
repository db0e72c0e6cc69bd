"""The comparison of a state's areas on the same measures."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onestop.dashboards.board.comparing import KINDS, AreaLine, Measure, compare, in_order, measures_of, middles_of
from onestop.ui import spreadsheets
from onestop.ui.lists import address_with
from partners.models import State
from partners.rules import demand

NAME = "name"
SHOWN = (
    ("", gettext_lazy("All areas")),
    ("lapsed", gettext_lazy("With an expired agreement")),
    ("uncovered", gettext_lazy("With a required program without partner or decision")),
    ("unsigned", gettext_lazy("Without an MOU or IFA in force")),
    ("late", gettext_lazy("With a clock that is late")),
    ("none", gettext_lazy("Without figures")),
)


def state_compare(request: HttpRequest, code: str) -> HttpResponseBase:
    """Compare the areas of a state, sorted by one measure; or return them as a file."""
    state = get_object_or_404(State.objects.visible_to(request.user), code=code)
    demand(request, "dashboards.compare_areas", state)
    asked = request.GET.get("sort", "")
    sort, is_descending = asked.removeprefix("-"), asked.startswith("-")
    shown, kind = request.GET.get("show", ""), request.GET.get("kind", "")
    measures = measures_of(kind)
    every = compare(state)
    lines = [line for line in every if _is_shown(line, shown)]
    if sort in {measure.code for measure in measures}:
        lines = in_order(lines, sort, is_descending=is_descending)
    else:
        sort, is_descending = NAME, asked == f"-{NAME}"
        lines = lines[::-1] if is_descending else lines
    if request.GET.get("export") in spreadsheets.FORMATS:
        return spreadsheets.response(
            request.GET["export"],
            name=f"areas-{slugify(state.name)}-{timezone.localdate():%Y-%m-%d}",
            header=[_("Area"), _("Figures of"), *(str(measure.label) for measure in measures)],
            rows=_rows(lines, measures),
            sheet=_("Areas"),
        )
    columns = [(NAME, _("Area")), *((measure.code, measure.label) for measure in measures)]
    context = {
        "title": _("Areas compared"),
        "here": _("Areas compared"),
        "crumbs": [(state.name, reverse("dashboards:state", args=[state.code]))],
        "state": state,
        "lines": [(line, line.cells_of(measures)) for line in lines],
        "middles": middles_of(every, measures),
        "columns": [_column(request, name, label, sort, is_descending) for name, label in columns],
        "kinds": [
            (label, address_with(request, kind=value, sort=None), value == kind)
            for value, label in (("", _("All measures")), *KINDS)
        ],
        "shown": [(label, address_with(request, show=value), value == shown) for value, label in SHOWN],
        "exports": [(kind, address_with(request, export=kind)) for kind in spreadsheets.FORMATS],
    }
    return render(request, "dashboards/board/state_compare.html", context)


def _is_shown(line: AreaLine, shown: str) -> bool:
    def value(code: str) -> Any:
        return line.cell(code).value

    settled = value("settled")
    fits = {
        "lapsed": bool(value("lapsed")),
        "uncovered": settled is not None and settled < 100,
        "unsigned": 0 in (value("mou"), value("ifa")),
        "late": bool(value("late")),
        "none": line.day is None,
    }
    return fits.get(shown, True)


def _column(request: HttpRequest, name: str, label: Any, sort: str, is_descending: bool) -> dict[str, Any]:
    """Return a heading: where it sorts, and how it is sorted now. The first press shows the most first."""
    is_sorted = name == sort
    most_first = name != NAME
    turned = f"-{name}" if (is_sorted and not is_descending) or (not is_sorted and most_first) else name
    direction = ("descending" if is_descending else "ascending") if is_sorted else ""
    return {"label": label, "url": address_with(request, sort=turned), "sorted": direction, "is_number": name != NAME}


def _rows(lines: Sequence[AreaLine], measures: Sequence[Measure]) -> Iterator[list[Any]]:
    for line in lines:
        yield [line.area.name, line.day, *(line.cell(measure.code).exported for measure in measures)]
