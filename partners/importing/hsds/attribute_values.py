"""The attributes of HSDS: those of the portal's own taxonomies fill fields, others become keywords."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from partners.importing import cells
from partners.importing.hsds import taxonomies
from partners.importing.hsds.tables import Row, Tables, rows_by
from partners.importing.network_fields import AID_WORDS
from partners.models import Service

AID_NAMES = cells.choice_names(Service.Accommodation, dict(AID_WORDS))
FILLED = (
    taxonomies.KIND, taxonomies.GROUPS, taxonomies.MODES, taxonomies.ACCOMMODATIONS, taxonomies.PROGRAMS
)  # fmt: skip


@dataclass(frozen=True)
class Found:
    """What the attributes of a service say."""

    choices: Row  # the codes of the portal's own terms, by the fields that they fill
    audience: str
    keywords: Sequence[str]
    spanish: Mapping[str, str]  # by the parts of a text


class Attributes:
    """The attributes of a file by what they belong to, with their terms."""

    def __init__(self, tables: Tables) -> None:
        """Index attributes and terms."""
        self.terms = {row.get("id", ""): row for _, row in tables["taxonomy_terms"]}
        self.by_owner = rows_by(tables["attributes"], "link_id")
        for _, row in tables["attributes"]:  # version 2 says it by a column of the service
            if not row.get("link_id") and row.get("service_id"):
                self.by_owner[row["service_id"]].append(row)

    def of(self, key: str) -> Found:
        """Return what is said of one service."""
        choices: dict[str, list[str]] = {taxonomy.code: [] for taxonomy in FILLED}
        audience, keywords = "", []
        spanish: dict[str, str] = {}
        for row in self.by_owner[key] if key else []:
            term = self.terms.get(row.get("taxonomy_term_id", ""), {})
            taxonomy = taxonomies.BY_ID.get(term.get("taxonomy_id", ""))
            if taxonomy in FILLED:
                choices[taxonomy.code].append(term.get("code", ""))
            elif taxonomy == taxonomies.DETAILS:
                audience = row.get("value", "") or audience
            elif taxonomy == taxonomies.SPANISH:
                spanish[term.get("code", "")] = row.get("value", "")
            elif taxonomy != taxonomies.AREA and (word := term.get("name") or row.get("label") or row.get("value")):
                keywords.append(word)
        return Found({code: "; ".join(found) for code, found in choices.items()}, audience, keywords, spanish)

    def number_unused(self, services: Collection[str]) -> int:
        """Return how many attributes of other things than services there are, without the portal's own."""
        others = [row for key, rows in self.by_owner.items() if key not in services for row in rows]
        terms = [self.terms.get(row.get("taxonomy_term_id", ""), {}) for row in others]
        return sum(1 for term in terms if term.get("taxonomy_id") not in taxonomies.BY_ID)
