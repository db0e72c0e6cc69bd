"""Which partners affirm the shared values, whose affirmation has lapsed, and who has not affirmed them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetings.models import Affirmation, ValuesStatement
from meetings.values.affirmations import AHEAD
from partners.models import LocalArea, Partnership
from partners.models.active import is_active_partner

AFFIRMED, ENDING, LAPSED, MISSING = "affirmed", "ending", "lapsed", "missing"
CHIPS = {
    AFFIRMED: ("good", gettext_lazy("Affirmed"), "check-circle-fill"),
    ENDING: ("soon", gettext_lazy("To be renewed"), "hourglass-split"),
    LAPSED: ("now", gettext_lazy("Lapsed"), "x-octagon-fill"),
    MISSING: ("soon", gettext_lazy("Not affirmed yet"), "circle"),
}
ORDER = (LAPSED, MISSING, ENDING, AFFIRMED)
NEAR = timedelta(days=30)


@dataclass(frozen=True)
class AffirmationLine:
    """A partner, and its last affirmation of the values in force."""

    partnership: Partnership
    last: Affirmation | None
    state: str

    @property
    def chip(self) -> tuple[str, Any, str]:
        """Its state as a chip."""
        return CHIPS[self.state]

    @property
    def holds(self) -> bool:
        """Whether the partner affirms the values today."""
        return self.state in (AFFIRMED, ENDING)


def lines_of(statement: ValuesStatement, today: date) -> list[AffirmationLine]:
    """Return each partner of the area with its last affirmation, those that are missing first; two queries.

    Former partners, and those that are paused or only prospective, are not asked.
    """
    partners = Partnership.objects.filter(is_active_partner(), area=statement.area_id).select_related("organization")
    found = Affirmation.objects.filter(statement=statement, affirmed_on__lte=today)
    last = {each.partnership_id: each for each in found.order_by("affirmed_on", "pk")}
    lines = []
    for partner in partners.order_by(Lower("organization__name"), "pk"):
        one = last.get(partner.pk)
        lines.append(AffirmationLine(partner, one, _state(one, today)))
    return sorted(lines, key=lambda line: ORDER.index(line.state))


def _state(last: Affirmation | None, today: date) -> str:
    if last is None:
        return MISSING
    if last.lasts_until < today:
        return LAPSED
    return ENDING if last.lasts_until <= today + NEAR else AFFIRMED


def may_renew(line: AffirmationLine, today: date) -> bool:
    """Whether a partner can affirm the values now, for the first time or again."""
    return line.last is None or (line.last.affirmed_on < today and line.last.lasts_until <= today + AHEAD)


def lacking(rows: QuerySet[Partnership], today: date) -> QuerySet[Any, Any]:
    """Return those of some partners that do not affirm the values in force in their area.

    Each has the id of the statement as ``held``, the day of its adoption as ``adopted``, and the last day of its last
    affirmation of it as ``lapsed``.
    """
    held = ValuesStatement.objects.filter(area=OuterRef("area"), adopted_on__lte=today).order_by("-adopted_on", "-pk")
    own = Affirmation.objects.filter(partnership=OuterRef("pk"), statement=OuterRef("held")).order_by()
    last = own.values("partnership").annotate(last=Max("lasts_until")).values("last")
    asked = rows.filter(is_active_partner()).annotate(
        held=Subquery(held.values("pk")[:1]), adopted=Subquery(held.values("adopted_on")[:1])
    )
    return asked.filter(~Exists(own.filter(lasts_until__gte=today)), held__isnull=False).annotate(lapsed=Subquery(last))


def owed_since(adopted: date, joined: date | None, lapsed: date | None) -> date:
    """Return the day since which a partner is asked to affirm: it joined, the values were adopted, or it lapsed."""
    if lapsed:
        return lapsed + timedelta(days=1)
    return max(adopted, joined) if joined else adopted


def export_lines(lines: list[AffirmationLine]) -> tuple[list[str], Iterator[list[Any]]]:
    """Return the header and the rows of the file of affirmations."""
    header = [_("Partner"), _("State"), _("Affirmed"), _("Lasts until"), _("By"), _("In its own words")]
    rows = ([line.partnership.organization.name, str(line.chip[1]), *_facts(line.last)] for line in lines)
    return header, rows


def _facts(last: Affirmation | None) -> list[Any]:
    return [last.affirmed_on, last.lasts_until, last.name, last.text] if last else [None] * 4


def affirmation_in(area: LocalArea, partnership: Partnership, today: date) -> AffirmationLine | None:
    """Return the line of one partner; ``None`` if no values are in force, or it is not asked. Two queries."""
    statement = ValuesStatement.objects.in_force(area, today).first()
    if statement is None or partnership.status != Partnership.Status.ACTIVE or partnership.is_archived:
        return None
    found = Affirmation.objects.filter(statement=statement, partnership=partnership, affirmed_on__lte=today)
    last = found.order_by("-affirmed_on", "-pk").first()
    return AffirmationLine(partnership, last, _state(last, today))
