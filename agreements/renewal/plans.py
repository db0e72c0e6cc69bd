"""The renewal of an agreement, planned backwards from its last day, and how far its successor has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agreements.models import Agreement
from agreements.renewal.times import APPROVALS, DRAFT, SIGNATURES, SPARE, PartyTime, Times, times_of
from agreements.terms.standings import EXPIRES_SOON
from onestop.ui.charts import Span, Timeline
from onestop.ui.presentation import shortday

Status = Agreement.Status
NAMES: dict[str, str | Promise] = {
    DRAFT: gettext_lazy("Draft the successor"),
    APPROVALS: gettext_lazy("Review and approvals of the parties"),
    SIGNATURES: gettext_lazy("Signatures"),
}
# The statuses of the successor in which a phase is over.
SHARED = (Status.REVIEW, Status.SIGNING, Status.EXECUTED)
OVER_IN = {DRAFT: SHARED, APPROVALS: SHARED[1:], SIGNATURES: SHARED[2:]}
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Phase:
    """One phase: from which day to which, how long, whether that was measured last time, and whether it is over."""

    code: str
    starts_on: date
    ends_on: date
    is_measured: bool
    is_done: bool

    @property
    def name(self) -> str:
        """What it is called."""
        return str(NAMES[self.code])

    @property
    def days(self) -> int:
        """How long it takes."""
        return (self.ends_on - self.starts_on).days


@dataclass(frozen=True)
class PartyStart:
    """On which day the approvals of a party must begin, by how long they took last time."""

    time: PartyTime
    starts_on: date


@dataclass(frozen=True)
class Plan:
    """The renewal of an agreement on a day; ``successor`` is the agreement that is to follow it, if it is begun."""

    agreement: Agreement
    last_day: date
    times: Times
    successor: Agreement | None
    today: date

    @cached_property
    def phases(self) -> Sequence[Phase]:
        """The phases, in order, of which the last ends two weeks before the agreement."""
        found, ends_on = [], self.last_day - SPARE
        for code in (SIGNATURES, APPROVALS, DRAFT):
            starts_on = ends_on - timedelta(days=self.times.days[code])
            is_done = self.successor is not None and self.successor.status in OVER_IN[code]
            found.append(Phase(code, starts_on, ends_on, code in self.times.measured, is_done))
            ends_on = starts_on
        return found[::-1]

    @property
    def starts_on(self) -> date:
        """When the successor must be begun."""
        return self.phases[0].starts_on

    @property
    def sends_on(self) -> date:
        """When it must be sent for signature."""
        return self.phases[-1].starts_on

    @property
    def parties(self) -> list[PartyStart]:
        """When the approvals of each party must begin, the slowest first."""
        return [PartyStart(time, self.sends_on - timedelta(days=time.days)) for time in self.times.parties]

    @property
    def now(self) -> Phase | None:
        """The first phase that is not over."""
        return next((phase for phase in self.phases if not phase.is_done), None)

    @property
    def days_behind(self) -> int:
        """By how many days the renewal is behind the plan today."""
        phase = self.now
        if phase is None:
            return 0
        if self.successor is None:
            return max(0, (self.today - phase.starts_on).days)
        return max(0, (self.today - phase.ends_on).days)

    @property
    def is_due(self) -> bool:
        """Whether something is to be done by now."""
        phase = self.now
        return phase is not None and phase.starts_on <= self.today

    @property
    def sentence(self) -> str:
        """What is to be done by when, and how far behind it is."""
        phase = self.now
        if phase is None:
            return _("Its successor is signed.")
        words = self._next(phase)
        if self.days_behind:
            behind = ngettext("%(days)s day behind the plan.", "%(days)s days behind the plan.", self.days_behind)
            words = f"{words} {behind % {'days': self.days_behind}}"
        return words

    def _next(self, phase: Phase) -> str:
        if self.successor is None:
            return _("Begin the successor by %(day)s.") % {"day": shortday(phase.starts_on)}
        words = {
            DRAFT: _("Share the draft with the parties by %(day)s."),
            APPROVALS: _("Have all approvals, and send it for signature by %(day)s."),
            SIGNATURES: _("All sign by %(day)s."),
        }[phase.code]
        return words % {"day": shortday(phase.ends_on)}

    @property
    def timeline(self) -> Timeline:
        """The phases, the slow parties and the last day as a chart."""
        rows = [(phase.name, [self._span(phase)]) for phase in self.phases]
        rows += [
            (start.time.party, [Span(start.starts_on, self.sends_on, ", ".join(start.time.approvals), "rest")])
            for start in self.parties
        ]
        days = [self.starts_on, self.last_day, self.today, *(start.starts_on for start in self.parties)]
        return Timeline(
            title=_("Renewal, planned backwards"),
            say=self.sentence,
            rows=rows,
            first=min(days),
            last=max(days),
            today=self.today,
        )

    def _span(self, phase: Phase) -> Span:
        look = "" if phase.is_done else "now" if phase is self.now and self.days_behind else "rest"
        return Span(phase.starts_on, phase.ends_on, phase.name, look)


def plan_of(agreement: Agreement, *, today: date) -> Plan | None:
    """Return the plan of a renewal, or ``None`` without a last day; five queries. Needs ``with_terms``."""
    if agreement.ends_on is None:
        return None
    return Plan(agreement, agreement.ends_on, times_of(agreement), successor_of(agreement), today)


def successor_of(agreement: Agreement) -> Agreement | None:
    """Return the agreement that is to follow, or follows: the last one begun that was not withdrawn."""
    rows = agreement.successors.exclude(status=Status.WITHDRAWN).select_related("area")
    successor: Agreement | None = rows.order_by("-begun_at", "-pk").first()
    return successor


def renewal_of(agreement: Agreement, today: date) -> Plan | None:
    """Return the plan of a renewal that is begun, due or late, or whose agreement ends soon; otherwise ``None``."""
    is_renewed = agreement.status == Status.EXECUTED and agreement.kind != Agreement.Kind.AMENDMENT
    if not is_renewed or agreement.terminated_on or agreement.successor_on:
        return None
    plan = plan_of(agreement, today=today)
    is_near = plan is not None and plan.last_day <= today + EXPIRES_SOON
    return plan if plan and (is_near or plan.is_due or plan.successor) else None
