"""How long the phases of an agreement took last time: to draft it, to have it approved by each party, to sign it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Min

from agreements.models import Agreement, ApprovalStep

DRAFT, APPROVALS, SIGNATURES = "draft", "approvals", "signatures"
# Without figures of its own: 270 days in all, with two weeks to spare.
DEFAULTS = {DRAFT: 60, APPROVALS: 150, SIGNATURES: 46}
SPARE = timedelta(days=14)
SHORTEST = 7  # days of a phase, however quick it was


@dataclass(frozen=True)
class PartyTime:
    """How many days a party needed for its approvals, and how many days before its last one each was given."""

    party: str
    days: int
    approvals: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Times:
    """The days of each phase, which of them were measured, and those of each party, the slowest first."""

    days: Mapping[str, int]
    measured: frozenset[str] = frozenset()
    parties: tuple[PartyTime, ...] = ()

    @property
    def total(self) -> int:
        """All days, with those to spare."""
        return sum(self.days.values()) + SPARE.days


def times_of(agreement: Agreement) -> Times:
    """Return how long an agreement took; three queries. What was signed outside the portal has the default times."""
    zone = agreement.area.zone
    begun_on = agreement.begun_at.astimezone(zone).date()
    events: Any = Agreement.pgh_event_model.objects  # type: ignore[attr-defined]
    shared_at = events.filter(pgh_obj=agreement.pk, status=Agreement.Status.REVIEW).aggregate(at=Min("pgh_created_at"))[
        "at"
    ]
    shared_on = shared_at.astimezone(zone).date() if shared_at else None
    sending = agreement.sendings.filter(voided_at=None).order_by("-number").first()
    sent_on = sending.sent_at.astimezone(zone).date() if sending else None
    parties = _parties(agreement, shared_on or begun_on)
    found: dict[str, int] = {}
    if agreement.origin != Agreement.Origin.EXISTING:
        if shared_on:
            found[DRAFT] = (shared_on - begun_on).days
        if shared_on and sent_on:
            found[APPROVALS] = (sent_on - shared_on).days
        if sent_on and agreement.executed_on:
            found[SIGNATURES] = (agreement.executed_on - sent_on).days
    if parties:
        found[APPROVALS] = max(found.get(APPROVALS, 0), parties[0].days)
    days = {phase: max(found.get(phase, default), SHORTEST) for phase, default in DEFAULTS.items()}
    return Times(days, frozenset(found), parties)


def _parties(agreement: Agreement, since: date) -> tuple[PartyTime, ...]:
    """Return the times of the parties whose approvals are on record, the slowest first."""
    by_party: dict[str, list[ApprovalStep]] = {}
    for step in agreement.approval_steps.current().exclude(done_on=None).in_order():
        by_party.setdefault(str(step.party), []).append(step)
    found = []
    for party, steps in by_party.items():
        days = [step.done_on for step in steps if step.done_on]
        last = max(days)
        before = {step.name: (last - step.done_on).days for step in steps if step.done_on}
        found.append(PartyTime(party, max((last - min(since, min(days))).days, SHORTEST), before))
    return tuple(sorted(found, key=lambda each: (-each.days, each.party)))
