"""What pages show of quality checks: the last check of each adoption, and how a practice does at its partners."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery

from partners.models import Adoption, AdoptionCheck
from partners.models.practices import AdoptionQuerySet

RESULT_CHIPS = {
    AdoptionCheck.Result.AS_DESCRIBED: ("good", "check-circle-fill"),
    AdoptionCheck.Result.CHANGED: ("way", "pencil"),
    AdoptionCheck.Result.NOT_DONE: ("soon", "x-circle"),
}
DUE, PLANNED, NONE = "due", "planned", "none"


@dataclass(frozen=True)
class CheckedAdoption:
    """An adoption on the page of its practice, with its checks, the last one first, and what the reader may do."""

    adoption: Adoption
    checks: Sequence[AdoptionCheck]
    due: date | None
    is_due: bool
    may_check: bool
    may_end: bool


@dataclass(frozen=True)
class Tally:
    """At how many partners an adopted practice was checked, and by the last checks at how many it is done and helps."""

    adopted: int
    checked: int
    done: int
    helps: int


def with_last_check(rows: AdoptionQuerySet) -> Any:
    """Annotate the last check of each adoption: ``last_result``, ``last_helps``, ``last_on``."""
    last = AdoptionCheck.objects.filter(adoption=OuterRef("pk")).order_by("-checked_on", "-pk")
    return rows.with_check_day().annotate(
        last_result=Subquery(last.values("result")[:1]),
        last_helps=Subquery(last.values("helps")[:1]),
        last_on=Subquery(last.values("checked_on")[:1]),
    )


def in_order(rows: Any) -> QuerySet[Adoption]:
    """Return adoptions by the day of their next check; those without one last."""
    ordered: QuerySet[Adoption] = rows.order_by(F("due").asc(nulls_last=True), "adopted_on", "pk")
    return ordered


def in_state(rows: Any, state: str, today: date) -> Any:
    """Return adoptions whose check is due, is planned for later, or that have none planned."""
    if state == DUE:
        return rows.filter(due__lte=today)
    return rows.filter(due__gt=today) if state == PLANNED else rows.filter(due=None)


def result_chip(result: str) -> tuple[str, str, str]:
    """Return the result of a check as kind, word and icon of a chip."""
    kind, icon = RESULT_CHIPS[AdoptionCheck.Result(result)]
    return kind, str(AdoptionCheck.Result(result).label), icon


def tally(adoptions: Collection[CheckedAdoption]) -> Tally:
    """Count an adopted practice at its partners by their last checks."""
    last = [one.checks[0] for one in adoptions if one.checks]
    return Tally(
        adopted=len(adoptions),
        checked=len(last),
        done=sum(check.result != AdoptionCheck.Result.NOT_DONE for check in last),
        helps=sum(check.helps in AdoptionCheck.HELPING for check in last),
    )
