"""Comments on proposals: of a service, and of an organization. Importing this module registers them."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from onestop.accounts.models import User
from onestop.comments.subjects import CommentSubject, register_subject
from partners.models import Membership, OrganizationProposal, Proposal, Role
from partners.network import organization_proposals
from partners.upkeep import proposals


def _seated(places: Q, proposer_id: int | None) -> QuerySet[User]:
    """Return the active people with a current seat in one of these places, and who proposed."""
    seats = Membership.objects.current().filter(places, user=OuterRef("pk"))
    return User.objects.filter(Exists(seats) | Q(pk=proposer_id), is_active=True)


def _people(proposal: Proposal) -> QuerySet[User]:
    partnership = proposal.service.partnership
    places = (
        Q(role=Role.STAFF, area=partnership.area_id)
        | Q(partnership=partnership.pk)
        | Q(organization=partnership.organization_id)
    )
    return _seated(places, proposal.proposed_by_id)


def _told(proposal: Proposal) -> list[User]:
    deciders = [seat.user for seat in proposals.seats_that_decide(proposal)]
    return [*deciders, proposal.proposed_by] if proposal.proposed_by else deciders


def _people_of_organization(proposal: OrganizationProposal) -> QuerySet[User]:
    seats = organization_proposals.seats_that_decide(proposal)
    return _seated(Q(pk__in=seats.values("pk")), proposal.proposed_by_id)


register_subject(
    CommentSubject(
        "proposal",
        Proposal,
        rows=lambda: Proposal.objects.select_related("service__partnership__area", "proposed_by"),
        name=lambda proposal: _("Proposed change to %(service)s") % {"service": proposal.service.name},
        people=_people,
        scope=lambda proposal: proposal.service.partnership.area,
        told=_told,
    )
)
register_subject(
    CommentSubject(
        "organization-proposal",
        OrganizationProposal,
        rows=lambda: OrganizationProposal.objects.select_related("organization__state", "proposed_by"),
        name=lambda proposal: _("Proposed change to %(organization)s") % {"organization": proposal.organization.name},
        people=_people_of_organization,
        scope=lambda proposal: None,
        told=_people_of_organization,
    )
)
