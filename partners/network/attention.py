"""What a board must know about an area: legal rules that are not met, and center reviews that are late or due."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from onestop.ui.presentation import days_until, shortday
from partners.coverage.legal_rules import MISSING, PART, Check, checks_of
from partners.coverage.matrix import Coverage
from partners.models import Center
from partners.network.due_dates import OVER, SOON, UNKNOWN, Clock, clocks_of


@dataclass(frozen=True)
class Attention:
    """One rule or due date that needs the board: how urgent it is, a sentence, and the address of its page."""

    kind: str
    text: str
    url: str


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
            yield Attention(KINDS[check.state], _sentence(check), check.url or page)


def _sentence(check: Check) -> str:
    parts = {"what": check.what, "where": check.where, "law": check.law}
    return _("%(what)s. %(where)s (%(law)s)") % parts if check.where else _("%(what)s. (%(law)s)") % parts


def _reviews(centers: list[Center], today: date) -> Iterator[Attention]:
    for center in centers:
        for clock in clocks_of(center, today):
            if clock.needs_somebody:
                url = reverse("partners:center_detail", args=[center.pk])
                yield Attention(KINDS[clock.state], _due(center, clock, today), url)


def _due(center: Center, clock: Clock, today: date) -> str:
    names = {"review": clock.law.name, "center": center.name, "law": clock.law.source}
    if clock.due_on is None:
        return _("%(center)s has no %(review)s on record. (%(law)s)") % (
            names | {"review": str(clock.law.name).lower()}
        )
    when = {"day": shortday(clock.due_on), "distance": days_until(clock.due_on, today)}
    if clock.state == OVER:
        return _("%(review)s of %(center)s was due %(day)s (%(distance)s). (%(law)s)") % (names | when)
    return _("%(review)s of %(center)s is due %(day)s (%(distance)s). (%(law)s)") % (names | when)
