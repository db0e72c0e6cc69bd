"""The tables of the partner network."""

from partners.models.boards import BoardSeat, BoardTerm
from partners.models.calendar import Holiday, Room
from partners.models.confirmations import ConfirmationRequest, ServiceConfirmation
from partners.models.coverage import ProgramAccess, ProgramDecision
from partners.models.imports import ColumnMapping, ImportAnswer, ImportRow, ImportRun
from partners.models.invitations import Invitation
from partners.models.listings import Listing, SearchWord, Synonym
from partners.models.manuals import ManualEdition, ManualPrint
from partners.models.offices import Office, Tenure
from partners.models.organizations import Location, Organization
from partners.models.partnerships import Partnership, PartnershipProgram
from partners.models.people import Membership, Representative, Role
from partners.models.places import AccessibilityFeature, Center, LocalArea, State
from partners.models.practices import Adoption, AdoptionCheck, Practice, PracticePartner, PracticeProgram
from partners.models.presences import Absence, Presence, Rhythm, Weekday
from partners.models.programs import Program
from partners.models.proposals import OrganizationProposal, Proposal
from partners.models.reviews import CenterReview
from partners.models.service_texts import ServiceText
from partners.models.services import Service, ServiceCenter, ServiceLocation, ServiceProgram
from partners.models.terms import Term, Usage
from partners.models.unanswered import SearchAnswer, UnansweredQuestion

__all__ = [
    "Absence",
    "AccessibilityFeature",
    "Adoption",
    "AdoptionCheck",
    "BoardSeat",
    "BoardTerm",
    "Center",
    "CenterReview",
    "ColumnMapping",
    "ConfirmationRequest",
    "Holiday",
    "ImportAnswer",
    "ImportRow",
    "ImportRun",
    "Invitation",
    "Listing",
    "LocalArea",
    "Location",
    "ManualEdition",
    "ManualPrint",
    "Membership",
    "Office",
    "Organization",
    "OrganizationProposal",
    "Partnership",
    "PartnershipProgram",
    "Practice",
    "PracticePartner",
    "PracticeProgram",
    "Presence",
    "Program",
    "ProgramAccess",
    "ProgramDecision",
    "Proposal",
    "Representative",
    "Rhythm",
    "Role",
    "Room",
    "SearchAnswer",
    "SearchWord",
    "Service",
    "ServiceCenter",
    "ServiceConfirmation",
    "ServiceLocation",
    "ServiceProgram",
    "ServiceText",
    "State",
    "Synonym",
    "Tenure",
    "Term",
    "UnansweredQuestion",
    "Usage",
    "Weekday",
]
