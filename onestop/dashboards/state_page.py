"""The comparison of a state's areas."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from onestop.ui.todo import For, TodoPlace, by_urgency, todo_items
from partners.coverage.matrix import coverages_of
from partners.models import LocalArea, Program, State
from partners.network.attention import DUE, LATE, PARTLY, RULE, Attention, attention_in
from partners.network.summary import AreaComparison, compare_areas


@dataclass(frozen=True)
class AreaRow:
    """One line of the comparison: the counts of an area, and what its board must know."""

    counts: AreaComparison
    attention: list[Attention]

    def number(self, *kinds: str) -> int:
        """Return how many rules or due dates are of some kinds."""
        return sum(item.kind in kinds for item in self.attention)

    @property
    def rules(self) -> int:
        """Number of legal rules that are not met."""
        return self.number(RULE)

    @property
    def partly(self) -> int:
        """Number of legal rules that are partly met."""
        return self.number(PARTLY)

    @property
    def late(self) -> int:
        """Number of center reviews that are late or were never recorded."""
        return self.number(LATE)

    @property
    def due(self) -> int:
        """Number of center reviews that are due soon."""
        return self.number(DUE)


def state_page(user: Any, state: State, *, at: datetime) -> dict[str, Any]:
    """Return the to-do items of a state and the comparison of its areas; as many queries for one area as for many."""
    place = TodoPlace(at, state=state, user=user)
    today = place.today
    waiting = todo_items([For.STATE], place)
    areas = LocalArea.objects.current().filter(state=state).select_related("state").order_by(Lower("name"), "pk")
    required = Program.objects.required().count()
    counts = compare_areas(areas, required=required, today=today)
    coverages = coverages_of([row.area for row in counts], today=today)
    rows = [AreaRow(row, attention_in(coverage, today)) for row, coverage in zip(counts, coverages, strict=True)]
    return {
        "title": _("Local areas of %(state)s") % {"state": state.name},
        "state": state,
        "groups": by_urgency(waiting),
        "things": len(waiting),
        "rows": rows,
        "required": required,
        "partners_total": sum(row.counts.partners for row in rows),
        "rules_total": sum(row.rules for row in rows),
        "late_total": sum(row.late for row in rows),
        "due_total": sum(row.due for row in rows),
    }
