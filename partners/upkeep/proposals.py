"""Proposing a change to a service, and deciding on it.

Until somebody who may has accepted, nothing of the service is touched: what was approved last stays public. Accepting
is an edit, not a confirmation, unless whoever accepts says so too.
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

from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.editing.versions import demand_version
from onestop.history.tracking import recorded
from onestop.notices.messages import Message
from onestop.notices.notify import notify, notify_many
from partners.models import ConfirmationRequest, Membership, OrganizationProposal, Proposal, Role, Service
from partners.upkeep import confirmation_requests, services
from partners.upkeep.withdrawals import take_back_proposal

# Who pays for a service, and who sees it, only those decide who keep it.
PROPOSED = tuple(name for name in services.FACTS if name not in ("funding_sources", "is_public"))
Status = Proposal.Status


class CannotPropose(Refused):
    """Nothing can be proposed like this."""


class CannotDecide(Refused):
    """The proposal is decided, or says nothing that could be accepted."""


class LookAgain(Refused):
    """Somebody has changed the same field since the decider looked."""


# ---------------------------------------------------------------- Proposing
@recorded
def propose_change(
    service: Service, *, facts: Mapping[str, Any], note: str, version: str = "", by: User, at: datetime
) -> Proposal:
    """Propose that a service should say something else.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotPropose: if nothing differs, the service is archived, or the person has proposed the same already.
    """
    demand_version(service, services.SERVICE_LINKS, version)
    before, after = _differing(service, facts)
    if service.proposals.open().filter(proposed_by=by, after=after).exists():
        raise CannotPropose("You have proposed this already; it waits for an answer.")
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
    """Propose a change by the link that asked whether the service is still right.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotAnswer: if the link works no more.
    :raises CannotPropose: if nothing differs, the service is archived, or the same is proposed already.
    """
    with confirmation_requests.signed_by_link(request):
        # Lock: a double press must not propose the same twice.
        request = confirmation_requests.lock_to_answer(request, by=by, at=at)
        demand_version(service, services.SERVICE_LINKS, version)
        before, after = _differing(service, facts)
        if service.proposals.open().filter(request=request, after=after).exists():
            raise CannotPropose("You have written this already; it waits for an answer.")
        proposal = Proposal.objects.create(
            service=service, before=before, after=after, note=note.strip(),
            request=request, proposed_by=by, proposer_name=request.name, proposed_at=at,
        )  # fmt: skip
        tell_who_decides(proposal, at=at)
        return proposal


def _differing(service: Service, facts: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    if service.is_archived or service.partnership.is_archived:
        raise CannotPropose("This service is not offered any more.")
    after = {name: facts[name] for name in PROPOSED if name in facts and facts[name] != getattr(service, name)}
    if not after:
        raise CannotPropose("Nothing is different from what it says now. Change what is wrong, then send it.")
    return {name: getattr(service, name) for name in after}, after


def tell_who_decides(proposal: Proposal, *, at: datetime) -> None:
    """Tell the partner's managers, or without one the area's staff, that a proposal waits; not who made it."""
    partnership = proposal.service.partnership
    name, area = partnership.organization.name, partnership.area
    seats = _seats(Role.MANAGER, partnership=partnership.pk)
    why = f"You keep the services of {name} in {area}."
    if not seats:
        seats = _seats(Role.STAFF, area=partnership.area_id)
        why = f"{name} has no manager with an account here, and you are staff of {area}."
    people = {seat.user_id: seat.user for seat in seats if seat.user != proposal.proposed_by}
    told = {"proposal": proposal, "service": proposal.service, "labels": labels_of(proposal.after)}
    notify_many(
        [
            Message(
                kind="partners.proposal_made",
                key=f"proposal-made:{proposal.pk}:{person.pk}",
                to=person,
                about=[proposal, proposal.service, partnership],
                scope=area,
                why=why,
                path=reverse("partners:proposal_detail", args=[proposal.pk]),
                zone=area.zone,
                context=told,
            )
            for person in people.values()
        ],
        at=at,
    )


def _seats(role: Role, **place: int) -> list[Membership]:
    seats = Membership.objects.current().filter(role=role, user__is_active=True, **place)
    return list(seats.select_related("user").order_by("since", "pk"))


# ---------------------------------------------------------------- What it says
@dataclass(frozen=True)
class Difference:
    """One field of a proposal: what it said then, says now, and should say, in words; and whether it still fits."""

    name: str
    label: str
    before: str
    now: str
    after: str
    standing: str  # fits, same (it says so already) or conflict (somebody else has changed it)
    mark: str

    @property
    def conflicts(self) -> bool:
        """Whether somebody else has changed the same field since."""
        return self.standing == "conflict"


def differences_of(proposal: Proposal | OrganizationProposal, names: Collection[str] = PROPOSED) -> list[Difference]:
    """Return the fields of a proposal beside what its subject says now. Needs its service or organization."""
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
    """Return the names of fields as people know them, in the order of the form."""
    return [
        str(Service._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        for name in PROPOSED
        if name in names
    ]


def mark_of(value: Any) -> str:
    """Return a short mark of a value, which is another one when the value changes."""
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
    """Write the named fields of a proposal into its service, and tell who proposed it.

    ``seen`` holds the mark (``mark_of``) of what each of these fields said when the decider looked.

    :raises CannotDecide: if it is decided already, or nothing of it was named.
    :raises LookAgain: if one of these fields has changed since.
    :raises CannotKeepService: if the service is archived.
    """
    proposal = _lock(proposal)
    names = [name for name in proposal.after if name in take and name in PROPOSED]
    if not names:
        raise CannotDecide("Nothing is ticked. Tick what you accept, or decline it all with a reason.")
    # Lock: what the decider has seen must still be what is overwritten.
    service = Service.objects.select_for_update(of=("self",)).get(pk=proposal.service_id)
    if moved := [name for name in names if seen.get(name) != mark_of(getattr(service, name))]:
        raise LookAgain(f"Somebody has just changed this: {', '.join(labels_of(moved))}. Look again, then decide.")
    with pghistory.context(proposed_by=proposal.proposer_name):
        facts = {name: proposal.after[name] for name in names}
        services.update_service(service, facts=facts, confirm=confirm, by=by, at=at)
        return _decide(proposal, Status.ACCEPTED, taken=names, answer=answer, by=by, at=at)


@recorded
def decline_proposal(proposal: Proposal, *, answer: str, by: User, at: datetime) -> Proposal:
    """Leave the service as it is, and tell who proposed it why.

    :raises CannotDecide: if it is decided already, or there is no reason.
    """
    proposal = _lock(proposal)
    if not answer.strip():
        raise CannotDecide("Say why, in a sentence: it goes to who proposed it.", field="answer")
    return _decide(proposal, Status.DECLINED, answer=answer, by=by, at=at)


@recorded
def withdraw_proposal(proposal: Proposal, *, by: User, at: datetime) -> Proposal:
    """Take back one's own proposal before anybody has decided.

    :raises CannotDecide: if it is decided already.
    """
    proposal = _lock(proposal)
    proposal.status, proposal.decided_by, proposal.decided_at = Status.WITHDRAWN, by, at
    proposal.save(update_fields=["status", "decided_by", "decided_at"])
    take_back_proposal(proposal, why="The proposal was taken back.")
    return proposal


def _lock(proposal: Proposal) -> Proposal:
    # Lock: of two who decide at once, the second must be told what the first has decided.
    rows = Proposal.objects.select_for_update(of=("self",)).select_related(
        "service__partnership__area", "service__partnership__organization", "proposed_by", "request", "decided_by"
    )
    proposal = rows.get(pk=proposal.pk)
    if proposal.status != Status.OPEN:
        raise CannotDecide(f"{proposal.decided_by} has decided already: {proposal.get_status_display().lower()}.")
    return proposal


def _decide(
    proposal: Proposal, status: str, *, taken: Collection[str] = (), answer: str, by: User, at: datetime
) -> Proposal:
    proposal.status, proposal.taken, proposal.answer = status, list(taken), answer.strip()
    proposal.decided_by, proposal.decided_at = by, at
    proposal.save(update_fields=["status", "taken", "answer", "decided_by", "decided_at"])
    take_back_proposal(proposal, why=f"{by.name} has decided.")
    tell_proposer(proposal, at=at)
    return proposal


def tell_proposer(proposal: Proposal, *, at: datetime) -> None:
    """Tell who made a proposal what was decided and by whom; nobody who has decided about their own."""
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
        why="You proposed this change.",
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
