"""The taxonomies with which the portal says in HSDS what the standard has no field for.

They are the same in every portal: an import knows them by their ids, and so restores what an export has written.
"""

import uuid
from dataclasses import dataclass

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:one-stop-partner-network:hsds")  # never change it


@dataclass(frozen=True)
class Taxonomy:
    """A list of terms: what the terms say of a service or location."""

    code: str
    name: str
    description: str

    @property
    def id(self) -> str:
        """Its id in HSDS."""
        return str(uuid.uuid5(NAMESPACE, self.code))

    def term_id(self, code: str) -> str:
        """Return the id of one of its terms."""
        return str(uuid.uuid5(NAMESPACE, f"{self.code}/{code}"))


# The codes are those of the fields that an import fills (partners.importing.network_fields).
KIND = Taxonomy("kind", "Kind of service", "Career services of 20 CFR 678.430 and other kinds of services.")
GROUPS = Taxonomy("groups", "Groups served", "The groups of people that a service is designed for.")
MODES = Taxonomy("modes", "How it is offered", "In person, by phone, by video, online, at home or in a group.")
ACCOMMODATIONS = Taxonomy("accommodations", "Accommodations", "What a service offers on request.")
PROGRAMS = Taxonomy("programs", "Programs", "The programs of 20 CFR 678.400 and others that provide or fund a service.")
KEYWORDS = Taxonomy("keywords", "Keywords", "Words by which people find a service.")
DETAILS = Taxonomy("details", "Further details", "Texts of a service that have no field in HSDS.")
SPANISH = Taxonomy("spanish", "Spanish texts", "What a service says in Spanish, part by part.")
AREA = Taxonomy("area", "Local workforce development areas", "The area of 20 CFR 679.200 in which it is offered.")
PLACES = Taxonomy("places", "Kinds of locations", "Whether a location is a One-Stop (American Job) center.")

AUDIENCE = "audience"  # the term of DETAILS whose value says who a service is for
CENTER = "center"  # the term of PLACES for One-Stop centers

ALL = (KIND, GROUPS, MODES, ACCOMMODATIONS, PROGRAMS, KEYWORDS, DETAILS, SPANISH, AREA, PLACES)
BY_ID = {taxonomy.id: taxonomy for taxonomy in ALL}
