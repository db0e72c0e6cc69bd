"""Propose a change to a service, and decide on it.

The service does not change before the proposal is approved: its current details stay public. Approval is an edit, and
counts as a confirmation only if whoever approves confirms the other details too.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import pghistory
from django.urls import reverse
from django.utils.translation import gettext_noop

from onestop.accounts import emailed_links
from onestop.accounts.models import User
from onestop.editing.versions import demand_version
from onestop.history.tracking import recorded
from onestop.notices.messages import Message
from onestop.notices.notify import notify, notify_many
from onestop.ui.sentences import retold as _
from partners.models import ConfirmationRequest, Membership, Proposal, Role, Service
from partners.upkeep import confirmation_requests, proposed_changes, services
from partners.upkeep.proposed_changes import CannotPropose, ProposalKind

# Funding, visibility and notes are decided only by those who may edit the service.
PROPOSED = tuple(name for name in services.FACTS if name not in ("funding_sources", "is_public", "notes"))
# Fields of which a visitor may report the correct value.
REPORTED = ("phone", "email", "website", "hours", "cost", "how_to_get_in", "documents")
MOST_REPORTS = 20  # pending for one service


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
    _demand_open(service)
    return proposed_changes.propose(KIND, service, facts=facts, note=note, by=by, name=by.name, at=at)


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
    with emailed_links.signed_by_link(request):
        # Lock: a double submission must not propose the same change twice.
        request = confirmation_requests.lock_to_answer(request, by=by, at=at)
        demand_version(service, services.SERVICE_LINKS, version)
        _demand_open(service)
        return proposed_changes.propose(
            KIND, service, facts=facts, note=note, by=by, name=request.name, at=at, request=request
        )


@recorded
def report_problem(
    service: Service, *, facts: Mapping[str, Any], note: str, name: str, email: str, by: None = None, at: datetime
) -> Proposal:
    """Record a problem that a visitor without an account reports, with the correct value of a field if they gave it.

    The same report again returns the first one.

    :raises CannotPropose: if the service is archived, or too many reports are pending.
    """
    # Lock: a double submission must not report twice, and the number of reports is limited.
    service = Service.objects.select_for_update(of=("self",)).select_related("partnership__area").get(pk=service.pk)
    _demand_open(service)
    after = {key: facts[key] for key in REPORTED if key in facts and facts[key] != getattr(service, key)}
    pending = service.proposals.open().filter(is_report=True)
    if same := pending.filter(after=after, note=note.strip()).first():
        return same
    if pending.count() >= MOST_REPORTS:
        raise CannotPropose(_("Several problems with this service were reported already. Call the partner instead."))
    with pghistory.context(proposed_by=name or gettext_noop("A visitor")):
        proposal = Proposal.objects.create(
            service=service, before={key: getattr(service, key) for key in after}, after=after, note=note.strip(),
            proposer_name=name.strip() or _("A visitor"), proposed_at=at, is_report=True, visitor_email=email,
        )  # fmt: skip
    tell_who_decides(proposal, at=at)
    return proposal


def _demand_open(service: Service) -> None:
    if service.is_archived or service.partnership.is_archived:
        raise CannotPropose(_("This service is archived and cannot be changed."))


def labels_of(names: Collection[str]) -> list[str]:
    """Return the labels of fields, in the order of the form."""
    return KIND.labels_of(names)


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

    :raises CannotDecide: if it is decided already, or no field was named.
    :raises LookAgain: if one of these fields has changed since it was ``seen``.
    :raises CannotKeepService: if the service is archived.
    """

    def update(service: Service, facts: dict[str, Any]) -> None:
        services.update_service(service, facts=facts, confirm=confirm, by=by, at=at)

    return proposed_changes.accept(KIND, proposal, take=take, seen=seen, update=update, answer=answer, by=by, at=at)


@recorded
def decline_proposal(proposal: Proposal, *, answer: str, by: User, at: datetime) -> Proposal:
    """Decline a proposal, and notify its proposer of the reason.

    :raises CannotDecide: if it is decided already, or the reason is missing.
    """
    return proposed_changes.decline(KIND, proposal, answer=answer, by=by, at=at)


@recorded
def withdraw_proposal(proposal: Proposal, *, by: User, at: datetime) -> Proposal:
    """Withdraw one's own proposal before it is decided.

    :raises CannotDecide: if it is decided already.
    """
    return proposed_changes.withdraw(KIND, proposal, by=by, at=at)


# ---------------------------------------------------------------- Notices
def tell_who_decides(proposal: Proposal, *, at: datetime) -> None:
    """Notify the partner's managers, or if it has none the area's staff, of a proposal; never its proposer."""
    partnership = proposal.service.partnership
    name, area = partnership.organization.name, partnership.area
    seats = seats_that_decide(proposal)
    why = _("You manage the services of %(partner)s in %(area)s.")
    if seats and seats[0].role == Role.STAFF:
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


def seats_that_decide(proposal: Proposal) -> list[Membership]:
    """Return the seats of the partner's managers or, if it has none, of the area's staff."""
    partnership = proposal.service.partnership
    managers = _seats(Role.MANAGER, partnership=partnership.pk)
    return managers or _seats(Role.STAFF, area=partnership.area_id)


def _seats(role: Role, **place: int) -> list[Membership]:
    seats = Membership.objects.current().filter(role=role, user__is_active=True, **place)
    return list(seats.select_related("user").order_by("since", "pk"))


def tell_proposer(proposal: Proposal, *, at: datetime) -> None:
    """Notify the proposer of the decision and who made it, unless they decided on their own proposal."""
    proposer, by, partnership = proposal.proposed_by, proposal.decided_by, proposal.service.partnership
    email = proposer.email if proposer else proposal.request.email if proposal.request else proposal.visitor_email
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
            "is_accepted": proposal.status == Proposal.Status.ACCEPTED,
            "taken": labels_of(proposal.taken),
            "left": labels_of(set(proposal.after) - set(proposal.taken)),
        },
    )


KIND = ProposalKind(
    model=Proposal,
    subject="service",
    names=PROPOSED,
    related=(
        "service__partnership__area", "service__partnership__organization", "proposed_by", "request", "decided_by",
    ),
    made="partners.proposal_made",
    notify_deciders=tell_who_decides,
    notify_proposer=tell_proposer,
)  # fmt: skip
