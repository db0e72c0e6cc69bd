"""What a board must know about an area: legal rules that are not met, and center reviews that are late or due."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from onestop.ui.checklist import MISSING, PART
from onestop.ui.presentation import days_until, shortday
from partners.coverage.legal_rules import checks_of
from partners.coverage.matrix import Coverage
from partners.models import Center
from partners.network.due_dates import OVER, SOON, UNKNOWN, Clock, clocks_of


@dataclass(frozen=True)
class Attention:
    """One rule or due date that needs the board: how urgent it is, a sentence, its page, and the citation.

    ``detail`` says more: which program is meant, or what would mend it.
    """

    kind: str
    text: str
    url: str
    law: str
    detail: str = ""


RULE, PARTLY, LATE, DUE = "rule", "partly", "late", "due"
KINDS = {MISSING: RULE, PART: PARTLY, OVER: LATE, UNKNOWN: LATE, SOON: DUE}


def attention_in(coverage: Coverage, today: date) -> list[Attention]:
    """Return everything in an area that fails a rule, is late or ends soon, the worst first; no queries."""
    found = [*_rules(coverage), *_reviews(coverage.centers, today)]
    order = (RULE, LATE, PARTLY, DUE)
    return sorted(found, key=lambda item: order.index(item.kind))


def _rules(coverage: Coverage) -> Iterator[Attention]:
    page = reverse("partners:coverage", args=[coverage.area.slug])
    for check in checks_of(coverage):
        if check.state in KINDS:
            text = _("%(what)s.") % {"what": check.what}
            yield Attention(KINDS[check.state], text, check.url or page, check.law, check.where)


def _reviews(centers: list[Center], today: date) -> Iterator[Attention]:
    for center in centers:
        for clock in clocks_of(center, today):
            if clock.needs_somebody:
                url = reverse("partners:center_detail", args=[center.pk])
                yield Attention(KINDS[clock.state], _due(center, clock, today), url, clock.law.source)


def _due(center: Center, clock: Clock, today: date) -> str:
    names = {"review": str(clock.law.name), "center": center.name}
    if clock.due_on is None:
        names["review"] = names["review"].lower()
        return _("%(center)s has no %(review)s on record.") % names
    names |= {"day": shortday(clock.due_on), "distance": days_until(clock.due_on, today)}
    if clock.state == OVER:
        return _("%(review)s of %(center)s was due %(day)s (%(distance)s).") % names
    return _("%(review)s of %(center)s is due %(day)s (%(distance)s).") % names
