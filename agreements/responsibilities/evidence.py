"""Record evidence that a promise is kept."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from agreements.models import Agreement, Evidence, Promise
from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.editing.versions import apply_facts, demand_version
from onestop.files.storing import demand_usable
from onestop.history.tracking import recorded

FACTS = ("happened_on", "text", "quantity", "file")
COUNTED = (Promise.Kind.HOURS, Promise.Kind.PERSONS)
MOST_EVIDENCE = 1_000  # of one promise
# Evidence for the last program year may come after the end of the agreement.
SIGNED = (Agreement.Status.EXECUTED, Agreement.Status.TERMINATED, Agreement.Status.SUPERSEDED)


class CannotRecord(Refused):
    """Evidence cannot be recorded like this; the message says why."""


@recorded
def add_evidence(promise: Promise, *, facts: Mapping[str, Any], by: User | None, at: datetime) -> Evidence:
    """Record evidence for a promise.

    :raises CannotRecord: if the agreement is not executed, the day is outside of it, or the number does not fit.
    :raises CannotUseFile: if the file cannot belong to it.
    """
    promise = _lock(promise)
    if promise.evidence.current().count() >= MOST_EVIDENCE:
        words = _("A promise can have %(number)s pieces of evidence at most. Record sums of several days.")
        raise CannotRecord(words % {"number": MOST_EVIDENCE})
    evidence = Evidence(agreement=promise.agreement, promise=promise, by=by, at=at)
    _set(evidence, facts, by=by, at=at)
    evidence.save()
    return evidence


@recorded
def update_evidence(
    evidence: Evidence, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> Evidence:
    """Edit evidence.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotRecord: if the agreement is not executed, the day is outside of it, or the number does not fit.
    :raises CannotUseFile: if the file cannot belong to it.
    """
    evidence = _lock_evidence(evidence)
    demand_version(evidence, (), version)
    if names := _set(evidence, facts, by=by, at=at):
        evidence.save(update_fields=names)
    return evidence


@recorded
def remove_evidence(evidence: Evidence, *, by: User | None, at: datetime) -> None:
    """Remove evidence; it can be restored.

    :raises CannotRecord: if the agreement is not executed.
    """
    evidence = _lock_evidence(evidence)
    if not evidence.is_archived:
        evidence.archived_at = at
        evidence.save(update_fields=["archived_at"])


@recorded
def restore_evidence(evidence: Evidence, *, by: User | None, at: datetime) -> None:
    """Restore removed evidence.

    :raises CannotRecord: if the agreement is not executed.
    """
    evidence = _lock_evidence(evidence)
    if evidence.is_archived:
        evidence.archived_at = None
        evidence.save(update_fields=["archived_at"])


def _lock(promise: Promise) -> Promise:
    # Lock: of two edits of the same evidence the second sees the first, and the limit holds.
    rows = Promise.objects.select_for_update(no_key=True, of=("self",))
    locked = rows.select_related("agreement__area__state", "party").get(pk=promise.pk)
    if locked.agreement.status not in SIGNED:
        raise CannotRecord(_("Evidence is recorded once the agreement is executed."))
    return locked


def _lock_evidence(evidence: Evidence) -> Evidence:
    promise = _lock(evidence.promise)
    locked = Evidence.objects.select_related("file").get(pk=evidence.pk)
    locked.promise, locked.agreement = promise, promise.agreement
    return locked


def _set(evidence: Evidence, facts: Mapping[str, Any], *, by: User | None, at: datetime) -> list[str]:
    demand_usable(facts.get("file"), evidence, "file", by=by)
    names = apply_facts(evidence, {name: facts[name] for name in FACTS if name in facts})
    agreement, promise = evidence.agreement, evidence.promise
    if not evidence.text.strip():
        raise CannotRecord(_("Say what shows that the promise is kept."), field="text")
    if evidence.happened_on > at.astimezone(agreement.area.zone).date():
        raise CannotRecord(_("This day is in the future."), field="happened_on")
    if agreement.effective_on and evidence.happened_on < agreement.effective_on:
        raise CannotRecord(_("The agreement was not in force yet on this day."), field="happened_on")
    if evidence.quantity is None:
        return names
    if promise.kind not in COUNTED:
        raise CannotRecord(_("Only hours and persons have a number."), field="quantity")
    if evidence.quantity <= 0:
        raise CannotRecord(_("Enter a number above zero."), field="quantity")
    if promise.kind == Promise.Kind.PERSONS and evidence.quantity % 1:
        raise CannotRecord(_("Enter a whole number of persons."), field="quantity")
    return names
