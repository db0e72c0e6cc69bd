"""Propose a change to an organization that is a partner in several areas, and decide on it.

The people of one area cannot change details that all areas share. They propose a change; organization-wide managers
or the state decide.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import pghistory
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from onestop.accounts.models import User
from onestop.editing.versions import demand_version
from onestop.history.tracking import recorded
from onestop.notices import outbox
from onestop.notices.messages import Message
from onestop.notices.models import Notice
from onestop.notices.notify import notify, notify_many
from partners.models import Membership, Organization, OrganizationProposal, Role
from partners.network import partnerships
from partners.network.partnerships import ORGANIZATION_FACTS
from partners.upkeep.proposals import CannotDecide, CannotPropose, LookAgain, mark_of

MADE, DECIDED = "partners.organization_proposal_made", "partners.organization_proposal_decided"
Status = OrganizationProposal.Status


@recorded
def propose_change(
    organization: Organization, *, facts: Mapping[str, Any], note: str, version: str = "", by: User, at: datetime
) -> OrganizationProposal:
    """Propose a change to the details of an organization, and notify those who decide.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotPropose: if nothing differs, or the person has already proposed the same.
    """
    # Lock: a double submission must not create two proposals.
    organization = Organization.objects.select_for_update(of=("self",)).select_related("state").get(pk=organization.pk)
    demand_version(organization, (), version)
    after = {name: facts[name] for name in ORGANIZATION_FACTS if facts.get(name, "") != getattr(organization, name)}
    if not after:
        raise CannotPropose(_("You have not changed anything. Correct what is wrong, then submit it."))
    if organization.proposals.open().filter(proposed_by=by, after=after).exists():
        raise CannotPropose(_("You have already proposed this change. It is pending."))
    proposal = OrganizationProposal.objects.create(
        organization=organization,
        before={name: getattr(organization, name) for name in after},
        after=after,
        note=note.strip(),
        proposed_by=by,
        proposer_name=by.name,
        proposed_at=at,
    )
    _notify_deciders(proposal, at=at)
    return proposal


def _notify_deciders(proposal: OrganizationProposal, *, at: datetime) -> None:
    organization = proposal.organization
    who = Q(role=Role.MANAGER, organization=organization) | Q(role=Role.STATE, state=organization.state_id)
    seats = Membership.objects.current().filter(who, user__is_active=True).exclude(user=proposal.proposed_by)
    people = {seat.user_id: seat for seat in seats.select_related("user").order_by("since", "pk")}
    notify_many(
        [
            Message(
                kind=MADE,
                key=f"organization-proposal-made:{proposal.pk}:{seat.user_id}",
                to=seat.user,
                about=[proposal, organization],
                why=_why(seat, organization),
                path=reverse("partners:organization_proposal", args=[proposal.pk]),
                context={"proposal": proposal, "organization": organization, "labels": labels_of(proposal.after)},
            )
            for seat in people.values()
        ],
        at=at,
    )


def _why(seat: Membership, organization: Organization) -> str:
    if seat.organization_id:
        return _("You manage %(organization)s.") % {"organization": organization.name}
    return _("You administer %(state)s.") % {"state": organization.state.name}


def labels_of(names: Collection[str]) -> list[str]:
    """Return the labels of fields, in the order of the form."""
    return [
        str(Organization._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        for name in ORGANIZATION_FACTS
        if name in names
    ]


@recorded
def accept_proposal(
    proposal: OrganizationProposal,
    *,
    take: Collection[str],
    seen: Mapping[str, str],
    answer: str = "",
    by: User,
    at: datetime,
) -> OrganizationProposal:
    """Apply the named fields of a proposal to its organization, and notify its proposer.

    ``seen`` holds the fingerprint (``mark_of``) of each of these fields when the decider opened the page.

    :raises CannotDecide: if it is decided already, or no field was named.
    :raises LookAgain: if one of these fields has changed since.
    :raises NameTaken: if another organization of the state has the name.
    """
    proposal = _lock(proposal)
    names = [name for name in proposal.after if name in take and name in ORGANIZATION_FACTS]
    if not names:
        raise CannotDecide(_("Select the changes to approve, or decline the proposal with a reason."))
    # Lock: the values that the decider has seen must be those that are overwritten.
    organization = Organization.objects.select_for_update().get(pk=proposal.organization_id)
    if moved := [name for name in names if seen.get(name) != mark_of(getattr(organization, name))]:
        labels = ", ".join(labels_of(moved))
        raise LookAgain(_("Someone has just changed: %(labels)s. Review it again, then decide.") % {"labels": labels})
    with pghistory.context(proposed_by=proposal.proposer_name):
        facts = {name: proposal.after[name] for name in names}
        partnerships.update_organization(organization, facts=facts, by=by, at=at)
        return _decide(proposal, Status.ACCEPTED, taken=names, answer=answer, by=by, at=at)


@recorded
def decline_proposal(proposal: OrganizationProposal, *, answer: str, by: User, at: datetime) -> OrganizationProposal:
    """Decline a proposal, and notify its proposer of the reason.

    :raises CannotDecide: if it is decided already, or the reason is missing.
    """
    proposal = _lock(proposal)
    if not answer.strip():
        raise CannotDecide(_("Enter a reason. It is sent to the person who proposed the change."), field="answer")
    return _decide(proposal, Status.DECLINED, answer=answer, by=by, at=at)


@recorded
def withdraw_proposal(proposal: OrganizationProposal, *, by: User, at: datetime) -> OrganizationProposal:
    """Withdraw one's own proposal before it is decided.

    :raises CannotDecide: if it is decided already.
    """
    return _decide(_lock(proposal), Status.WITHDRAWN, by=by, at=at)


def _lock(proposal: OrganizationProposal) -> OrganizationProposal:
    # Lock: of two who decide at once, the second must see the decision of the first.
    rows = OrganizationProposal.objects.select_for_update(of=("self",))
    proposal = rows.select_related("organization__state", "proposed_by", "decided_by").get(pk=proposal.pk)
    if proposal.status != Status.OPEN:
        raise CannotDecide(
            _("%(name)s has already decided. Status: %(status)s.")
            % {"name": proposal.decided_by, "status": proposal.get_status_display()}
        )
    return proposal


def _decide(
    proposal: OrganizationProposal,
    status: str,
    *,
    taken: Collection[str] = (),
    answer: str = "",
    by: User,
    at: datetime,
) -> OrganizationProposal:
    proposal.status, proposal.taken, proposal.answer = status, list(taken), answer.strip()
    proposal.decided_by, proposal.decided_at = by, at
    proposal.save(update_fields=["status", "taken", "answer", "decided_by", "decided_at"])
    outbox.withdraw(Notice.objects.filter(kind=MADE).about(proposal), why=_("The proposal was decided."))
    if status != Status.WITHDRAWN:
        _notify_proposer(proposal, at=at)
    return proposal


def _notify_proposer(proposal: OrganizationProposal, *, at: datetime) -> None:
    proposer = proposal.proposed_by
    if proposer is None or proposer == proposal.decided_by or not proposer.is_active:
        return
    notify(
        DECIDED,
        key=f"organization-proposal-decided:{proposal.pk}",
        to=proposer,
        at=at,
        about=[proposal, proposal.organization],
        why=_("You proposed this change."),
        path=reverse("partners:organization_proposal", args=[proposal.pk]),
        context={
            "proposal": proposal,
            "organization": proposal.organization,
            "by": proposal.decided_by,
            "is_accepted": proposal.status == Status.ACCEPTED,
            "taken": labels_of(proposal.taken),
            "left": labels_of(set(proposal.after) - set(proposal.taken)),
        },
    )
