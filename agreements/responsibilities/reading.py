"""Read the promises that are owed, and whether they are kept: the same number of queries for any number of them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Q

from agreements.models import Agreement, AgreementQuerySet, Evidence, Promise
from agreements.models.promises import PromiseQuerySet
from agreements.responsibilities.drift import Judgment, Recorded, drift_of
from agreements.terms.standings import IN_FORCE, condition_of, standing_of
from partners.models import LocalArea, Presence, Rhythm

TWO_YEARS = timedelta(days=2 * 366)  # every day of the current program year and of the one before


@dataclass(frozen=True)
class Responsibility:
    """A promise, whether it is kept, and the evidence for it: how much, and the day of the last."""

    promise: Promise
    judgment: Judgment
    evidence: int
    last_on: date | None


def owed(today: date) -> PromiseQuerySet:
    """Return the promises that are owed on a day; ``drift.is_owed`` says the same of one promise."""
    rows: PromiseQuerySet = Promise.objects.current()
    return rows.filter(
        Q(party__effective_on=None) | Q(party__effective_on__lte=today),
        Q(party__left_on=None) | Q(party__left_on__gt=today),
        agreement__in=_in_force(today).values("pk"),
        party__archived_at=None,
    )


def _in_force(today: date) -> AgreementQuerySet:
    rows: AgreementQuerySet = Agreement.objects.with_terms().filter(condition_of(IN_FORCE, today))
    return rows


def owed_in(area: LocalArea, today: date) -> PromiseQuerySet:
    """Return the promises that are owed by agreements that an area leads or takes part in."""
    of_it = Agreement.objects.filter(Q(area=area) | Q(further_areas__area=area))
    return owed(today).filter(agreement__in=of_it.values("pk"))


def with_what_decides(rows: PromiseQuerySet) -> PromiseQuerySet:
    """Fetch promises with what names them and what decides whether they are kept."""
    return rows.select_related(
        "agreement__area__state", "party__partnership__organization", "service", "center", "clause"
    )


def judgments_of(promises: Sequence[Promise], *, today: date) -> dict[int, Judgment]:
    """Return whether each promise is kept, by its id; three queries. They come from ``with_what_decides``."""
    recorded = recorded_of(promises, today=today)
    return {promise.pk: drift_of(promise, recorded, today=today) for promise in promises}


def recorded_of(promises: Sequence[Promise], *, today: date) -> Recorded:
    """Return what is recorded about promises: three queries."""
    agreements = {promise.agreement_id for promise in promises}
    return Recorded(
        in_force=set(_in_force(today).filter(pk__in=agreements).values_list("pk", flat=True)),
        hours=_hours_of(promises, today),
        evidence=_evidence_of(promises, today),
    )


def _hours_of(promises: Iterable[Promise], today: date) -> dict[tuple[int, int], Decimal]:
    """Return the hours a week in person of the partners in the centers in which they promise some."""
    asked = {
        (promise.party.partnership_id, promise.center_id) for promise in promises if promise.kind == Promise.Kind.HOURS
    }
    rows = Presence.objects.in_use().in_person().holding(today, today).filter(
        partnership__in={partner for partner, _center in asked},
        center__in={center for _partner, center in asked},
        rhythm=Rhythm.WEEKLY,
    )  # fmt: skip
    found: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    for row in rows:
        found[row.partnership_id, row.center_id] += Decimal(str(row.hours))
    return dict(found)


def _evidence_of(promises: Iterable[Promise], today: date) -> dict[int, list[tuple[date, Decimal | None]]]:
    rows = Evidence.objects.current().filter(
        promise__in=[promise.pk for promise in promises], happened_on__gt=today - TWO_YEARS
    )
    found: dict[int, list[tuple[date, Decimal | None]]] = defaultdict(list)
    for promise, day, number in rows.values_list("promise", "happened_on", "quantity"):
        found[promise].append((day, number))
    return dict(found)


def with_evidence(rows: PromiseQuerySet) -> PromiseQuerySet:
    """Annotate how many pieces of evidence each has as ``evidence_number``, the day of the last as ``evidence_on``."""
    kept = Q(evidence__archived_at=None)
    return rows.annotate(
        evidence_number=Count("evidence", filter=kept), evidence_on=Max("evidence__happened_on", filter=kept)
    )


def responsibilities_of(rows: PromiseQuerySet, *, today: date) -> list[Responsibility]:
    """Return promises in the order of the queryset, with their judgments and evidence; four queries."""
    promises: list[Any] = list(with_evidence(with_what_decides(rows)))
    judged = judgments_of(promises, today=today)
    return [
        Responsibility(promise, judged[promise.pk], promise.evidence_number, promise.evidence_on)
        for promise in promises
    ]


def broken_in(area: LocalArea, *, today: date) -> list[tuple[Promise, Judgment]]:
    """Return the promises in an area that are not kept; four queries, or one if nothing is promised."""
    promises = list(with_what_decides(owed_in(area, today)).order_by("pk"))
    judged = judgments_of(promises, today=today) if promises else {}
    return [(promise, judged[promise.pk]) for promise in promises if judged[promise.pk].is_broken]


def promises_context(agreement: Agreement, *, today: date) -> dict[str, Any]:
    """Return what the page of an agreement shows of its promises, and which are not kept. It needs with_terms."""
    rows = agreement.promises.current().order_by("party", "clause__position", "pk")
    promises = responsibilities_of(rows, today=today)
    return {
        "promises": promises,
        "checks_promises": standing_of(agreement, today).holds,
        "broken_promises": [each for each in promises if each.judgment.is_broken],
    }
