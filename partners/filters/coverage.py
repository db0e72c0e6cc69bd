"""What the coverage of an area can be narrowed down to."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import django_filters
from django.db.models import QuerySet

from onestop.ui.lists import Filters
from partners.coverage.matrix import EXEMPTED, NOT_CARRIED_OUT, Coverage, Row
from partners.models import Center, Program


class CoverageFilters(Filters):
    """The filters of the coverage page. They narrow down what was read already, not a query."""

    show = django_filters.ChoiceFilter(
        label="Programs",
        empty_label="All",
        choices=[("gaps", "Only gaps"), ("decided", "Only decided ones")],
        method="leave",
    )
    center = django_filters.ChoiceFilter(label="Center", empty_label="All", method="leave")

    def __init__(self, *args: Any, centers: Sequence[Center], **kwargs: Any) -> None:
        super().__init__(*args, queryset=Program.objects.none(), **kwargs)
        self.centers = list(centers)
        self.filters["center"].extra["choices"] = [(str(center.pk), center.name) for center in self.centers]

    def leave(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Narrow nothing down here: ``narrow`` does."""
        return queryset

    def narrow(self, coverage: Coverage) -> Coverage:
        """Return what of the coverage fits; all of it while the filters make no sense."""
        asked = self.form.cleaned_data if self.is_valid() else {}
        centers = [center for center in self.centers if asked.get("center", "") in ("", str(center.pk))]

        def fitting(rows: list[Row]) -> list[Row]:
            seen = (replace(row, cells=[cell for cell in row.cells if cell.center in centers]) for row in rows)
            return [row for row in seen if _fits(row, asked.get("show", ""))]

        return replace(
            coverage, centers=centers, required=fitting(coverage.required), additional=fitting(coverage.additional)
        )


def _fits(row: Row, show: str) -> bool:
    if show == "gaps":
        return row.needs_attention
    return show != "decided" or row.standing in (NOT_CARRIED_OUT, EXEMPTED) or row.decision is not None
