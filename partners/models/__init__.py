"""The tables of the partner network."""

from partners.models.confirmations import ConfirmationRequest, ServiceConfirmation
from partners.models.imports import ColumnMapping, ImportRow, ImportRun
from partners.models.invitations import Invitation
from partners.models.organizations import Location, Organization
from partners.models.partnerships import Partnership, PartnershipProgram
from partners.models.people import Membership, Representative, Role
from partners.models.places import AccessibilityFeature, Center, LocalArea, State
from partners.models.practices import Adoption, Practice, PracticePartner, PracticeProgram
from partners.models.presences import Absence, Presence, Rhythm, Weekday
from partners.models.programs import Program
from partners.models.proposals import Proposal
from partners.models.services import Service, ServiceCenter, ServiceLocation, ServiceProgram
from partners.models.terms import Term, Usage

__all__ = [
    "Absence",
    "AccessibilityFeature",
    "Adoption",
    "Center",
    "ColumnMapping",
    "ConfirmationRequest",
    "ImportRow",
    "ImportRun",
    "Invitation",
    "LocalArea",
    "Location",
    "Membership",
    "Organization",
    "Partnership",
    "PartnershipProgram",
    "Practice",
    "PracticePartner",
    "PracticeProgram",
    "Presence",
    "Program",
    "Proposal",
    "Representative",
    "Rhythm",
    "Role",
    "Service",
    "ServiceCenter",
    "ServiceConfirmation",
    "ServiceLocation",
    "ServiceProgram",
    "State",
    "Term",
    "Usage",
    "Weekday",
]
