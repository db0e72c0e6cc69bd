"""The resource map of an area: each need with who meets it from which money, and the holes in words."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from meetings.models import Need, NeedMet, PlanAction
from partners.models import Partnership
from partners.models.active import is_active_partner

HOLE, PARTLY, FRAGILE, MET = "hole", "partly", "fragile", "met"
CHIPS: dict[str, tuple[str, Any, str]] = {
    HOLE: ("now", gettext_lazy("Nobody meets it"), "x-octagon-fill"),
    PARTLY: ("soon", gettext_lazy("Met partly"), "circle-half"),
    FRAGILE: ("soon", gettext_lazy("Rests on one source"), "exclamation-triangle-fill"),
    MET: ("good", gettext_lazy("Met"), "check-circle-fill"),
}
ORDER = (HOLE, PARTLY, FRAGILE, MET)
Extent = NeedMet.Extent


def current_answers() -> QuerySet[NeedMet]:
    """Return what partners meet today: those that have left or are paused meet nothing."""
    return NeedMet.objects.filter(is_active_partner("partnership"))


def funding_of(met: NeedMet) -> str:
    """Return the money from which a partner meets a need: the program that pays, or another source."""
    return " / ".join(each for each in (met.program.short_name if met.program else "", met.source) if each)


@dataclass
class NeedRow:
    """A need with who meets it, and the recommended actions that are to close its hole."""

    need: Need
    answers: list[NeedMet] = field(default_factory=list)
    actions: list[PlanAction] = field(default_factory=list)
    own: frozenset[int] = frozenset()  # partners for which the person may edit the line

    @property
    def state(self) -> str:
        """How far the need is met."""
        if not self.answers:
            return HOLE
        full = [each for each in self.answers if each.extent == Extent.FULL]
        if not full:
            return PARTLY
        return FRAGILE if len({funding_of(each).casefold() for each in self.answers}) == 1 else MET

    @property
    def chip(self) -> tuple[str, Any, str]:
        """Its state as a chip."""
        return CHIPS[self.state]

    @property
    def says(self) -> str:
        """What is missing, in words."""
        if self.state == HOLE:
            return _("No partner meets this need.")
        if self.state == PARTLY:
            words = ngettext(
                "%(number)d partner meets it partly, nobody fully.",
                "%(number)d partners meet it partly, nobody fully.",
                len({each.partnership_id for each in self.answers}),
            )
            return words % {"number": len({each.partnership_id for each in self.answers})}
        if self.state == FRAGILE:
            return _("All of it is paid from %(source)s.") % {"source": funding_of(self.answers[0])}
        return ""

    @property
    def lines(self) -> list[tuple[NeedMet, str, bool]]:
        """Each answer with its money, and whether the person may edit it."""
        return [(each, funding_of(each), each.partnership_id in self.own) for each in self.answers]


@dataclass(frozen=True)
class FundingLine:
    """A funding source: who uses it, which needs it pays for, and which rest on it alone."""

    name: str
    partners: list[str]
    needs: list[Need]
    alone: list[Need]


@dataclass(frozen=True)
class ResourceMap:
    """The needs of an area: holes first, then by whose need it is, and by name."""

    rows: list[NeedRow]

    def number(self, *states: str) -> int:
        """Return how many needs are in some states."""
        return sum(row.state in states for row in self.rows)

    @property
    def holes(self) -> int:
        """How many needs nobody meets."""
        return self.number(HOLE)

    @property
    def partly(self) -> int:
        """How many needs are met only partly."""
        return self.number(PARTLY)

    @property
    def fragile(self) -> int:
        """How many needs rest on one source."""
        return self.number(FRAGILE)

    @property
    def partners(self) -> list[Partnership]:
        """The partners that meet something, by name."""
        found = {each.partnership_id: each.partnership for row in self.rows for each in row.answers}
        return sorted(found.values(), key=lambda one: one.organization.name.casefold())

    @property
    def by_partner(self) -> list[tuple[NeedRow, list[list[NeedMet]]]]:
        """Each need with what each of the partners meets, in their order."""
        partners = self.partners
        return [
            (row, [[each for each in row.answers if each.partnership_id == one.pk] for one in partners])
            for row in self.rows
        ]

    @property
    def by_funding(self) -> list[FundingLine]:
        """The funding sources, those on which most needs rest alone first."""
        cells: dict[str, list[tuple[NeedRow, NeedMet]]] = defaultdict(list)
        names: dict[str, str] = {}
        for row in self.rows:
            for each in row.answers:
                name = funding_of(each)
                cells[names.setdefault(name.casefold(), name)].append((row, each))
        lines = [
            FundingLine(
                name,
                sorted({met.partnership.organization.name for _row, met in found}),
                _once(row.need for row, _met in found),
                _once(row.need for row, _met in found if _sources(row) == {name.casefold()}),
            )
            for name, found in cells.items()
        ]
        return sorted(lines, key=lambda line: (-len(line.alone), -len(line.needs), line.name.casefold()))


def _sources(row: NeedRow) -> set[str]:
    return {funding_of(each).casefold() for each in row.answers}


def _once(needs: Iterable[Need]) -> list[Need]:
    return list({need.pk: need for need in needs}.values())


def map_of(
    needs: QuerySet[Need], user: Any, *, own: frozenset[int] | None = None, states: Iterable[str] = ()
) -> ResourceMap:
    """Return the map of some needs; three queries, however many. Holes come first; see ``_in_order``.

    ``own`` are the partners whose lines the person may edit, or ``None`` for all.
    """
    rows = {need.pk: NeedRow(need) for need in needs.order_by(Lower("name"), "pk")}
    answers = current_answers().filter(need__in=rows).select_related("partnership__organization", "program", "service")
    for met in answers.order_by(Lower("partnership__organization__name"), "pk"):
        rows[met.need_id].answers.append(met)
    actions = PlanAction.objects.visible_to(user).current().filter(need__in=rows)
    for action in actions.select_related("strategy__goal", "partnership__organization", "action_item").order_by(
        "due_on", "pk"
    ):
        rows[action.need_id or 0].actions.append(action)
    for row in rows.values():
        row.own = frozenset(each.partnership_id for each in row.answers) if own is None else own
    wanted = set(states)
    shown = [row for row in rows.values() if not wanted or row.state in wanted]
    return ResourceMap(sorted(shown, key=_in_order))


def _in_order(row: NeedRow) -> tuple[int, str]:
    """Return the place of a need that is read by name: by its state, then by whose need it is, of nobody's first."""
    return ORDER.index(row.state), str(row.need.get_groups_served_display()).casefold()


def export_map(found: ResourceMap) -> tuple[list[str], Iterator[list[Any]]]:
    """Return the header and the rows of the file of a map: a row for each partner and source, or one for a hole."""
    header = [
        _("Need"), _("Kind of need"), _("Whose need it is"), _("State"), _("Partner"), _("How far"),
        _("Funding source"), _("Service"), _("Limits"), _("Recommended actions"), _("What is known about it"),
    ]  # fmt: skip
    return header, _export_rows(found)


def _export_rows(found: ResourceMap) -> Iterator[list[Any]]:
    for row in found.rows:
        need = row.need
        first = [need.name, need.get_kind_display(), need.get_groups_served_display() or None, str(row.chip[1])]
        last = ["; ".join(action.text for action in row.actions) or None, need.note or None]
        for met in row.answers:
            service = met.service.name if met.service else None
            name, extent = met.partnership.organization.name, str(met.get_extent_display())
            yield [*first, name, extent, funding_of(met), service, met.note or None, *last]
        if not row.answers:
            yield [*first, *[None] * 5, *last]
