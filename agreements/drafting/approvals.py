"""The approvals that each party needs on the way to signature, and which party decides when all can sign."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from agreements.drafting.locking import CannotDraft
from agreements.models import Agreement, ApprovalStep, Party
from onestop.accounts.models import User
from onestop.editing.versions import apply_facts, demand_version
from onestop.history.tracking import recorded
from onestop.ui.charts import Span, Timeline
from onestop.ui.presentation import shortday

FACTS = ("party", "name", "planned_on", "done_on", "note")
OPEN = (Agreement.Status.DRAFT, Agreement.Status.REVIEW, Agreement.Status.SIGNING)
MOST_STEPS = 500


# ---------------------------------------------------------------- Recording
@recorded
def add_step(agreement: Agreement, *, facts: Mapping[str, Any], by: User | None, at: datetime) -> ApprovalStep:
    """Add an approval.

    :raises CannotDraft: if the agreement is executed or given up, or the approval is dated in the future.
    """
    agreement = _lock_open(agreement)
    if agreement.approval_steps.current().count() >= MOST_STEPS:
        raise CannotDraft(_("An agreement can have %(number)s approvals at most.") % {"number": MOST_STEPS})
    step = ApprovalStep(agreement=agreement, **{name: facts[name] for name in FACTS if name in facts})
    _check(step, at)
    step.save()
    return step


@recorded
def plan_steps(
    agreement: Agreement, planned: Iterable[tuple[Party, str, date]], *, by: User | None, at: datetime
) -> list[ApprovalStep]:
    """Add several approvals at once: of which party, what, and for which day they are planned.

    :raises CannotDraft: if the agreement is executed or given up.
    """
    agreement = _lock_open(agreement)
    return ApprovalStep.objects.bulk_create(
        ApprovalStep(agreement=agreement, party=party, name=name, planned_on=day) for party, name, day in planned
    )


@recorded
def update_step(
    step: ApprovalStep, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> ApprovalStep:
    """Edit an approval, or record on which day it was given.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotDraft: if the agreement is executed or given up, or the approval is dated in the future.
    """
    step = _lock(step)
    demand_version(step, (), version)
    names = apply_facts(step, {name: facts[name] for name in FACTS if name in facts})
    _check(step, at)
    if names:
        step.save()
    return step


@recorded
def remove_step(step: ApprovalStep, *, by: User | None, at: datetime) -> None:
    """Remove an approval; it can be restored.

    :raises CannotDraft: if the agreement is executed or given up.
    """
    step = _lock(step)
    if not step.is_archived:
        step.archived_at = at
        step.save(update_fields=["archived_at"])


@recorded
def restore_step(step: ApprovalStep, *, by: User | None, at: datetime) -> None:
    """Restore a removed approval.

    :raises CannotDraft: if the agreement is executed or given up.
    """
    step = _lock(step)
    if step.is_archived:
        step.archived_at = None
        step.save(update_fields=["archived_at"])


def _lock_open(agreement: Agreement) -> Agreement:
    locked = Agreement.objects.select_for_update(no_key=True).select_related("area__state").get(pk=agreement.pk)
    if locked.status not in OPEN:
        raise CannotDraft(_("Approvals are recorded until an agreement is executed."))
    return locked


def _lock(step: ApprovalStep) -> ApprovalStep:
    _lock_open(step.agreement)
    return ApprovalStep.objects.select_related("agreement__area", "party").get(pk=step.pk)


def _check(step: ApprovalStep, at: datetime) -> None:
    if step.party.agreement_id != step.agreement_id or step.party.is_archived:
        raise CannotDraft(_("Choose a party of this agreement."), field="party")
    if step.done_on and step.done_on > at.astimezone(step.agreement.area.zone).date():
        raise CannotDraft(_("This day is in the future. Enter it under “Planned for”."), field="done_on")


# ---------------------------------------------------------------- The path
@dataclass(frozen=True)
class PartyPath:
    """The approvals of one party, and on which day it can sign at the earliest."""

    party: Party
    steps: Sequence[ApprovalStep]
    today: date

    @property
    def open(self) -> list[ApprovalStep]:
        """The approvals that are not given yet."""
        return [step for step in self.steps if step.done_on is None]

    @property
    def late(self) -> list[ApprovalStep]:
        """The approvals that were planned for a day in the past and are not given."""
        return [step for step in self.open if step.planned_on < self.today]

    @property
    def ready_on(self) -> date:
        """The day of its last approval; one that is late is not given before today."""
        return max(step.done_on or max(step.planned_on, self.today) for step in self.steps)


@dataclass(frozen=True)
class Path:
    """The way of an agreement to signature."""

    agreement: Agreement
    parties: Sequence[PartyPath]
    today: date

    @property
    def critical(self) -> PartyPath | None:
        """The party that keeps the others waiting: the one with open approvals that is ready last."""
        waiting = [each for each in self.parties if each.open]
        return max(waiting, key=lambda each: each.ready_on) if waiting else None

    @property
    def sentence(self) -> str:
        """When all parties can sign, and who decides it."""
        last = self.critical
        if last is None:
            return _("All approvals are given.")
        words = {"party": last.party, "day": shortday(last.ready_on), "approval": last.open[-1].name}
        begins = self.agreement.effective_on
        if begins and last.ready_on > begins:
            words["days"] = str((last.ready_on - begins).days)
            text = _("%(party)s is last: %(approval)s on %(day)s, %(days)s days after the effective date.")
        else:
            text = _("%(party)s is last: %(approval)s on %(day)s.")
        return text % words

    @property
    def timeline(self) -> Timeline | None:
        """The approvals of each party as a chart; nothing if there are none."""
        if not self.parties:
            return None
        days = [day for each in self.parties for step in each.steps for day in (step.planned_on, step.done_on) if day]
        days += [self.today, *([self.agreement.effective_on] if self.agreement.effective_on else [])]
        return Timeline(
            title=_("Path to signature"),
            say=self.sentence,
            rows=[(str(each.party), list(self._spans(each, min(days)))) for each in self.parties],
            first=min(days),
            last=max(days),
            today=self.today,
        )

    def _spans(self, path: PartyPath, first: date) -> Iterable[Span]:
        begins = first
        for step in path.steps:
            ends = step.done_on or max(step.planned_on, begins)
            decides = path == self.critical and step == path.open[-1]
            look = "" if step.done_on else "now" if decides or step in path.late else "rest"
            yield Span(min(begins, ends), ends, step.name, look)
            begins = ends


def path_of(agreement: Agreement, *, today: date) -> Path:
    """Return the way of an agreement to signature; one query."""
    by_party: dict[Party, list[ApprovalStep]] = defaultdict(list)
    for step in agreement.approval_steps.current().in_order():
        by_party[step.party].append(step)
    return Path(agreement, [PartyPath(party, steps, today) for party, steps in by_party.items()], today)
