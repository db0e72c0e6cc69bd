"""Propose a change to an organization that is a partner in several areas, and decide on it.

The people of one area cannot change details that all areas share. They propose a change; organization-wide managers
or the state decide.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse

from onestop.accounts.models import User
from onestop.editing.versions import demand_version
from onestop.history.tracking import recorded
from onestop.notices.messages import Message
from onestop.notices.notify import notify, notify_many
from onestop.ui.sentences import retold as _
from partners.models import Membership, Organization, OrganizationProposal, Role
from partners.models.people import MembershipQuerySet
from partners.network import partnerships
from partners.network.partnerships import ORGANIZATION_FACTS
from partners.upkeep import proposed_changes
from partners.upkeep.proposed_changes import ProposalKind

MADE, DECIDED = "partners.organization_proposal_made", "partners.organization_proposal_decided"


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
    return proposed_changes.propose(KIND, organization, facts=facts, note=note, by=by, name=by.name, at=at)


def labels_of(names: Collection[str]) -> list[str]:
    """Return the labels of fields, in the order of the form."""
    return KIND.labels_of(names)


# ---------------------------------------------------------------- Deciding
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

    :raises CannotDecide: if it is decided already, or no field was named.
    :raises LookAgain: if one of these fields has changed since it was ``seen``.
    :raises NameTaken: if another organization of the state has the name.
    """

    def update(organization: Organization, facts: dict[str, Any]) -> None:
        partnerships.update_organization(organization, facts=facts, by=by, at=at)

    return proposed_changes.accept(KIND, proposal, take=take, seen=seen, update=update, answer=answer, by=by, at=at)


@recorded
def decline_proposal(proposal: OrganizationProposal, *, answer: str, by: User, at: datetime) -> OrganizationProposal:
    """Decline a proposal, and notify its proposer of the reason.

    :raises CannotDecide: if it is decided already, or the reason is missing.
    """
    return proposed_changes.decline(KIND, proposal, answer=answer, by=by, at=at)


@recorded
def withdraw_proposal(proposal: OrganizationProposal, *, by: User, at: datetime) -> OrganizationProposal:
    """Withdraw one's own proposal before it is decided.

    :raises CannotDecide: if it is decided already.
    """
    return proposed_changes.withdraw(KIND, proposal, by=by, at=at)


# ---------------------------------------------------------------- Notices
def _notify_deciders(proposal: OrganizationProposal, *, at: datetime) -> None:
    organization = proposal.organization
    seats = seats_that_decide(proposal).exclude(user=proposal.proposed_by)
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


def seats_that_decide(proposal: OrganizationProposal) -> MembershipQuerySet:
    """Return the seats of the organization-wide managers and the state's administrators."""
    organization = proposal.organization
    who = Q(role=Role.MANAGER, organization=organization) | Q(role=Role.STATE, state=organization.state_id)
    seats: MembershipQuerySet = Membership.objects.current().filter(who, user__is_active=True)
    return seats


def _why(seat: Membership, organization: Organization) -> str:
    if seat.organization_id:
        return _("You manage %(organization)s.") % {"organization": organization.name}
    return _("You administer %(state)s.") % {"state": organization.state.name}


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
            "is_accepted": proposal.status == OrganizationProposal.Status.ACCEPTED,
            "taken": labels_of(proposal.taken),
            "left": labels_of(set(proposal.after) - set(proposal.taken)),
        },
    )


KIND = ProposalKind(
    model=OrganizationProposal,
    subject="organization",
    names=ORGANIZATION_FACTS,
    related=("organization__state", "proposed_by", "decided_by"),
    made=MADE,
    notify_deciders=_notify_deciders,
    notify_proposer=_notify_proposer,
)
