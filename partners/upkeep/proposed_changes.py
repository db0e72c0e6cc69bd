"""The life of a proposed change, whatever it is about: pending, then approved, declined or withdrawn.

Nothing changes before the proposal is approved. Of two who decide at once, the second is told what the first decided.
The modules of a subject (services, organizations) say who decides and who is notified.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.notices import outbox
from onestop.notices.models import Notice
from partners.models import OrganizationProposal, Proposal

Status = Proposal.Status
AnyProposal = Proposal | OrganizationProposal
REASON = "note"  # what is accepted of a proposal that names no field
P = TypeVar("P", Proposal, OrganizationProposal)


class CannotPropose(Refused):
    """A change cannot be proposed like this."""


class CannotDecide(Refused):
    """The proposal is decided already, or the decision is incomplete."""


class LookAgain(Refused):
    """Somebody has changed the same field since the decider opened the page."""


@dataclass(frozen=True)
class ProposalKind(Generic[P]):
    """What proposals about one subject have in common."""

    model: type[P]
    subject: str  # the name of the column that leads to what would change
    names: tuple[str, ...]  # the fields that may be proposed, in the order of their form
    related: tuple[str, ...]  # what notices and pages need
    made: str  # the type of notice to who decides
    notify_deciders: Callable[..., None]
    notify_proposer: Callable[..., None]

    @property
    def subjects(self) -> Any:
        """The table of what would change."""
        return self.model._meta.get_field(self.subject).related_model

    def labels_of(self, names: Collection[str]) -> list[str]:
        """Return the labels of fields, in the order of the form."""
        return labels_of(self.subjects, self.names, names)


# ---------------------------------------------------------------- Proposing
def propose(
    kind: ProposalKind[P],
    subject: models.Model,
    *,
    facts: Mapping[str, Any],
    note: str,
    by: User | None,
    name: str,
    at: datetime,
    **origin: Any,
) -> P:
    """Record a proposal, and notify those who decide. ``origin`` is by what it came, if not by its author's account.

    :raises CannotPropose: if nothing differs, or the same change was proposed already.
    """
    after = {key: facts[key] for key in kind.names if key in facts and facts[key] != getattr(subject, key)}
    if not after:
        raise CannotPropose(_("You have not changed anything. Correct what is wrong, then submit it."))
    rows: Any = kind.model.objects
    same = origin or {"proposed_by": by}
    if rows.open().filter(**{kind.subject: subject}, after=after, **same).exists():
        raise CannotPropose(_("You have already proposed this change. It is pending."))
    proposal: P = rows.create(
        **{kind.subject: subject}, before={key: getattr(subject, key) for key in after}, after=after, note=note.strip(),
        proposed_by=by, proposer_name=name, proposed_at=at, **origin,
    )  # fmt: skip
    kind.notify_deciders(proposal, at=at)
    return proposal


# ---------------------------------------------------------------- Deciding
def accept(
    kind: ProposalKind[P],
    proposal: P,
    *,
    take: Collection[str],
    seen: Mapping[str, str],
    update: Callable[[Any, dict[str, Any]], Any],
    answer: str = "",
    by: User,
    at: datetime,
) -> P:
    """Apply the named fields of a proposal to its subject by ``update``, and notify its proposer.

    ``seen`` holds the fingerprint (``mark_of``) of each of these fields when the decider opened the page.

    :raises CannotDecide: if it is decided already, or no field was named.
    :raises LookAgain: if one of these fields has changed since.
    """
    proposal = lock(kind, proposal)
    if not proposal.after:  # a report in words: whoever decides has corrected the service on its own page
        return _close(kind, proposal, Status.ACCEPTED, taken=[REASON], answer=answer, by=by, at=at)
    names = [name for name in proposal.after if name in take and name in kind.names]
    if not names:
        raise CannotDecide(_("Select the changes to approve, or decline the proposal with a reason."))
    # Lock: the values that the decider has seen must be those that are overwritten.
    rows = kind.subjects.objects.select_for_update(of=("self",))
    subject = rows.get(pk=getattr(proposal, f"{kind.subject}_id"))
    if moved := [name for name in names if seen.get(name) != mark_of(getattr(subject, name))]:
        labels = ", ".join(kind.labels_of(moved))
        raise LookAgain(_("Someone has just changed: %(labels)s. Review it again, then decide.") % {"labels": labels})
    with pghistory.context(proposed_by=proposal.proposer_name):
        update(subject, {name: proposal.after[name] for name in names})
        return _close(kind, proposal, Status.ACCEPTED, taken=names, answer=answer, by=by, at=at)


def decline(kind: ProposalKind[P], proposal: P, *, answer: str, by: User, at: datetime) -> P:
    """Decline a proposal, and notify its proposer of the reason.

    :raises CannotDecide: if it is decided already, or the reason is missing.
    """
    proposal = lock(kind, proposal)
    if not answer.strip():
        raise CannotDecide(_("Enter a reason. It is sent to the person who proposed the change."), field="answer")
    return _close(kind, proposal, Status.DECLINED, answer=answer, by=by, at=at)


def withdraw(kind: ProposalKind[P], proposal: P, *, by: User, at: datetime) -> P:
    """Withdraw a proposal before it is decided.

    :raises CannotDecide: if it is decided already.
    """
    return _close(kind, lock(kind, proposal), Status.WITHDRAWN, by=by, at=at)


def lock(kind: ProposalKind[P], proposal: P) -> P:
    """Return a pending proposal, locked until the decision is written.

    :raises CannotDecide: if it is decided already.
    """
    # Lock: of two who decide at once, the second must see the decision of the first.
    rows: Any = kind.model.objects.select_for_update(of=("self",)).select_related(*kind.related)
    locked: P = rows.get(pk=proposal.pk)
    if locked.status != Status.OPEN:
        raise CannotDecide(
            _("%(name)s has already decided. Status: %(status)s.")
            % {"name": locked.decided_by, "status": locked.get_status_display()}
        )
    return locked


def _close(
    kind: ProposalKind[P],
    proposal: P,
    status: str,
    *,
    taken: Collection[str] = (),
    answer: str = "",
    by: User,
    at: datetime,
) -> P:
    proposal.status, proposal.taken, proposal.answer = status, list(taken), answer.strip()
    proposal.decided_by, proposal.decided_at = by, at
    proposal.save(update_fields=["status", "taken", "answer", "decided_by", "decided_at"])
    if status == Status.WITHDRAWN:
        withdraw_requests(kind, proposal, why=_("The proposal was withdrawn."))
    else:
        withdraw_requests(kind, proposal, why=_("%(name)s decided on the proposal.") % {"name": by.name})
        kind.notify_proposer(proposal, at=at)
    return proposal


def withdraw_requests(kind: ProposalKind[P], proposal: P, *, why: str) -> None:
    """Withdraw the queued requests to decide on a proposal."""
    outbox.withdraw(Notice.objects.filter(kind=kind.made).about(proposal), why=why)


# ---------------------------------------------------------------- Differences
@dataclass(frozen=True)
class Difference:
    """One field of a proposal: its value then, now and as proposed, in words; and whether the change still applies."""

    name: str
    label: str
    before: str
    now: str
    after: str
    standing: str  # fits, same (has the proposed value already) or conflict (somebody else has changed it)
    mark: str

    @property
    def conflicts(self) -> bool:
        """Whether somebody else has changed the same field since."""
        return self.standing == "conflict"


def differences_of(kind: ProposalKind[P], proposal: P) -> list[Difference]:
    """Return the fields of a proposal with the current values of its subject. Needs its subject."""
    return [_difference(proposal, name) for name in proposal.after if name in kind.names]


def _difference(proposal: AnyProposal, name: str) -> Difference:
    column: Any = proposal.subject._meta.get_field(name)
    now, before, after = getattr(proposal.subject, name), proposal.before.get(name), proposal.after[name]
    standing = "same" if now == after else "fits" if now == before else "conflict"
    return Difference(
        name=name,
        label=capfirst(str(column.verbose_name)),
        before=_in_words(column, before),
        now=_in_words(column, now),
        after=_in_words(column, after),
        standing=standing,
        mark=mark_of(now),
    )


def labels_of(model: Any, order: Collection[str], names: Collection[str]) -> list[str]:
    """Return the labels of some fields of a table, in an order."""
    return [str(model._meta.get_field(name).verbose_name) for name in order if name in names]


def mark_of(value: Any) -> str:
    """Return a fingerprint of a value, which changes when the value changes."""
    return hashlib.blake2s(json.dumps(value).encode(), digest_size=8).hexdigest()


def _in_words(column: Any, value: Any) -> str:
    if isinstance(column, ArrayField):
        choices = dict(column.base_field.flatchoices)
        return ", ".join(str(choices.get(item, item)) for item in value or ())
    if isinstance(column, models.BooleanField):
        return _("Yes") if value else _("No")
    return str(dict(column.flatchoices).get(value, value or "")) if column.choices else str(value or "")
