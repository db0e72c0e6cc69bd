"""The filters of the coverage page."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from onestop.ui.lists import Filters
from partners.coverage.matrix import Coverage, Row
from partners.models import Center, Program


class CoverageFilters(Filters):
    """The filters of the coverage page. They filter a Coverage that was already read, not a query."""

    show = django_filters.ChoiceFilter(
        label=_("Programs"),
        empty_label=_("All programs"),
        choices=[("gaps", _("Only gaps")), ("decided", _("Only with a decision"))],
        method="leave",
    )
    center = django_filters.ChoiceFilter(label=_("Center"), empty_label=_("All centers"), method="leave")

    def __init__(self, *args: Any, centers: Sequence[Center], **kwargs: Any) -> None:
        super().__init__(*args, queryset=Program.objects.none(), **kwargs)
        self.centers = list(centers)
        self.filters["center"].extra["choices"] = [(str(center.pk), center.name) for center in self.centers]

    def leave(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Return all rows: ``narrow`` filters."""
        return queryset

    def narrow(self, coverage: Coverage) -> Coverage:
        """Return the filtered coverage, or all of it if the filters are invalid."""
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
    return show != "decided" or row.decision is not None
