"""Propose a change to a service, and decide on it.

The service does not change before the proposal is approved: its current details stay public. Approval is an edit, and
counts as a confirmation only if whoever approves confirms the other details too.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.editing.versions import demand_version
from onestop.history.tracking import recorded
from onestop.notices.messages import Message
from onestop.notices.notify import notify, notify_many
from partners.models import ConfirmationRequest, Membership, OrganizationProposal, Proposal, Role, Service
from partners.upkeep import confirmation_requests, services
from partners.upkeep.withdrawals import take_back_proposal

# Funding and visibility are decided only by those who may edit the service.
PROPOSED = tuple(name for name in services.FACTS if name not in ("funding_sources", "is_public"))
Status = Proposal.Status


class CannotPropose(Refused):
    """A change cannot be proposed like this."""


class CannotDecide(Refused):
    """The proposal is decided already, or the decision is incomplete."""


class LookAgain(Refused):
    """Somebody has changed the same field since the decider opened the page."""


# ---------------------------------------------------------------- Proposing
@recorded
def propose_change(
    service: Service, *, facts: Mapping[str, Any], note: str, version: str = "", by: User, at: datetime
) -> Proposal:
    """Propose a change to the details of a service.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotPropose: if nothing differs, the service is archived, or the person has already proposed the same.
    """
    demand_version(service, services.SERVICE_LINKS, version)
    before, after = _differing(service, facts)
    if service.proposals.open().filter(proposed_by=by, after=after).exists():
        raise CannotPropose(_("You have already proposed this change. It is pending."))
    proposal = Proposal.objects.create(
        service=service, before=before, after=after, note=note.strip(),
        proposed_by=by, proposer_name=by.name, proposed_at=at,
    )  # fmt: skip
    tell_who_decides(proposal, at=at)
    return proposal


@recorded
def propose_by_link(
    request: ConfirmationRequest,
    service: Service,
    *,
    facts: Mapping[str, Any],
    note: str,
    version: str = "",
    by: User | None,
    at: datetime,
) -> Proposal:
    """Propose a change by the emailed link that asked to confirm the service.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotAnswer: if the link no longer works.
    :raises CannotPropose: if nothing differs, the service is archived, or the same change was already proposed.
    """
    with confirmation_requests.signed_by_link(request):
        # Lock: a double submission must not propose the same change twice.
        request = confirmation_requests.lock_to_answer(request, by=by, at=at)
        demand_version(service, services.SERVICE_LINKS, version)
        before, after = _differing(service, facts)
        if service.proposals.open().filter(request=request, after=after).exists():
            raise CannotPropose(_("You have already submitted these changes. They are pending."))
        proposal = Proposal.objects.create(
            service=service, before=before, after=after, note=note.strip(),
            request=request, proposed_by=by, proposer_name=request.name, proposed_at=at,
        )  # fmt: skip
        tell_who_decides(proposal, at=at)
        return proposal


def _differing(service: Service, facts: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    if service.is_archived or service.partnership.is_archived:
        raise CannotPropose(_("This service is archived and cannot be changed."))
    after = {name: facts[name] for name in PROPOSED if name in facts and facts[name] != getattr(service, name)}
    if not after:
        raise CannotPropose(_("You have not changed anything. Correct what is wrong, then submit it."))
    return {name: getattr(service, name) for name in after}, after


def tell_who_decides(proposal: Proposal, *, at: datetime) -> None:
    """Notify the partner's managers, or if it has none the area's staff, of a proposal; never its proposer."""
    partnership = proposal.service.partnership
    name, area = partnership.organization.name, partnership.area
    seats = _seats(Role.MANAGER, partnership=partnership.pk)
    why = _("You manage the services of %(partner)s in %(area)s.")
    if not seats:
        seats = _seats(Role.STAFF, area=partnership.area_id)
        why = _("You are One-Stop staff in %(area)s, and %(partner)s has no manager with an account there.")
    people = {seat.user_id: seat.user for seat in seats if seat.user != proposal.proposed_by}
    context = {"proposal": proposal, "service": proposal.service, "labels": labels_of(proposal.after)}
    notify_many(
        [
            Message(
                kind="partners.proposal_made",
                key=f"proposal-made:{proposal.pk}:{person.pk}",
                to=person,
                about=[proposal, proposal.service, partnership],
                scope=area,
                why=why % {"partner": name, "area": area},
                path=reverse("partners:proposal_detail", args=[proposal.pk]),
                zone=area.zone,
                context=context,
            )
            for person in people.values()
        ],
        at=at,
    )


def _seats(role: Role, **place: int) -> list[Membership]:
    seats = Membership.objects.current().filter(role=role, user__is_active=True, **place)
    return list(seats.select_related("user").order_by("since", "pk"))


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


def differences_of(proposal: Proposal | OrganizationProposal, names: Collection[str] = PROPOSED) -> list[Difference]:
    """Return the fields of a proposal with the current values of its subject. Needs its service or organization."""
    return [_difference(proposal, name) for name in proposal.after if name in names]


def _difference(proposal: Proposal | OrganizationProposal, name: str) -> Difference:
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


def labels_of(names: Collection[str]) -> list[str]:
    """Return the labels of fields, in the order of the form."""
    return [
        str(Service._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        for name in PROPOSED
        if name in names
    ]


def mark_of(value: Any) -> str:
    """Return a fingerprint of a value, which changes when the value changes."""
    return hashlib.blake2s(json.dumps(value).encode(), digest_size=8).hexdigest()


def _in_words(column: Any, value: Any) -> str:
    if isinstance(column, ArrayField):
        choices = dict(column.base_field.flatchoices)
        return ", ".join(str(choices.get(item, item)) for item in value or ())
    return str(dict(column.flatchoices).get(value, value or "")) if column.choices else str(value or "")


# ---------------------------------------------------------------- Deciding
@recorded
def accept_proposal(
    proposal: Proposal,
    *,
    take: Collection[str],
    seen: Mapping[str, str],
    confirm: bool = False,
    answer: str = "",
    by: User,
    at: datetime,
) -> Proposal:
    """Apply the named fields of a proposal to its service, and notify its proposer.

    ``seen`` holds the fingerprint (``mark_of``) of each of these fields when the decider opened the page.

    :raises CannotDecide: if it is decided already, or no field was named.
    :raises LookAgain: if one of these fields has changed since.
    :raises CannotKeepService: if the service is archived.
    """
    proposal = _lock(proposal)
    names = [name for name in proposal.after if name in take and name in PROPOSED]
    if not names:
        raise CannotDecide(_("Select the changes to approve, or decline the proposal with a reason."))
    # Lock: the values that the decider has seen must be those that are overwritten.
    service = Service.objects.select_for_update(of=("self",)).get(pk=proposal.service_id)
    if moved := [name for name in names if seen.get(name) != mark_of(getattr(service, name))]:
        labels = ", ".join(labels_of(moved))
        raise LookAgain(_("Someone has just changed: %(labels)s. Review it again, then decide.") % {"labels": labels})
    with pghistory.context(proposed_by=proposal.proposer_name):
        facts = {name: proposal.after[name] for name in names}
        services.update_service(service, facts=facts, confirm=confirm, by=by, at=at)
        return _decide(proposal, Status.ACCEPTED, taken=names, answer=answer, by=by, at=at)


@recorded
def decline_proposal(proposal: Proposal, *, answer: str, by: User, at: datetime) -> Proposal:
    """Decline a proposal, and notify its proposer of the reason.

    :raises CannotDecide: if it is decided already, or the reason is missing.
    """
    proposal = _lock(proposal)
    if not answer.strip():
        raise CannotDecide(_("Enter a reason. It is sent to the person who proposed the change."), field="answer")
    return _decide(proposal, Status.DECLINED, answer=answer, by=by, at=at)


@recorded
def withdraw_proposal(proposal: Proposal, *, by: User, at: datetime) -> Proposal:
    """Withdraw one's own proposal before it is decided.

    :raises CannotDecide: if it is decided already.
    """
    proposal = _lock(proposal)
    proposal.status, proposal.decided_by, proposal.decided_at = Status.WITHDRAWN, by, at
    proposal.save(update_fields=["status", "decided_by", "decided_at"])
    take_back_proposal(proposal, why=_("The proposal was withdrawn."))
    return proposal


def _lock(proposal: Proposal) -> Proposal:
    # Lock: of two who decide at once, the second must see the decision of the first.
    rows = Proposal.objects.select_for_update(of=("self",)).select_related(
        "service__partnership__area", "service__partnership__organization", "proposed_by", "request", "decided_by"
    )
    proposal = rows.get(pk=proposal.pk)
    if proposal.status != Status.OPEN:
        raise CannotDecide(
            _("%(name)s has already decided. Status: %(status)s.")
            % {"name": proposal.decided_by, "status": proposal.get_status_display()}
        )
    return proposal


def _decide(
    proposal: Proposal, status: str, *, taken: Collection[str] = (), answer: str, by: User, at: datetime
) -> Proposal:
    proposal.status, proposal.taken, proposal.answer = status, list(taken), answer.strip()
    proposal.decided_by, proposal.decided_at = by, at
    proposal.save(update_fields=["status", "taken", "answer", "decided_by", "decided_at"])
    take_back_proposal(proposal, why=_("%(name)s decided on the proposal.") % {"name": by.name})
    tell_proposer(proposal, at=at)
    return proposal


def tell_proposer(proposal: Proposal, *, at: datetime) -> None:
    """Notify the proposer of the decision and who made it, unless they decided on their own proposal."""
    proposer, by, partnership = proposal.proposed_by, proposal.decided_by, proposal.service.partnership
    email = proposer.email if proposer else proposal.request.email if proposal.request else ""
    if not email or proposer == by or (proposer and not proposer.is_active):
        return
    notify(
        "partners.proposal_decided",
        key=f"proposal-decided:{proposal.pk}",
        to=proposer or email,
        at=at,
        about=[proposal, proposal.service, partnership],
        scope=partnership.area,
        why=_("You proposed this change."),
        path=reverse("partners:proposal_detail", args=[proposal.pk]) if proposer else "",
        zone=partnership.area.zone,
        context={
            "proposal": proposal,
            "service": proposal.service,
            "by": by,
            "is_accepted": proposal.status == Status.ACCEPTED,
            "taken": labels_of(proposal.taken),
            "left": labels_of(set(proposal.after) - set(proposal.taken)),
        },
    )
